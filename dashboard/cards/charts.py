# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cards that hold one chart and its numbers."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import figures, markup, page
from dashboard.data import Moment


def exception_trend(days: pd.DataFrame) -> None:
    """Draw how many exceptions were open, day by day."""
    with page.card("Open exceptions, 30 days"):
        chart = figures.trend.draw(days, dark=page.is_dark())
        page.chart(chart, figures.trend.say(days), days, key="trend")


def waits(found: pd.DataFrame) -> None:
    """Draw where cases wait longest, over all processes."""
    with page.card(
        "Where cases wait",
        "Waiting and working time of an average case, over all cases of its process.",
    ):
        if found.empty:
            advice = "Import an event log, then mine it:"
            st.html(
                markup.empty("No process has been mined.", advice, command="sightline mine run")
            )
            return
        chart = figures.waits.draw(found, dark=page.is_dark())
        page.chart(chart, figures.waits.say(found), found, key="waits")


def network_demand(days: pd.DataFrame) -> None:
    """Draw demand of all items and locations against its expected range."""
    note = (
        "Only items whose model has learnt enough. The range adds up the variances of items "
        "as if they were independent, so it is a little narrow when they move together."
    )
    with page.card("Demand against its expected range", note):
        is_odd = (days["qty"] > days["high"]) | (days["qty"] < days["low"])
        _demand(days.assign(is_unusual=is_odd), figures.demand.draw_total, key="network-demand")


def position_demand(days: pd.DataFrame) -> None:
    """Draw demand of one position; diamonds stand where an anomaly was raised."""
    note = "The range was predicted before the day was seen; none while the model learns."
    with page.card("Demand against its expected range", note):
        named = days.rename(columns={"p05": "low", "p95": "high"})
        is_odd = named["direction"] != ""
        _demand(named.assign(is_unusual=is_odd), figures.demand.draw, key="position-demand")


def position_history(hours: pd.DataFrame, moment: Moment) -> None:
    """Draw how one position changed."""
    with page.card("Stock over time", "The closing state of every hour with a change."):
        if hours.empty:
            st.html(markup.quiet("It has not changed since it was first seen."))
            return
        until = figures.history.held_until(hours, moment.as_of)
        chart = figures.history.draw(hours, until=until, dark=page.is_dark())
        page.chart(chart, figures.history.say(hours), hours, key="history")


def _demand(days: pd.DataFrame, draw: Callable[..., go.Figure], *, key: str) -> None:
    if days.empty:
        st.html(markup.quiet("Nobody has asked for anything yet."))
        return
    chart = draw(days, dark=page.is_dark())
    page.chart(chart, figures.demand.say(days), days, key=key)
