# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers asked for, against the range that was expected before the day was seen."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank, faint
from dashboard.theme import Palette


def draw(days: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw a bar per day, the expected range behind it, a diamond on each unusual day.

    A day without a bar is a day on which nobody asked.

    Parameters
    ----------
    days
        Columns ``day`` (UTC), ``qty``, ``expected``, ``low``, ``high`` (units; NaN while the
        model learns) and ``is_unusual`` (bool), in order; may be empty.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=300, unit="units per day")
    _band(figure, days.dropna(subset=["low", "high"]), colours)
    figure.add_trace(
        go.Bar(
            x=days["day"],
            y=days["qty"],
            name="Asked for",
            marker={"color": colours.first, "line": {"width": 0}},
            hovertemplate="%{y:,.4~f}",
        )
    )
    _diamonds(figure, days, colours)
    figure.update_yaxes(rangemode="tozero")
    return figure


def draw_total(days: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw the demand of many items as a line, from the first day with an expected range.

    Parameters
    ----------
    days
        As for `draw`.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=300, unit="units per day")
    judged = days.dropna(subset=["low", "high"])
    _band(figure, judged, colours)
    figure.add_trace(
        go.Scatter(
            x=judged["day"],
            y=judged["qty"],
            name="Asked for",
            mode="lines",
            line={"width": 2, "color": colours.first},
            hovertemplate="%{y:,.4~f}",
        )
    )
    _diamonds(figure, judged, colours)
    return figure


def _diamonds(figure: go.Figure, days: pd.DataFrame, colours: Palette) -> None:
    odd = days[days["is_unusual"].astype(bool)]
    figure.add_trace(
        go.Scatter(
            x=odd["day"],
            y=odd["qty"],
            name="Outside the range",
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 11,
                "color": colours.second,
                "line": {"width": 1.5, "color": colours.ground},
            },
            hoverinfo="skip",
        )
    )


def say(days: pd.DataFrame) -> str:
    """Say what `draw` shows."""
    if days.empty:
        return "Chart of demand per day; it is empty."
    odd = days[days["is_unusual"].astype(bool)]
    dates = [wording.day(each) for each in odd["day"]]
    unusual = (
        f"outside its expected range on {wording.several(dates)}"
        if dates
        else ("never outside its expected range")
    )
    return (
        f"Chart of demand per day from {wording.day(days.iloc[0]['day'])} to "
        f"{wording.day(days.iloc[-1]['day'])}: {wording.number(days['qty'].sum())} units, "
        f"at most {wording.number(days['qty'].max())} on a day, {unusual}."
    )


def _band(figure: go.Figure, judged: pd.DataFrame, colours: Palette) -> None:
    edge = {"mode": "lines", "line": {"width": 0, "shape": "linear"}, "hoverinfo": "skip"}
    figure.add_trace(go.Scatter(x=judged["day"], y=judged["low"], showlegend=False, **edge))
    figure.add_trace(
        go.Scatter(
            x=judged["day"],
            y=judged["high"],
            name="Expected range",
            fill="tonexty",
            fillcolor=faint(colours.quiet, 0.22),
            customdata=judged[["low", "high"]],
            mode="lines",
            line={"width": 0, "shape": "linear"},
            hovertemplate="%{customdata[0]:,.3~g} to %{customdata[1]:,.3~g}",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=judged["day"],
            y=judged["expected"],
            name="Expected",
            mode="lines",
            line={"width": 1.5, "dash": "dot", "color": colours.quiet, "shape": "linear"},
            hovertemplate="%{y:,.3~g}",
        )
    )
