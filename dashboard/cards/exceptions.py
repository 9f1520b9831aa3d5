# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong now, and what was: a line each, with a way to where one can look."""

import pandas as pd
import streamlit as st

from dashboard import markup, page, reasons, wording
from dashboard.data import Exceptions, Moment
from dashboard.markup import Column
from dashboard.rows import Row, records

STOCK = "app_pages/stock.py"
FEW, MANY = 6, 60


def open_now(found: Exceptions, moment: Moment) -> None:
    """Draw the open exceptions, the worst first."""
    with page.card(
        "Open exceptions", "The worst first, then the largest, then the oldest; business time."
    ):
        if found.rows.empty:
            st.html(markup.empty("Nothing is open.", "Rules look again whenever data arrive."))
            return
        rows = records(found.rows)
        _lines(rows[:FEW], moment)
        if len(rows) > FEW:
            with st.expander(f"Show {wording.count(found.total - FEW, 'more exception')}"):
                _lines(rows[FEW:], moment)
                if found.total > len(rows):
                    rest = wording.count(found.total - len(rows), "more exception")
                    st.html(markup.quiet(f"{rest}: see Stock, only problems."))


def resolved(rows: pd.DataFrame, moment: Moment) -> None:
    """Draw what ended lately."""
    with page.card("Recently resolved"):
        if rows.empty:
            st.html(markup.quiet("Nothing has been resolved yet."))
            return
        columns = (
            Column("Item"),
            Column("What it was"),
            Column("Open for"),
            Column("Resolved"),
        )
        cells = [_ended(row, moment) for row in records(rows)]
        st.html(markup.table(columns, cells, caption="Exceptions that ended, the latest first"))


def _lines(rows: list[Row], moment: Moment) -> None:
    for row in rows:
        told = reasons.read(row["kind"], row["drivers"])
        since = markup.when(row["opened"].to_pydatetime(), moment.near)
        what = f"{reasons.subject(row['item'], row['loc'], row['object'])}: {told.title}"
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.html(markup.row(row["severity"], what, told.why, since))
            if not row["item"]:  # no page shows more of it
                continue
            st.page_link(
                STOCK,
                label="Open",
                icon=":material/chevron_right:",
                icon_position="right",
                query_params={
                    "item": row["item"],
                    "loc": row["loc"],
                    "exception": row["exception_id"],
                },
            )


def _ended(row: Row, moment: Moment) -> tuple[str, ...]:
    opened, ended = row["opened"].to_pydatetime(), row["resolved"].to_pydatetime()
    where = {"item": row["item"], "loc": row["loc"], "exception": row["exception_id"]}
    about = reasons.subject(row["item"], row["loc"], row["object"])
    return (
        markup.link("/stock", about, where) if row["item"] else markup.text(about),
        f"{markup.mark(row['severity'])} {markup.text(reasons.kind(row['kind']))}",
        markup.text(wording.length((ended - opened).total_seconds())),
        markup.when(ended, moment.near),
    )
