# SPDX-License-Identifier: AGPL-3.0-or-later
"""One position: its numbers, why it is in trouble, who waits for it, what happened."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import download, markup, page, reasons, wording
from dashboard.data import Moment
from dashboard.markup import Column
from dashboard.rows import Row, is_missing, records

FEW_LINES = 12
# the name of a type, or of a type and what it was for
MOVED = {
    "demand.line_placed": "Ordered by customers",
    "inventory.adjusted": "Adjusted",
    "inventory.adjusted write_off": "Written off",
    "inventory.counted": "Counted",
    "inventory.counted statement": "Stated by another system",
    "inventory.hold_changed": "Put on hold, net",
    "inventory.issue": "Issued",
    "inventory.issue consumption": "Used up",
    "inventory.issue gift": "Given away",
    "inventory.issue sample": "Given as samples",
    "inventory.issue scrap": "Scrapped",
    "inventory.receipt": "Received",
    "inventory.returned": "Returned by customers",
    "inventory.reversed": "Reversed",
    "inventory.shipment": "Sold: shipped to customers",
    "transfer.received": "Arrived from other locations",
    "transfer.shipped": "Sent to other locations",
}


def banner(row: Row, moment: Moment) -> None:
    """Draw the exception that brought the reader here: what, why, since when, its state."""
    told = reasons.read(row["kind"], row["drivers"])
    opened, changed = row["opened"].to_pydatetime(), row["changed"].to_pydatetime()
    is_open = row["state"] == "open"
    age = f" ({wording.ago(opened, moment.now)})" if moment.is_live else ""
    since = f"Open since {wording.moment(opened)}{age}."
    ended = f"Resolved {wording.moment(changed)}, opened {wording.moment(opened)}."
    rule = f"Rule {row['rule']}, version {row['rule_version']}."
    proof = wording.count(len(row["evidence"]), "event")
    st.html(
        markup.banner(
            row["severity"] if is_open else "ok",
            told.title,
            [told.why, since if is_open else ended, f"{rule} Evidence: {proof}."],
            word="" if is_open else "Resolved",
        )
    )


def lines(found: pd.DataFrame, moment: Moment) -> None:
    """Draw the order lines that wait for it."""
    with page.card("Open order lines", "Due ones first; a line without a date counts as due."):
        if found.empty:
            st.html(markup.quiet("No order line waits for it."))
            return
        columns = (
            Column("Order line"),
            Column("Due"),
            Column("Open, units", is_number=True),
            Column("Reserved, units", is_number=True),
        )
        rows = records(found.head(FEW_LINES))
        cells = [_line(row, moment) for row in rows]
        st.html(markup.table(columns, cells, caption="Order lines that wait, due ones first"))
        if len(found) > FEW_LINES:
            rest = found.iloc[FEW_LINES:]
            units = wording.count(rest["outstanding"].sum(), "unit")
            more = wording.count(len(rest), "more line")
            st.html(markup.quiet(f"{more} with {units}."))


def movements(found: pd.DataFrame) -> None:
    """Draw what moved and was asked for, by type of event, since the first one."""
    with page.card(
        "What moved",
        "Sums since the first event, in base units, signed as stated. Repeated: from rows that "
        "repeat another row of their file; they are flagged, and they count.",
    ):
        if found.empty:
            st.html(markup.quiet("Nothing has moved."))
            return
        columns = (
            Column("Movement"),
            Column("Units", is_number=True),
            Column("Events", is_number=True),
            Column("Latest"),
        )
        rows = [
            (
                markup.text(_moved(row)),
                markup.text(wording.exact(row["units"])),
                _events(row),
                markup.when(row["last"].to_pydatetime(), None),
            )
            for row in records(found)
        ]
        st.html(markup.table(columns, rows, caption="Movements by type of event"))


def events(found: pd.DataFrame) -> None:
    """Draw the latest events, with their ids and where they came from."""
    with page.card("Latest events", "Quantities as the event states them; business time."):
        if found.empty:
            st.html(markup.quiet("No event names this item at this location."))
            return
        st.dataframe(
            found,
            hide_index=True,
            height=min(380, 36 * (len(found) + 1) + 3),
            column_config={
                "time": st.column_config.DatetimeColumn(
                    "Time, UTC", format="D MMM YYYY, HH:mm", timezone="UTC"
                ),
                "type": "Event",
                "qty": st.column_config.NumberColumn("Units", format="localized"),
                "document": "Document line",
                "actor": "Actor",
                "source": "Source",
                "id": "Event id",
                "flags": "Remarks",
            },
            placeholder=wording.NONE,
            alt=f"The latest {wording.count(len(found), 'event')} of this position",
        )
        download.button(found, "events.csv")


def exceptions(found: pd.DataFrame, moment: Moment) -> None:
    """Draw what was and is wrong here."""
    with page.card("Exceptions here"):
        if found.empty:
            st.html(markup.quiet("None so far."))
            return
        rows = [_exception(row, moment) for row in records(found)]
        columns = (Column("State"), Column("What"), Column("Opened"))
        st.html(markup.table(columns, rows, caption="Exceptions of this position"))


def _moved(row: Row) -> str:
    kind = str(row["type"])
    return MOVED.get(f"{kind} {row['purpose']}".strip(), MOVED.get(kind, kind))


def _events(row: Row) -> str:
    told = markup.text(wording.exact(row["events"]))
    if not row["repeated"]:
        return told
    repeated = markup.quiet(f"{wording.exact(row['repeated'])} repeated")
    return f"{told}<br>{repeated}"


def _line(row: Row, moment: Moment) -> tuple[str, ...]:
    due = row["due"]
    undated = is_missing(due)
    said = "no date" if undated else wording.day(pd.Timestamp(due))
    late = "" if undated else f" {wording.ago(_start(due), moment.as_of)}"
    state = markup.mark("high", "due") if row["is_due"] else markup.quiet("later")
    hover = f'<span title="{markup.text(late.strip())}">{markup.text(said)}</span>'
    return (
        markup.text(row["order_line"]),
        f"{hover} {state}",
        markup.text(wording.number(row["outstanding"])),
        markup.text(wording.number(row["reserved"])),
    )


def _start(due: Any) -> Any:
    return pd.Timestamp(due, tz="UTC").to_pydatetime()


def _exception(row: Row, moment: Moment) -> tuple[str, ...]:
    told = reasons.read(row["kind"], row["drivers"])
    is_open = row["state"] == "open"
    state = markup.mark(row["severity"]) if is_open else markup.mark("ok", "Resolved")
    what = f"{markup.text(told.title)}<br>{markup.quiet(told.why)}"
    return (state, what, markup.when(row["opened"].to_pydatetime(), moment.near))
