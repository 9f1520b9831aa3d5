# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page shows when something breaks: a sentence and an id, never a trace."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import streamlit as st

from dashboard import markup
from sightline.errors import SightlineError

MET = "errors met"
log = logging.getLogger("sightline.dashboard")


def show(error: Exception) -> bool:
    """Draw a card for `error` and log its trace under the id that the card shows.

    The same error keeps its id while a reader stays, and is logged once: a live page meets it
    again every few seconds. Our own errors say what to do, so their message is shown; others
    may hold anything, so only their id is. Returns True: Streamlit need not draw it again.
    """
    met: dict[str, str] = st.session_state.setdefault(MET, {})
    name = f"{type(error).__name__}: {error}"
    if name not in met:
        met[name] = token_hex(4)
        log.error("%s: %s", met[name], "".join(traceback.format_exception(error)).rstrip())
    said = str(error) if isinstance(error, SightlineError) else ""
    st.html(markup.fault(met[name], said))
    return True


@contextmanager
def caught() -> Iterator[None]:
    """Show what breaks inside ``with`` instead of letting it end the page."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the rest of the page stays
        show(error)
