# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cached reads of positions, all of them or one."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.rows import Row, records


@st.cache_data(ttl="10s", show_spinner=False)
def positions(as_of: date) -> pd.DataFrame:
    """Read ``stock_positions``, with what its flags mean for the balance.

    Adds ``is_counted`` and ``is_below``: counted, and less than nothing on hand. Before its
    first count a position starts at 0, so that less than nothing says nothing.
    """
    found = data.store().read("stock_positions", as_of=as_of)
    counted = ~found["flags"].map(lambda flags: "no_anchor" in list(flags)).astype(bool)
    return found.assign(is_counted=counted, is_below=counted & (found["on_hand"] < 0))


def position(as_of: date, item: str, loc: str) -> Row | None:
    """Return the row of ``stock_positions`` of one item at one location, None without one."""
    found = positions(as_of)
    return next(iter(records(found[(found["item"] == item) & (found["loc"] == loc)])), None)


@st.cache_data(ttl="10s", max_entries=64, show_spinner=False)
def open_lines(as_of: date, item: str, loc: str) -> pd.DataFrame:
    """Read ``stock_lines``."""
    return data.store().read("stock_lines", as_of=as_of, item=item, loc=loc)


@st.cache_data(ttl="10s", max_entries=64, show_spinner=False)
def of_position(name: str, item: str, loc: str, **more: Any) -> pd.DataFrame:
    """Read the query called `name` for one item at one location."""
    return data.store().read(name, item=item, loc=loc, **more)


@st.cache_data(ttl="10s", max_entries=64, show_spinner=False)
def exception(identifier: str) -> list[Row]:
    """Read ``stock_exception``: one row, or none when there is no such exception."""
    return records(data.store().read("stock_exception", exception=identifier))
