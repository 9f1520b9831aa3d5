# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: events about exceptions on their way to the event log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from sightline.desk.steps import Step, as_line
from sightline.desk.tables import journal


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the journal: its place and its CloudEvent as a line of JSON."""

    seq: int
    event: str


def write(connection: Connection, found: Iterable[Step], *, now: datetime) -> None:
    """Add the events of `found` in their order."""
    rows = [
        {
            "event_id": step.event_id,
            "event": as_line(step.event(recorded=now)),
            "written": now,
        }
        for step in found
    ]
    if rows:
        connection.execute(insert(journal), rows)


def pending(connection: Connection, *, limit: int) -> list[Entry]:
    """Return the oldest events that are not known to be in the log."""
    wanted = (
        select(journal.c.seq, journal.c.event)
        .where(journal.c.appended.is_(None))
        .order_by(journal.c.seq)
        .limit(limit)
    )
    return [Entry(seq, event) for seq, event in connection.execute(wanted)]


def mark_appended(connection: Connection, entries: Sequence[Entry], *, now: datetime) -> None:
    """Note that `entries` are in the log for good."""
    connection.execute(
        update(journal).where(journal.c.seq == bindparam("place")).values(appended=now),
        [{"place": entry.seq} for entry in entries],
    )
