# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fresh every source is."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import markup, page, wording
from dashboard.data import EPOCH, LIVE, Moment
from dashboard.markup import Column
from dashboard.rows import Row, records
from sightline.outlook import Habit

BRIEF = (Column("Source"), Column("Latest event"), Column("Arrived"))
FULL = (
    *BRIEF,
    Column("Events", is_number=True),
    Column("Duplicates", is_number=True),
    Column("Refused", is_number=True),
)


def draw(
    feeds: pd.DataFrame,
    moment: Moment,
    habits: Mapping[str, Habit],
    *,
    is_full: bool = False,
) -> None:
    """Draw a line per source; with counts when `is_full`."""
    note = (
        "Latest event: business time. Arrived: when it entered the event log. Stale: silent "
        "for half as long again as the second-longest gap of its last 28 days."
    )
    with page.card("Freshness by source", note):
        rows = [_cells(row, moment, habits, is_full=is_full) for row in records(feeds)]
        st.html(
            markup.table(FULL if is_full else BRIEF, rows, caption="Freshness of each source")
        )


def _cells(
    row: Row, moment: Moment, habits: Mapping[str, Habit], *, is_full: bool
) -> tuple[str, ...]:
    latest, arrived = row["watermark"].to_pydatetime(), row["ingested"].to_pydatetime()
    is_live = latest >= moment.now - LIVE
    state = markup.mark("ok", "Live") if is_live else markup.mark("medium", "Quiet")
    habit = habits.get(str(row["source"]))
    if habit is not None and habit.is_stale(moment.as_of):
        state = _stale(habit, moment)
    has_time = latest > EPOCH
    if not has_time:
        state = markup.quiet("master data" if row["source"] else "refused: no source stated")
    brief = (
        f"{markup.text(row['source'])} {state}".strip(),
        markup.when(latest, moment.now) if has_time else wording.NONE,
        markup.when(arrived, moment.now),
    )
    if not is_full:
        return brief
    counts = (row[name] for name in ("events", "duplicates", "dead_letters"))
    return (*brief, *(markup.text(wording.number(float(each))) for each in counts))


def _stale(habit: Habit, moment: Moment) -> str:
    silent = wording.length((moment.as_of - habit.last).total_seconds())
    usual = wording.length(habit.usual.total_seconds() if habit.usual else None)
    return f"{markup.mark('high', 'Stale')} {markup.quiet(f'{silent} silent, usually {usual}')}"
