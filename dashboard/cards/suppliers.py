# SPDX-License-Identifier: AGPL-3.0-or-later
"""How reliably each supplier delivers: totals, and a table of all of them."""

import pandas as pd
import streamlit as st
from streamlit.column_config import Column, NumberColumn, ProgressColumn
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import download, markup, wording
from dashboard.markup import Kpi

FEW = 30  # below this a share says little
UNKNOWN = "Unknown supplier"
RULE = (
    "A line came on time when its last receipt is not later than the promised day, in UTC: "
    "what the supplier confirmed last, else what the order asked for last, else the schedule "
    "on the receipt."
)


def keep(found: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the suppliers whose code or name contains `part`, in any case; empty keeps all."""
    named = found.assign(supplier=found["supplier"].replace("", UNKNOWN))
    if not part:
        return named
    told = named["supplier"] + "\n" + named["name"]
    return named[told.str.contains(part, case=False, regex=False)]


def numbers(found: pd.DataFrame) -> None:
    """Draw the totals over all suppliers."""
    lines, promised, on_time, late = (
        int(found[name].sum()) for name in ("po_lines", "promised", "on_time", "late")
    )
    share = wording.percent(on_time / promised if promised else None)
    without = lines - promised
    st.html(
        markup.kpis(
            [
                Kpi(
                    "On time",
                    share,
                    note=f"{wording.exact(on_time)} of {wording.exact(promised)} promised",
                    parts=(("ok", on_time), ("high", late)),
                    whole=promised,
                ),
                _lines("Late", late, _lateness(found)),
                _lines("Received", lines, _from(found)),
                _lines("Without a promised day", without, "neither on time nor late"),
            ]
        )
    )


def draw(shown: pd.DataFrame) -> None:
    """Draw the table, and a download of just what it shows."""
    table = _readable(shown)
    st.dataframe(
        table,
        hide_index=True,
        height=min(640, 36 * (len(table) + 1) + 3),
        row_height=36,
        column_config=_columns(),
        placeholder=wording.NONE,
        key="suppliers",
        alt=f"Suppliers: {wording.count(len(table), 'row')}, the most late lines first",
    )
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        said = f"{wording.count(len(table), 'supplier')}. {RULE}"
        st.html(markup.quiet(said))
        download.button(table, "suppliers.csv")


def _readable(shown: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "supplier": shown["supplier"],
            **({"name": shown["name"]} if shown["name"].any() else {}),
            "on_time_percent": 100 * shown["on_time_share"].astype(float),
            **{name: shown[name] for name in ("po_lines", "on_time", "late")},
            "days_late": shown["days_late"].astype(float),
            "unpromised": shown["unpromised"],
            "latest": shown["latest"],
            "note": [_remark(int(n)) for n in shown["promised"]],
        }
    )


def _remark(promised: int) -> str:
    if not promised:
        return "no promised day"
    return "few lines" if promised < FEW else ""


def _columns() -> dict[str, ColumnConfig | str | None]:
    return {
        "supplier": Column("Supplier", pinned=True, width="small"),
        "name": Column("Name", width="medium"),
        "on_time_percent": ProgressColumn(
            "On time, %", help=RULE, format="%.1f", min_value=0, max_value=100
        ),
        "po_lines": NumberColumn("Received, lines", format="localized"),
        "on_time": NumberColumn("On time, lines", format="localized"),
        "late": NumberColumn("Late, lines", format="localized"),
        "days_late": NumberColumn(
            "Late by, days", help="Median of the late lines.", format="localized"
        ),
        "unpromised": NumberColumn(
            "No promise, lines",
            help="Received without a promised day: neither on time nor late.",
            format="localized",
        ),
        "latest": st.column_config.DatetimeColumn(
            "Latest receipt, UTC", format="D MMM YYYY", timezone="UTC"
        ),
        "note": Column(
            "Remarks", help=f"Few lines: fewer than {FEW} promised, so the share says little."
        ),
    }


def _lines(label: str, amount: int, note: str) -> Kpi:
    return Kpi(label, wording.number(amount), "lines", note, has_bar=False)


def _lateness(found: pd.DataFrame) -> str:
    late = int((found["late"] > 0).sum())
    return f"from {wording.count(late, 'supplier')}" if late else "nobody was late"


def _from(found: pd.DataFrame) -> str:
    return f"from {wording.count(len(found), 'supplier')}"
