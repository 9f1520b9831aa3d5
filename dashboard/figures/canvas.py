# SPDX-License-Identifier: AGPL-3.0-or-later
"""The empty chart that all charts start from: fonts, grid and colours of the design system."""

from typing import Any

import plotly.graph_objects as go

from dashboard.theme import Palette

FONT = "Inter, sans-serif"
LEGEND = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
}
DAY_MS, MONTH = 86_400_000, "M1"
DATES = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%-d %b"},
    {"dtickrange": [DAY_MS, MONTH], "value": "%-d %b\n%Y"},
    {"dtickrange": [MONTH, None], "value": "%b\n%Y"},
]


def blank(
    colours: Palette, *, height: int, unit: str = "", has_legend: bool = True
) -> go.Figure:
    """Return a figure without traces.

    Parameters
    ----------
    height
        Pixels.
    unit
        What the vertical axis counts; it stands above the axis, not beside it.
    """
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 28, "b": 64 if has_legend else 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 12, "color": colours.text},
        hovermode="x unified",
        hoverlabel={"bgcolor": colours.panel, "bordercolor": colours.rule, "font_family": FONT},
        legend=LEGEND,
        bargap=0.25,
    )
    figure.update_xaxes(**_axis(colours), showgrid=False, showline=True)
    figure.update_xaxes(tickformatstops=DATES, hoverformat="%-d %b %Y, %H:%M")
    figure.update_yaxes(**_axis(colours), gridcolor=colours.rule, zeroline=False)
    if unit:
        figure.add_annotation(
            text=unit,
            xref="paper",
            yref="paper",
            x=0,
            y=1.02,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"color": colours.quiet, "size": 12},
        )
    return figure


def faint(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` as ``rgba(…)``.

    >>> faint("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _axis(colours: Palette) -> dict[str, Any]:
    return {
        "title": None,
        "tickfont": {"color": colours.quiet},
        "linecolor": colours.rule,
        "automargin": True,
        "fixedrange": True,
    }
