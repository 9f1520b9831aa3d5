# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events of a position whose quantity looks mistaken: they count for nothing until settled."""

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.markup import Column
from dashboard.rows import Row, records

FEW = 8
NOTE = (
    "Quantity and price both fit another unit. They are left out of every number here until "
    "their exception is resolved: as_stated or as_packs."
)


def suspects(found: pd.DataFrame) -> None:
    """Draw both readings of each suspect event and what is at stake; nothing without one."""
    if found.empty:
        return
    with page.card("Set aside: suspect quantities", NOTE):
        columns = (
            Column("Event"),
            Column("Stated", is_number=True),
            Column("Perhaps", is_number=True),
            Column("At stake", is_number=True),
        )
        rows = [_suspect(row) for row in records(found.head(FEW))]
        st.html(markup.table(columns, rows, caption="Events with a suspect quantity"))
        if len(found) > FEW:
            st.html(markup.quiet(f"{wording.count(len(found) - FEW, 'more event')}."))


def _suspect(row: Row) -> tuple[str, ...]:
    kind = str(row["type"]).removeprefix("io.sightline.").removesuffix(".v1")
    when = wording.moment(row["time"].to_pydatetime())
    about = f"{row['event_id']} from {row['source']}, {when}"
    money = f"{wording.number(row['money'])} {row['currency']}".strip()
    return (
        f"{markup.mark('high', 'suspect')} {markup.text(kind)}<br>{markup.quiet(about)}",
        markup.text(wording.exact(row["stated_qty"])),
        markup.text(wording.exact(row["other_qty"])),
        markup.text(money),
    )
