# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a position changed: on hand and available, as steps."""

from datetime import datetime, timedelta

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank

SHORTEST = timedelta(days=1)
LINES = (("on_hand", "On hand"), ("available", "Available"))


def draw(hours: pd.DataFrame, *, until: datetime, dark: bool = False) -> go.Figure:
    """Draw the closing state of each hour, held until the next one and on to `until`.

    Parameters
    ----------
    hours
        Columns ``hour`` (UTC), ``on_hand``, ``available`` (units), in order; may be empty.
    until
        The business's time, UTC.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=300, unit="units")
    shades = (colours.first, colours.second)
    for (column, name), shade, dash in zip(LINES, shades, ("solid", "dot"), strict=True):
        times, values = _held(hours, column, until)
        figure.add_trace(
            go.Scatter(
                x=times,
                y=values,
                name=name,
                mode="lines",
                line={"shape": "hv", "width": 2, "color": shade, "dash": dash},
                hovertemplate="%{y:,.4~f}",
            )
        )
    if len(hours) and hours[["on_hand", "available"]].min().min() < 0:
        figure.add_hline(y=0, line={"color": colours.quiet, "width": 1})
    return figure


def held_until(hours: pd.DataFrame, now: datetime) -> datetime:
    """Return until when to draw the last state: `now`, but no more than a quarter longer.

    A position that last changed ten years before `now` would leave no room for its changes.

    Parameters
    ----------
    hours
        As for `draw`, with at least one row.
    """
    first: datetime = hours["hour"].iloc[0].to_pydatetime()
    last: datetime = hours["hour"].iloc[-1].to_pydatetime()
    return max(last, min(now, last + max((last - first) / 4, SHORTEST)))


def say(hours: pd.DataFrame) -> str:
    """Say what `draw` shows."""
    if hours.empty:
        return "Line chart of stock over time; it is empty."
    first, last = hours.iloc[0], hours.iloc[-1]
    return (
        f"Line chart of stock, {wording.day(first['hour'])} to {wording.day(last['hour'])}: "
        f"on hand between {wording.number(hours['on_hand'].min())} and "
        f"{wording.number(hours['on_hand'].max())}, now {wording.number(last['on_hand'])}; "
        f"available now {wording.number(last['available'])} units."
    )


def _held(
    hours: pd.DataFrame, column: str, until: datetime
) -> tuple[list[datetime], list[float]]:
    times, values = list(hours["hour"]), list(hours[column])
    if times and until > times[-1]:
        return [*times, until], [*values, values[-1]]
    return times, values
