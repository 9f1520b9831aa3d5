# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many exceptions were open, day by day."""

from math import ceil

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme, wording
from dashboard.figures.canvas import blank


def draw(days: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw open exceptions at the end of each day.

    Parameters
    ----------
    days
        Columns ``day``, ``open``, ``opened``, ``resolved``, in order; may be empty.
    """
    colours = theme.palette(dark=dark)
    figure = blank(colours, height=190, unit="open exceptions", has_legend=False)
    figure.add_trace(
        go.Bar(
            x=days["day"],
            y=days["open"].astype(float),
            marker={"color": colours.first, "line": {"width": 0}},
            customdata=days[["opened", "resolved"]].astype(float),
            hovertemplate="%{y} open, %{customdata[0]} opened, %{customdata[1]} resolved"
            "<extra></extra>",
            showlegend=False,
        )
    )
    most = float(days["open"].max()) if len(days) else 0.0
    figure.update_yaxes(rangemode="tozero", dtick=max(1, ceil(most / 4)), tickformat=",d")
    return figure


def say(days: pd.DataFrame) -> str:
    """Say what `draw` shows."""
    if days.empty:
        return "Bar chart of open exceptions per day; it is empty."
    return (
        f"Bar chart of open exceptions over {wording.count(len(days), 'day')}: "
        f"{wording.number(float(days.iloc[0]['open']))} at first, at most "
        f"{wording.number(float(days['open'].max()))}, "
        f"{wording.number(float(days.iloc[-1]['open']))} now."
    )
