# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cached looks at whether the tables can be trusted."""

import os

import pandas as pd
import streamlit as st

from dashboard import data
from sightline.aid.doctor import Finding, tables
from sightline.settings import Settings


@st.cache_data(ttl="1m", show_spinner=False)
def offsets() -> list[Finding]:
    """Compare the tables with the event log, partition by partition."""
    return list(tables.offsets(Settings.from_env(os.environ), data.store()))


@st.cache_data(ttl="10s", show_spinner=False)
def dead_reasons(most: int) -> pd.DataFrame:
    """Read ``system_dead_reasons``."""
    return data.store().read("system_dead_reasons", most=most)


@st.cache_data(ttl="10s", show_spinner=False)
def dead_letters(most: int) -> pd.DataFrame:
    """Read ``system_dead_letters``."""
    return data.store().read("system_dead_letters", most=most)


@st.cache_data(ttl="10s", show_spinner=False)
def open_suspects() -> int:
    """Return how many events are set aside for a suspect quantity, from ``system_suspects``."""
    found = data.store().read("system_suspects")
    return int(found.loc[found["state"] == "open", "n"].sum())


@st.cache_data(ttl="10m", show_spinner=False)
def repeated_ids(most: int) -> pd.DataFrame:
    """Read ``system_repeated_ids``; rarely, for it looks at every event."""
    return data.store().read("system_repeated_ids", most=most)
