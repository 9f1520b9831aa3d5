# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of what master data say about what a page shows."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.erp import Link, Template, links
from dashboard.rows import Row, records

AHEAD_DAYS = 30


@st.cache_data(ttl="1m", max_entries=64, show_spinner=False)
def of_position(item: str, loc: str, _as_of: datetime) -> Row | None:
    """Read ``stock_master``; None where there is no such position."""
    found = data.store().read("stock_master", item=item, loc=loc, as_of=_as_of)
    return next(iter(records(found)), None)


@st.cache_data(ttl="1m", max_entries=64, show_spinner=False)
def promises(item: str, loc: str, family: str, region: str, _as_of: datetime) -> pd.DataFrame:
    """Read ``stock_promises`` for the next 30 days."""
    return data.store().read(
        "stock_promises",
        item=item,
        loc=loc,
        family=family,
        region=region,
        as_of=_as_of.date(),
        ahead=AHEAD_DAYS,
    )


def ahead_of(item: str, loc: str, master: Row | None, as_of: datetime) -> pd.DataFrame:
    """Return promotions and limits of a position, by what master data say of it."""
    family, region = (str(master[name]) if master else "" for name in ("family", "region"))
    return promises(item, loc, family, region, as_of)


def links_to(kind: str, ids: Mapping[str, str], as_of: datetime) -> list[Link]:
    """Return the links to one object of the type `kind` in other systems."""
    return links(_templates(as_of), kind, ids)


@st.cache_data(ttl="1m", show_spinner=False)
def _templates(_as_of: datetime) -> list[Template]:
    found = data.store().read("link_templates", as_of=_as_of)
    return [
        Template(**{str(name): str(each[name]) for name in each}) for each in records(found)
    ]
