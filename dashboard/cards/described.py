# SPDX-License-Identifier: AGPL-3.0-or-later
"""What master data say about a position: its names, how it is planned, what lies ahead."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.erp import Link
from dashboard.markup import Column
from dashboard.rows import Row, is_missing, records

PLANNED = (
    ("reorder_point", "Reorder point"),
    ("safety_stock", "Safety stock"),
    ("target_stock", "Target stock"),
    ("moq", "Smallest order"),
    ("lot_size", "Lot size"),
)
NET = (
    "Master data that hold now, in base units. The reorder point is reached when what is there "
    "and what comes, less what is promised, held back or waited for, is not above it."
)
LIMITS = {
    "warehouse_capacity": "Room for",
    "receiving_capacity": "Receives at most",
    "budget": "Budget",
    "credit_hold": "Credit hold",
    "invoice_block": "Invoices blocked",
    "transport": "Transport",
}


def subject(master: Row | None, links: Sequence[Link]) -> None:
    """Draw what the item and its location are called, and where else to look at it."""
    said = _said(master) if master else []
    shown = [markup.quiet(" · ".join(said))] if said else []
    shown += [markup.outward(each.label, each.url) for each in links]
    if shown:
        st.html(f'<div class="sl-break">{" &nbsp; ".join(shown)}</div>')


def planning(master: Row | None, row: Row) -> None:
    """Draw how the position in `row` is planned; nothing where nobody has said it."""
    if master is None or all(is_missing(master[name]) for name, _ in PLANNED):
        return
    # what is there or comes, less what is promised, held back or waited for (EVENTS section 4)
    net = row["available"] + row["on_order"] + row["in_transit"] - row["backordered"]
    with page.card("How it is planned", NET):
        columns = (Column("Parameter"), Column("Units", is_number=True))
        rows = [
            (markup.text(title), _judged(name, master[name], net))
            for name, title in PLANNED
            if not is_missing(master[name])
        ]
        if not is_missing(master["lead_time_days"]):
            days = wording.count(float(master["lead_time_days"]), "day")
            rows.append((markup.text("Lead time"), markup.text(days)))
        st.html(markup.table(columns, rows, caption="How the position is planned"))


def ahead(found: pd.DataFrame) -> None:
    """Draw promotions of the item and limits of its location; nothing if there are none."""
    if found.empty:
        return
    with page.card("Promotions and limits", "On now or within 30 days; limits that hold now."):
        columns = (Column("What"), Column("When"), Column("How much", is_number=True))
        rows = [_promise(row) for row in records(found)]
        st.html(markup.table(columns, rows, caption="Promotions and limits"))


def _said(master: Row) -> list[str]:
    unit = f"in {master['base_uom']}" if master["base_uom"] else ""
    supplier = master["supplier_name"] or master["supplier"]
    said = [
        master["description"],
        master["family"],
        unit,
        f"from {supplier}" if supplier else "",
        f"at {master['loc_name']}" if master["loc_name"] else "",
    ]
    return [str(each) for each in said if each]


def _judged(name: str, value: float, net: float) -> str:
    told = markup.text(wording.number(value))
    if name == "reorder_point" and net <= value:
        return f"{markup.mark('high', 'reached')} {told}"
    return told


def _promise(row: Row) -> tuple[str, ...]:
    begins, ends = (_day(row[name]) for name in ("begins", "ends"))
    amount = row["amount"]
    if row["sort"] == "promotion":
        more = "" if is_missing(amount) else f"{float(amount):+.0%} expected"
        what = f"{markup.text(row['name'])}<br>{markup.quiet(row['detail'])}"
        return (what, markup.text(f"{begins} to {ends}"), markup.text(more))
    used = "" if is_missing(row["used"]) else f"{wording.number(row['used'])} of "
    many = "" if is_missing(amount) else f"{used}{wording.number(amount)}"
    what = markup.text(LIMITS.get(str(row["sort"]), str(row["sort"])))
    return (what, markup.text("now" if is_missing(row["ends"]) else f"to {ends}"),
            markup.text(many))  # fmt: skip


def _day(value: object) -> str:
    return wording.NONE if is_missing(value) else wording.day(pd.Timestamp(str(value)))
