# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock: where is stock wrong, and why?"""

import streamlit as st

from dashboard import (
    controls,
    data,
    data_masters,
    data_outlook,
    data_stock,
    headline,
    page,
)
from dashboard.cards import charts, described, doubtful, outlook, position, positions, standing

EVENTS, EXCEPTIONS = 50, 10
item, loc = controls.selected("item"), controls.selected("loc")
page.head("Stock")


def overview() -> None:
    """Draw every position, with filters."""
    moment = data.moment()
    found = data_stock.positions(moment.today)
    if found.empty:
        page.no_data()
        return
    page.lead(headline.stock(found), moment, page.watched(data.summary(moment.today)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part, site = controls.search(), controls.location(sorted(found["loc"].unique()))
        only = controls.only_problems()
    found = positions.with_silence(found, data_outlook.stale_positions(moment))
    shown = positions.keep(found, item=item, part=part, site=site, only_problems=only)
    if shown.empty:
        page.nothing(
            "No position fits the filters.", "Clear the search or choose all locations."
        )
        return
    positions.draw(shown)


def detail() -> None:
    """Draw one position."""
    moment = data.moment()
    controls.back_to_all()
    row = data_stock.position(moment.today, item, loc)
    page.subject(item, loc)
    master = data_masters.of_position(item, loc, moment.as_of)
    ids = {"id": item, "item": item, "loc": loc}
    described.subject(master, data_masters.links_to("item", ids, moment.as_of))
    for each in data_stock.exception(controls.selected("exception")):
        position.banner(each, moment)
    if row is None:
        page.nothing(
            f"{item} has never moved at {loc}.", "Check the code, or choose it from all."
        )
        return
    days = data_outlook.ahead(row, moment)
    standing.numbers(row, days, moment)
    silent = data_outlook.stale_positions(moment).get((item, loc), [])
    standing.remarks(row, silent, data_outlook.habits(moment), moment)
    left, right = st.columns([3, 2])
    with left:
        outlook.days_ahead(days)
        charts.position_history(data_stock.of_position("stock_history", item, loc), moment)
        charts.position_demand(data_stock.of_position("stock_demand", item, loc))
        position.movements(data_stock.of_position("stock_movements", item, loc))
    with right:
        outlook.inbound(data_outlook.supply(moment.today, item, loc), moment)
        position.lines(data_stock.open_lines(moment.today, item, loc), moment)
        standing.adding_up(row)
        doubtful.suspects(data_stock.of_position("suspects", item, loc))
        standing.reconciliations(data_stock.of_position("stock_reconciliations", item, loc))
        described.planning(master, row)
        described.ahead(data_masters.ahead_of(item, loc, master, moment.as_of))
        position.exceptions(
            data_stock.of_position("stock_exceptions", item, loc, most=EXCEPTIONS), moment
        )
    position.events(data_stock.of_position("stock_events", item, loc, most=EVENTS))


page.still(detail if item and loc else overview)
