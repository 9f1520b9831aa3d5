# SPDX-License-Identifier: AGPL-3.0-or-later
"""How one position stands: its numbers, how they add up, what makes them doubtful."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.cards import positions
from dashboard.data import Moment
from dashboard.markup import Column, Kpi
from dashboard.rows import Row, records
from sightline.outlook import Habit

ADDS_UP = (
    "On hand and what comes, less what waits. Backordered counts every open line, whatever "
    "its date; due counts the lines that are due today or have no date."
)
SUMS = (
    ("On hand", "", "on_hand", "on_hand"),
    ("On order", "+", "on_order", "on_order"),
    ("In transit", "+", "in_transit", "in_transit"),
    ("Waiting without stock reserved", "−", "backordered", "due"),  # noqa: RUF001
    ("Position", "=", "position", "position_due"),
    ("Reserved", "−", "reserved", "reserved"),  # noqa: RUF001
    ("On hold", "−", "hold", "hold"),  # noqa: RUF001
    ("Position, net", "=", "position_net", "position_net_due"),
)


def numbers(row: Row, days: pd.DataFrame, moment: Moment) -> None:
    """Draw the quantities of the position and what can be promised of it.

    Parameters
    ----------
    days
        The days ahead, as `look_ahead` works them out.
    """
    st.html(markup.kpis([*_there(row), *_coming(row), _waiting(row, moment), _promise(days)]))


def remarks(row: Row, silent: Sequence[str], habits: Mapping[str, Habit], now: Moment) -> None:
    """Draw what a reader must know before trusting the numbers."""
    told = positions.explained(list(row["flags"]))
    if told:
        st.html(markup.quiet(f"Remarks: {told}."))
    for each in silent:
        st.html(f"{markup.mark('high', 'Stale')} {markup.text(overdue(habits[each], now))}")


def overdue(habit: Habit, moment: Moment) -> str:
    """Say for how long a source is silent, and how long it usually is at most."""
    silent = wording.length((moment.as_of - habit.last).total_seconds())
    usual = wording.length(habit.usual.total_seconds() if habit.usual else None)
    return f"nothing from {habit.source} for {silent}; usually {usual} at most"


def adding_up(row: Row) -> None:
    """Draw how the quantities make the position, for all open lines and for the due ones."""
    with page.card("How it adds up", ADDS_UP):
        columns = (
            Column("Units"),
            Column("All open lines", is_number=True),
            Column("Due lines", is_number=True),
        )
        rows = [
            (
                markup.text(f"{sign} {name}".strip()),
                markup.text(wording.exact(row[committed])),
                markup.text(wording.exact(row[due])),
            )
            for name, sign, committed, due in SUMS
        ]
        st.html(markup.table(columns, rows, caption="How the quantities make the position"))
        if row["over_received"] or row["in_transit_loss"]:
            st.html(markup.quiet(_beside(row)))


def reconciliations(found: pd.DataFrame) -> None:
    """Draw what sources that are no authority state; nothing where none does."""
    if found.empty:
        return
    note = "Statements that move no stock. The difference is what they state less our number."
    with page.card("What others state", note):
        columns = (
            Column("Source"),
            Column("Stated", is_number=True),
            Column("Here", is_number=True),
            Column("Difference", is_number=True),
        )
        rows = [_statement(each) for each in records(found)]
        st.html(markup.table(columns, rows, caption="Latest statement of each source"))


def _there(row: Row) -> list[Kpi]:
    never = "no_anchor" in list(row["flags"])
    low, high = float(row["on_hand_low"]), float(row["on_hand_high"])
    between = f"between {wording.number(low)} and {wording.number(high)}"
    said = between if low != high else "since the first event" if never else ""
    return [
        _units("On hand", row["on_hand"], said),
        _units(
            "Available",
            row["available"],
            f"less {wording.number(row['reserved'])} reserved, "
            f"{wording.number(row['hold'])} on hold",
        ),
    ]


def _coming(row: Row) -> list[Kpi]:
    over = float(row["over_received"])
    more = f", {wording.number(over)} received too many" if over else ""
    return [
        _units(
            "Inbound",
            row["on_order"] + row["in_transit"],
            f"{wording.number(row['on_order'])} on order, "
            f"{wording.number(row['in_transit'])} in transit{more}",
        )
    ]


def _waiting(row: Row, moment: Moment) -> Kpi:
    return _units(
        "Waited for",
        row["backordered"],
        f"{wording.number(row['due'])} due by {wording.day(moment.today)}, "
        f"{wording.number(row['short'])} short",
    )


def _promise(days: pd.DataFrame) -> Kpi:
    today = float(days["sure_promise"].iloc[0])
    last = float(days["promise"].iloc[-1])
    said = f"{wording.number(max(last, 0))} once all has come" if last != today else ""
    if today < 0:
        said = f"{wording.number(-today)} too many are promised; {said}".removesuffix("; ")
    return _units("Can be promised", max(today, 0.0), said)


def _units(label: str, value: float, note: str) -> Kpi:
    return Kpi(label, wording.number(value), "units", note, has_bar=False)


def _beside(row: Row) -> str:
    parts = {
        "received beyond what was ordered": row["over_received"],
        "found short on the way so far": row["in_transit_loss"],
    }
    told = [f"{wording.exact(units)} {what}" for what, units in parts.items() if units]
    return f"Beside it: {'; '.join(told)}."


def _statement(row: Row) -> tuple[str, ...]:
    low, high = float(row["low"]), float(row["high"])
    here = wording.exact(row["computed"])
    if low != high:
        here = f"{here} ({wording.exact(low)} to {wording.exact(high)})"
    agrees = low <= float(row["stated"]) <= high
    mark = markup.mark("ok", "agrees") if agrees else markup.mark("high", "differs")
    when = markup.quiet(wording.moment(row["time"].to_pydatetime()))
    return (
        f"{markup.text(row['source'])} {mark}<br>{when}",
        markup.text(wording.exact(row["stated"])),
        markup.text(here),
        markup.text(wording.exact(row["drift"])),
    )
