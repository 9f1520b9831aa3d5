# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the tables hold exactly what the event log does."""

from collections.abc import Sequence

import streamlit as st

from dashboard import markup, page
from sightline.aid.doctor import Finding

NOTE = (
    "Sent = accepted + duplicates + dead letters, for every partition. Looked at each minute."
)
STATES = {"ok": "ok", "note": "info", "warning": "high", "failed": "critical"}
WORDS = {"ok": "Adds up", "note": "Waiting", "warning": "Look", "failed": "Wrong"}


def draw(found: Sequence[Finding]) -> None:
    """Draw what the comparison of the log with the tables found, and what to do."""
    with page.card("Log against tables", NOTE):
        for each in found:
            sign = markup.mark(STATES[each.status], WORDS[each.status])
            told = f"{each.found[:1].upper()}{each.found[1:]}."
            needed = each.status in {"warning", "failed"}
            advice = f"<br>{markup.quiet(each.advice)}" if needed else ""
            st.html(f"<div>{sign} {markup.text(told)}{advice}</div>")
