# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where cases wait: waiting before and working in each activity, stacked."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank
from dashboard.rows import records

HOUR_S = 3600.0
LONGEST = 26


def draw(waits: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw one bar per activity: the wait before it, then the work in it, of an average case.

    Parameters
    ----------
    waits
        Columns ``process``, ``activity``, ``wait_h``, ``work_h`` (hours), the worst first;
        may be empty.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=96 + 42 * max(len(waits), 1))
    unit, size = _unit(waits)
    names = list(range(len(waits)))
    figure.add_trace(
        go.Bar(
            x=waits["wait_h"] / size,
            y=names,
            orientation="h",
            name="Wait",
            showlegend=True,
            marker_color=colours.second,
            text=[wording.length(hours * HOUR_S) for hours in waits["wait_h"]],
            textposition="auto",
            insidetextanchor="end",
            textfont={"size": 12},
            hoverinfo="skip",
        )
    )
    if waits["work_h"].sum() > 0:
        figure.add_trace(
            go.Bar(
                x=waits["work_h"] / size,
                y=names,
                orientation="h",
                name="Work",
                marker_color=colours.light_first,
                hoverinfo="skip",
            )
        )
    figure.update_layout(barmode="stack", hovermode=False, showlegend=True, bargap=0.35)
    figure.update_xaxes(ticksuffix=f" {unit}", showgrid=True, gridcolor=colours.rule)
    figure.update_yaxes(
        autorange="reversed",
        tickvals=names,
        ticktext=[_plain(each) for each in waits["activity"]],
        showgrid=False,
        tickfont={"color": colours.text},
    )
    return figure


def say(waits: pd.DataFrame) -> str:
    """Say what `draw` shows."""
    named = [
        f"{row['activity']} {wording.length(row['wait_h'] * HOUR_S)}" for row in records(waits)
    ]
    return f"Bar chart of what an average case waits before: {'; '.join(named) or 'empty'}."


def _unit(waits: pd.DataFrame) -> tuple[str, float]:
    longest = (waits["wait_h"] + waits["work_h"]).max() if len(waits) else 0.0
    if longest >= 48:  # noqa: PLR2004  two days
        return "d", 24.0
    return ("h", 1.0) if longest >= 1 else ("min", 1 / 60)


def _plain(name: str) -> str:
    # Plotly reads <b> and the like in labels: show them as they are
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
