# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ids that a source has used twice: what the check for duplicates could not know."""

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.markup import Column
from dashboard.rows import Row, records

NOTE = (
    "An id may stand for one event only. The same id with another item lands in another "
    "partition of the log and is accepted there. Looked for every ten minutes."
)


def draw(found: pd.DataFrame) -> None:
    """Draw how many ids stand for several accepted events, and some of them."""
    with page.card("Ids that occur twice", NOTE):
        if found.empty:
            st.html(f"{markup.mark('ok')} {markup.quiet('Every id stands for one event.')}")
            return
        total = int(found["total"].iloc[0])
        lead = f"{wording.count(total, 'id')} with more than one event: ask the source."
        st.html(f"{markup.mark('medium', 'Look')} {markup.text(lead)}")
        columns = (
            Column("Id"),
            Column("Items"),
            Column("Events", is_number=True),
            Column("Latest"),
        )
        rows = [_id(row) for row in records(found)]
        st.html(markup.table(columns, rows, caption="Ids with more than one event"))
        if total > len(found):
            more = wording.count(total - len(found), "more id")
            st.html(markup.quiet(f"{more}."))


def _id(row: Row) -> tuple[str, ...]:
    whose = str(row["source"])
    if row["tenant"] != "main":
        whose = f"{whose}, tenant {row['tenant']}"
    name = f'<span class="sl-break">{markup.text(row["id"])}</span>'
    return (
        f"{name}<br>{markup.quiet(whose)}",
        markup.text(wording.several([str(each) for each in row["items"] if each])),
        markup.text(wording.exact(row["events"])),
        markup.when(row["latest"].to_pydatetime(), None),
    )
