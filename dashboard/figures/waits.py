# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where cases wait: waiting before and working in each activity, stacked."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank
from dashboard.rows import records
from dashboard.theme import Palette

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
    places = list(range(len(waits)))
    series = [("Wait", waits["wait_h"], colours.second)]
    if waits["work_h"].sum() > 0:
        series.append(("Work", waits["work_h"], colours.light_first))
    for name, length, colour in series:
        figure.add_trace(
            go.Bar(
                x=length / size,
                y=places,
                orientation="h",
                name=name,
                showlegend=True,
                marker={"color": colour, "line": {"width": 0}},
                hoverinfo="skip",
            )
        )
    ends = (waits["wait_h"] + waits["work_h"]) / size
    _label(figure, ends, waits["wait_h"], colours)
    figure.update_layout(barmode="stack", hovermode=False, bargap=0.35)
    figure.update_layout(legend_traceorder="normal")
    figure.update_xaxes(ticksuffix=f" {unit}", showgrid=True, gridcolor=colours.rule)
    figure.update_xaxes(range=[0, 1.2 * float(ends.max())] if len(ends) else None)
    figure.update_yaxes(
        autorange="reversed",
        tickvals=places,
        ticktext=_names(waits, colours),
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


def _label(figure: go.Figure, ends: pd.Series, hours: pd.Series, colours: Palette) -> None:
    """Write how long the wait is at the end of each bar."""
    figure.add_trace(
        go.Scatter(
            x=ends,
            y=list(range(len(ends))),
            mode="text",
            text=[f" {wording.length(each * HOUR_S)}" for each in hours],
            textposition="middle right",
            textfont={"size": 12, "color": colours.text},
            showlegend=False,
            hoverinfo="skip",
        )
    )


def _names(waits: pd.DataFrame, colours: Palette) -> list[str]:
    """Return the name of each activity, its process below it where there are several."""
    several = len(set(waits["process"])) > 1
    below = f'<br><span style="color:{colours.quiet};font-size:11px">'
    return [
        _plain(row["activity"]) + (f"{below}{_plain(row['process'])}</span>" if several else "")
        for row in records(waits)
    ]


def _unit(waits: pd.DataFrame) -> tuple[str, float]:
    longest = (waits["wait_h"] + waits["work_h"]).max() if len(waits) else 0.0
    if longest >= 48:  # noqa: PLR2004  two days
        return "d", 24.0
    return ("h", 1.0) if longest >= 1 else ("min", 1 / 60)


def _plain(name: str) -> str:
    # Plotly reads <b> and the like in labels: show them as they are
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
