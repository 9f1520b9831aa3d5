# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cached looks at whether the tables can be trusted."""

import os

import streamlit as st

from dashboard import data
from sightline.aid.doctor import Finding, tables
from sightline.settings import Settings


@st.cache_data(ttl="1m", show_spinner=False)
def offsets() -> list[Finding]:
    """Compare the tables with the event log, partition by partition."""
    return list(tables.offsets(Settings.from_env(os.environ), data.store()))
