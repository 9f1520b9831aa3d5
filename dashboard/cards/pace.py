# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long the stream's own work takes, and what came out of order."""

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.markup import Column
from dashboard.rows import Row, records
from sightline import timings
from sightline.timings import Timing

NOTE = (
    "Since this process began; 95 of 100 took at most so long. An epoch lasts a second "
    "or more, however little there is to do; after a crash at most one is read again."
)
TIMED = (
    ("log_commit", "", "Commit of the log"),
    ("store_insert", "events", "Insert of events"),
    ("store_insert", "positions", "Insert of positions"),
    ("stream_epoch", "", "Epoch of the stream"),
    ("stream_snapshot", "PartitionState", "Snapshot of positions"),
)
DISORDER = {
    "late": "Late: further behind its source than the horizon; what it changed is restated.",
    "reused": "Reused: an id that came first long ago, dropped as a duplicate.",
    "restated": "Restated: counts for another quantity than it came with.",
}


def draw() -> None:
    """Draw how long things took since this process began."""
    with page.card("Pace", NOTE):
        found = [
            (told, timing)
            for name, about, told in TIMED
            if (timing := timings.timed(name).get(about)) is not None
        ]
        if not found:
            st.html(markup.quiet("Nothing has been timed in this process."))
            return
        mean, most = Column("Mean", is_number=True), Column("95 %", is_number=True)
        columns = (Column("What"), mean, most)
        rows = [_pace(told, timing) for told, timing in found]
        st.html(markup.table(columns, rows, caption="How long the stream's work takes"))


def disorder(feeds: pd.DataFrame) -> None:
    """Draw the sources whose events came late, again after long, or count otherwise by now."""
    with page.card("Out of order, by source", " ".join(DISORDER.values())):
        rows = [_cells(row) for row in records(feeds) if any(float(row[n]) for n in DISORDER)]
        if not rows:
            st.html(markup.quiet("Every source keeps its order."))
            return
        columns = (
            Column("Source"),
            *(Column(name.capitalize(), is_number=True) for name in DISORDER),
        )
        st.html(markup.table(columns, rows, caption="What came out of order, by source"))


def _cells(row: Row) -> tuple[str, ...]:
    counts = (wording.number(float(row[name])) for name in DISORDER)
    return (markup.text(row["source"]), *map(markup.text, counts))


def _pace(told: str, timing: Timing) -> tuple[str, ...]:
    return markup.text(told), _length(timing.seconds / timing.count), _most(timing.p95)


def _most(seconds: float) -> str:
    if seconds == float("inf"):
        return markup.text(f"over {timings.BOUNDS[-1]:.0f} s")
    return _length(seconds)


def _length(seconds: float) -> str:
    """Return a short time, in milliseconds below a second."""
    text = f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
    return markup.text(text)
