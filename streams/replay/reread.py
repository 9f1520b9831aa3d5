# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stored events of some items, read once more: as if the log had held no others.

What is stored says what each event came to by the records that stood before it in the log.
Where one of these was recorded later than the moment asked about, only a new reading of the
stated quantities tells what they were worth then.
"""

from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from sightline.events.encode import envelope_of
from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.intake import IntakeState
from streams.logic.runs import Block


class Reading(NamedTuple):
    """Accepted events in base units, and what some of them count for in the end."""

    events: pa.Table
    restated: Block | None


def read_again(events: pa.Table, part: int, gen: int) -> Reading:
    """Return what an intake that has seen nothing else makes of stored `events`.

    Parameters
    ----------
    events
        Rows of query known_again, of one partition, in the order of the log. What is refused
        among them, as for want of a factor, is left out.
    """
    raws = [
        Raw("ndjson", 1, envelope_of(row), row["off"], _ms(row["ingest_time"]), 0)
        for row in events.to_pylist()
    ]
    fresh = IntakeState(part, gen).apply(decode(Chunk(part, raws, 0)))
    return Reading(fresh.table, fresh.restated)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
