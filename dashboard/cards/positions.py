# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every position in one table: choose a row to look into it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.column_config import Column, NumberColumn
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import controls, download, markup, theme, wording
from dashboard.rows import Row, records

FLAGS = {
    "no_anchor": "since the first event (never counted)",
    "negative": "on hand below zero",
    "over_allocated": "more promised than there is",
    "hold_negative": "hold below zero",
    "over_received": "more received than ordered",
    "count_ambiguous": "a count lies beside another source's movement: see the range",
    "suspect": "a suspect quantity is set aside",
    "stale": "a source of it is silent",
}
KEY = "positions"
UNITS = {
    "on_hand": ("On hand, units", "What lies there."),
    "available": ("Available, units", "On hand less reserved and hold."),
    "due": ("Due, units", "Due units that have no stock reserved."),
    "short": ("Short, units", "Due units that what is available cannot serve."),
    "reserved": ("Reserved, units", "Promised to order lines."),
    "hold": ("Hold, units", "Not to be used: quality, returns, damage."),
    "on_order": ("On order, units", "Released, not yet shipped by the supplier."),
    "in_transit": ("In transit, units", "Shipped, not yet received."),
    "position_net_due": (
        "Position, net, units",
        "On hand and inbound, less due lines without stock, reserved and hold.",
    ),
    "backordered": ("Backordered, units", "All open lines, due or not: committed."),
    "over_received": ("Over-received, units", "Received beyond what was ordered."),
}


def keep(
    found: pd.DataFrame, *, item: str, part: str, site: str, only_problems: bool
) -> pd.DataFrame:
    """Return the rows whose item contains `part`, at `site`, with a problem if asked for.

    Parameters
    ----------
    item
        Just this item; empty keeps all.
    part
        Any part of the code or the description, whatever its case; empty keeps all.
    site
        A location; empty keeps all.
    """
    kept = found[found["item"] == item] if item else found
    if part:
        told = kept["item"] + "\n" + kept.get("description", "")
        kept = kept[told.str.contains(part, case=False, regex=False)]
    kept = kept[kept["loc"] == site] if site else kept
    return kept[is_problem(kept)] if only_problems else kept


def with_silence(
    found: pd.DataFrame, silent: Mapping[tuple[str, str], Sequence[str]]
) -> pd.DataFrame:
    """Return `found` with the flag ``stale`` where a source of the position is `silent`."""
    places = zip(found["item"], found["loc"], strict=True)
    flags = [
        [*each, "stale"] if place in silent else list(each)
        for each, place in zip(found["flags"], places, strict=True)
    ]
    return found.assign(flags=pd.Series(flags, index=found.index, dtype=object))


def is_problem(found: pd.DataFrame) -> pd.Series:
    """Tell which rows have an open exception, a shortage or a count that cannot be."""
    return (found["exceptions"] > 0) | (found["short"] > 0) | found["is_below"]


def explained(flags: list[str]) -> str:
    """Return what flags mean, separated by semicolons; unknown ones as they are."""
    return "; ".join(FLAGS.get(flag, flag.replace("_", " ")) for flag in flags)


def draw(shown: pd.DataFrame) -> None:
    """Draw the table and a download of just what it shows."""
    table = _readable(shown)
    st.dataframe(
        table,
        hide_index=True,
        height=min(560, 37 * (len(table) + 1) + 3),
        row_height=36,
        column_config=_columns(),
        key=KEY,
        on_select=controls.position_opener(shown, KEY),
        selection_mode="single-row",
        alt=f"Positions: {wording.count(len(table), 'row')}, the ones with a problem first",
    )
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        rows = wording.count(len(table), "position")
        st.html(markup.quiet(f"{rows}. Select a row to look into it."), width="content")
        download.button(table, "positions.csv")


def _readable(shown: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "status": [_status(row) for row in records(shown)],
            "item": shown["item"],
            **({"description": shown["description"]} if shown["description"].any() else {}),
            "loc": shown["loc"],
            **{name: shown[name] for name in UNITS},
            "flags": [explained(list(each)) for each in shown["flags"]],
            "as_of": shown["as_of"],
        }
    )


def _status(row: Row) -> str:
    if row["severity"]:
        look = theme.status(str(row["severity"]))
        return f"{look.shape} {look.word}"
    if float(row["short"]) > 0:
        return f"{theme.status('high').shape} Short"
    if row["is_below"]:
        return f"{theme.status('high').shape} Below zero"
    if not row["is_counted"]:
        return f"{theme.status('medium').shape} Never counted"
    return f"{theme.status('ok').shape} OK"


def _columns() -> dict[str, ColumnConfig | str | None]:
    numbers: dict[str, ColumnConfig | str | None] = {
        name: NumberColumn(title, help=text, format="localized")
        for name, (title, text) in UNITS.items()
    }
    return numbers | {
        "status": Column("Status", help="The worst open exception, or what the numbers say."),
        "item": Column("Item", pinned=True),
        "description": Column("Description", width="medium"),
        "loc": Column("Location"),
        "flags": Column("Remarks", width="medium"),
        "as_of": st.column_config.DatetimeColumn(
            "Latest event, UTC", format="D MMM YYYY, HH:mm", timezone="UTC"
        ),
    }
