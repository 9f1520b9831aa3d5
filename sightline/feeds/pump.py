# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring the journal into the event log, at least once; the stream drops repetitions."""

import json
from datetime import datetime

from sightline.desk import Desk
from sightline.events.publish import to_piece
from sightline.log import Log

PER_APPEND = 5_000


def pump(desk: Desk, log: Log, *, now: datetime) -> int:
    """Append every pending event of the journal to `log` and return how many there were.

    Should we die between the append and the note of it, the events are sent again under the
    same ids.
    """
    appended = 0
    while entries := desk.pending_entries(limit=PER_APPEND):
        log.append(to_piece([json.loads(entry.event) for entry in entries], log.partitions))
        desk.mark_appended(entries, now=now)
        appended += len(entries)
    return appended
