# SPDX-License-Identifier: AGPL-3.0-or-later
"""The days ahead of a position: the projected balance, and what is confirmed to come."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank, faint
from dashboard.theme import Palette


def draw(days: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw the balance at the end of each day as steps, confirmed receipts as bars.

    A dotted line marks today; where the balance falls below nothing, a line marks nothing and
    the part below it is shaded.

    Parameters
    ----------
    days
        Columns ``day``, ``comes``, ``late`` (of it, overdue), ``balance``, ``sure_balance``
        (without what is overdue; units), today first; at least one row.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=300, unit="units at the end of the day")
    _receipts(figure, days, colours)
    figure.add_trace(
        go.Scatter(
            x=days["day"],
            y=days["balance"],
            name="Projected available",
            mode="lines",
            line={"shape": "hv", "width": 2, "color": colours.first},
            hovertemplate="%{y:,.1~f}",
        )
    )
    if days["late"].any():
        _without_the_overdue(figure, days, colours)
    if days["balance"].min() < 0:
        _below(figure, days, colours)
    figure.add_hline(y=0, line={"color": colours.quiet, "width": 1})
    figure.add_vline(
        x=str(days["day"].iloc[0]), line={"color": colours.quiet, "width": 1, "dash": "dot"}
    )
    figure.add_annotation(
        x=str(days["day"].iloc[0]),
        y=0,
        yref="paper",
        text="today",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        xshift=4,
        font={"color": colours.quiet, "size": 12},
    )
    figure.update_layout(barmode="stack")
    return figure


def shown(days: pd.DataFrame) -> pd.DataFrame:
    """Return the days worth drawing: six weeks, more when more is to come, at most ninety."""
    last = days.index[(days["comes"] > 0) | (days["orders"] > 0)].max()
    reach = 42 if pd.isna(last) else max(42, int(last) + 3)
    return days.head(min(reach, 90))


def first_below(days: pd.DataFrame, column: str = "balance") -> date | None:
    """Return the first day on which `column` is below nothing, None when none is."""
    below = days[days[column] < 0]
    return None if below.empty else below["day"].iloc[0]


def say(days: pd.DataFrame) -> str:
    """Say what `draw` shows."""
    first, last = days.iloc[0], days.iloc[-1]
    below = first_below(days)
    falls = (
        f"below zero first on {wording.day(below)}" if below is not None else "never below zero"
    )
    return (
        f"Chart of the projected available balance, {wording.day(first['day'])} to "
        f"{wording.day(last['day'])}: {wording.number(first['balance'])} units at the end of "
        f"today, {wording.number(last['balance'])} at the end, {falls}; "
        f"{wording.number(days['comes'].sum())} units confirmed to come, "
        f"{wording.number(days['late'].sum())} of them overdue."
    )


def _receipts(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    """Draw what comes; what is overdue is hatched and stands on today."""
    timely = days.assign(comes=days["comes"] - days["late"])
    kinds = ((timely, "comes", "Confirmed to come", ""), (days, "late", "Overdue", "/"))
    for frame, column, name, pattern in kinds:
        some = frame[frame[column] > 0]
        if some.empty:
            continue
        shade = colours.second if pattern else colours.quiet
        figure.add_trace(
            go.Bar(
                x=some["day"],
                y=some[column],
                name=name,
                marker={
                    "color": faint(shade, 0.55),
                    "line": {"width": 1, "color": shade},
                    "pattern": {"shape": pattern, "fgcolor": colours.text, "size": 6},
                },
                width=0.8 * 86_400_000,
                hovertemplate="%{y:,.4~f}",
            )
        )


def _without_the_overdue(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    figure.add_trace(
        go.Scatter(
            x=days["day"],
            y=days["sure_balance"],
            name="Without the overdue",
            mode="lines",
            line={"shape": "hv", "width": 1.5, "color": colours.second, "dash": "dash"},
            hovertemplate="%{y:,.1~f}",
        )
    )


def _below(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    figure.add_trace(
        go.Scatter(
            x=days["day"],
            y=days["balance"].clip(upper=0),
            name="Below zero",
            mode="lines",
            line={"shape": "hv", "width": 0},
            fill="tozeroy",
            fillcolor=faint(colours.second, 0.3),
            hoverinfo="skip",
        )
    )
