# SPDX-License-Identifier: AGPL-3.0-or-later
"""The days ahead of a position, and the documents that bring something."""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import download, figures, markup, page, wording
from dashboard.data import Moment
from dashboard.markup import Column
from dashboard.rows import Row, is_missing, records

FEW = 12
NOTE = (
    "What is available now, plus what is confirmed to come, less the larger of forecast and "
    "open orders. Overdue inbound counts today: nobody has said when it comes instead."
)
BASIS = {
    "carrier": "says the carrier",
    "announced": "says the shipping notice",
    "acknowledged": "confirmed by the supplier",
    "promised": "as asked for",
    "lead_time": "by the planned lead time",
    "none": "nobody says when",
}
STATES = {"in_transit": "on its way", "on_order": "not shipped yet"}
EXPECTED = {
    "forecast": "the published forecast",
    "model": "what the demand model expects of each weekday",
    "orders": "open orders alone",
}


def days_ahead(days: pd.DataFrame) -> None:
    """Draw the projected balance, with what it means in words."""
    drawn = figures.outlook.shown(days)
    with page.card("The days ahead", NOTE):
        st.html(_said(drawn))
        chart = figures.outlook.draw(drawn, dark=page.is_dark())
        page.chart(chart, figures.outlook.say(drawn), days, key="outlook")


def inbound(found: pd.DataFrame, moment: Moment) -> None:
    """Draw the documents that bring something, the next one first."""
    note = "One row per line and state. A day that has passed is overdue; it counts today."
    with page.card("What comes", note):
        if found.empty:
            st.html(markup.quiet("Nothing is on order and nothing is on its way."))
            return
        columns = (
            Column("Expected"),
            Column("Units", is_number=True),
            Column("Document line"),
        )
        rows = [_line(row, moment) for row in records(found.head(FEW))]
        st.html(markup.table(columns, rows, caption="What comes, the next first"))
        if len(found) > FEW:
            rest = found.iloc[FEW:]
            more = wording.count(len(rest), "more line")
            st.html(markup.quiet(f"{more} with {wording.count(rest['qty'].sum(), 'unit')}."))
        download.button(found, "inbound.csv")


def _said(days: pd.DataFrame) -> str:
    """Say when it runs out, what can be promised, and what demand is assumed."""
    lines = [_runs_out(days), *_without_the_overdue(days), _promised(days), _assumed(days)]
    return "".join(f"<div>{each}</div>" for each in lines)


def _runs_out(days: pd.DataFrame) -> str:
    below = figures.outlook.first_below(days)
    if below is None:
        lowest = days.sort_values("balance", kind="stable").iloc[0]
        until = wording.day(days["day"].iloc[-1])
        least = f"lowest on {wording.day(lowest['day'])}: {wording.number(lowest['balance'])}"
        return f"{markup.mark('ok', 'Lasts')} until {until}, {least} units."
    when = "today" if below == days["day"].iloc[0] else f"on {wording.day(below)}"
    lowest = -days["balance"].min()
    gap = wording.about(lowest)
    return f"{markup.mark('high', 'Runs out')} {when}; at worst {gap} units are missing."


def _without_the_overdue(days: pd.DataFrame) -> list[str]:
    """Say how it would be if nothing overdue came: nobody knows when it will."""
    late = float(days["late"].sum())
    if not late:
        return []
    below = figures.outlook.first_below(days, "sure_balance")
    start = days["day"].iloc[0]
    when = "today" if below == start else f"on {wording.day(below)}" if below else "not"
    overdue = wording.count(late, "overdue unit")
    said = f"{overdue} counted as if coming today; without, it runs out {when}."
    return [f"{markup.mark('high', 'Overdue')} {markup.text(said)}"]


def _promised(days: pd.DataFrame) -> str:
    """Say what a new order can have today, and when it can have more."""
    today, start = float(days["sure_promise"].iloc[0]), days["day"].iloc[0]
    if today < 0:
        said = (
            f"Nothing can be promised: {wording.number(-today)} too many are promised already"
        )
    else:
        said = f"{wording.count(today, 'unit')} can be promised for today"
    more = days[days["sure_promise"] > max(today, 0.0)]
    if not more.empty and more["day"].iloc[0] != start:
        later = more.iloc[0]
        said += f", {wording.number(later['sure_promise'])} from {wording.day(later['day'])}"
    if days["late"].any():
        all_of_it = wording.number(max(float(days["promise"].iloc[0]), 0.0))
        said += f"; {all_of_it} today if all that is overdue came"
    return f"{markup.text(said)}. {markup.quiet('Shown, not reserved: the ERP commits.')}"


def _assumed(days: pd.DataFrame) -> str:
    """Say which demand is assumed, period by period of one basis."""
    spans = (days["basis"] != days["basis"].shift()).cumsum()
    parts = [
        f"{EXPECTED[span['basis'].iloc[0]]} until {wording.day(span['day'].iloc[-1])}"
        for _, span in days.groupby(spans)
    ]
    return markup.quiet(f"Demand: {', then '.join(parts)}.")


def _line(row: Row, moment: Moment) -> tuple[str, ...]:
    basis = BASIS[str(row["basis"])]
    if is_missing(row["expected"]):
        when = markup.mark("medium", "no day")
    else:
        day: date = pd.Timestamp(row["expected"]).date()
        late = wording.count((moment.today - day).days, "day")
        mark = markup.mark("high", f"{late} overdue") if row["is_overdue"] else ""
        when = f"{markup.text(wording.day(day))} {mark}"
    no = f"<br>{markup.mark('high', 'rejected by the supplier')}" if row["rejected"] else ""
    origin = f" from {row['origin']}" if row["origin"] else ""
    state = markup.quiet(f"{STATES[str(row['state'])]}{origin}")
    return (
        f"{when}<br>{markup.quiet(basis)}",
        markup.text(wording.number(row["qty"])),
        f"{markup.text(row['line'])}<br>{state}{no}",
    )
