# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands where a page will be, while it is drawn for the first time."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

SEEN = "pages seen"


@contextmanager
def skeleton(name: str) -> Iterator[None]:
    """Show a skeleton while what is inside ``with`` takes longer than a moment.

    Only when a reader first opens the page called `name`: later the old content stays until
    the new one is there, and a skeleton would push it about.
    """
    seen: set[str] = st.session_state.setdefault(SEEN, set())
    if name in seen:
        yield
        return
    with st.skeleton(height=320):
        yield
    seen.add(name)
