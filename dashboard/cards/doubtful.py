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
    "somebody says which reading holds."
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
        st.html(f"<div>{_everywhere('All of them, and how to settle one')}</div>")


def led_to(number: int) -> None:
    """Draw the way to all suspects, of which there are `number`."""
    told = f"{wording.count(number, 'suspect quantity', 'suspect quantities')} to settle"
    st.html(f"<div>{_everywhere(told)}</div>")


def _everywhere(told: str) -> str:
    return markup.link("/quality", told, {"finding": "suspect_quantity"})


def _suspect(row: Row) -> tuple[str, ...]:
    kind = str(row["type"]).removeprefix("io.sightline.").removesuffix(".v1")
    when = wording.moment(row["time"].to_pydatetime())
    about = f"{row['event_id']} from {row['source']}, {when}"
    money = f"{wording.exact(round(float(row['money']), 2))} {row['currency']}".strip()
    return (
        f"{markup.mark('high', 'suspect')} {markup.text(kind)}<br>{markup.quiet(about)}",
        markup.text(wording.exact(row["stated_qty"])),
        markup.text(wording.exact(row["other_qty"])),
        markup.text(money),
    )
