# SPDX-License-Identifier: AGPL-3.0-or-later
"""The event log as a Bytewax source: one partition each, resumable, stopped by an event."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition

from sightline import timings
from sightline.clock import wall_clock
from sightline.errors import StoreError
from sightline.log import INDEX_BITS, Batch, Log
from streams.logic.chunk import Chunk, Raw

EPOCH = "stream_epoch"
EVENTS_AT_A_TIME = 12_000
TICK = timedelta(
    milliseconds=200
)  # all partitions wake together, so that one insert serves all


@dataclass(slots=True)
class LogSource(FixedPartitionedSource[tuple[str, Chunk], tuple[int, int]]):
    """Reads every partition of `log`.

    Attributes
    ----------
    stop
        Ends the source at the next wake-up.
    until_idle
        Ends each partition when it has reached the head of the log.
    stored
        Last offset per partition that the store has; resuming beyond it is refused.
    """

    log: Log
    stop: Event
    until_idle: bool
    stored: Mapping[int, int]

    def list_parts(self) -> list[str]:
        """Return the partitions' numbers as keys."""
        return [str(part) for part in range(self.log.partitions)]

    def build_part(
        self, step_id: str, for_part: str, resume_state: tuple[int, int] | None
    ) -> "LogPartition":
        """Open one partition after the last offset and frontier of `resume_state`."""
        del step_id
        after, frontier = resume_state or (-1, 0)
        part = int(for_part)
        if after > self.stored.get(part, -1):
            raise StoreError(
                f"The stream has read partition {part} up to offset {after}, but the store "
                f"only up to {self.stored.get(part, 'nothing')}: it was emptied or restored to "
                "an older state. Delete the folder `state` in SIGHTLINE_HOME to replay the log."
            )
        return LogPartition(self, part, after, frontier)


class LogPartition(StatefulSourcePartition[tuple[str, Chunk], tuple[int, int]]):
    """One partition: chunks of up to `EVENTS_AT_A_TIME` events, then a word per frontier."""

    def __init__(self, source: LogSource, part: int, after: int, frontier: int) -> None:
        self.source = source
        self.part = part
        self.after = after
        self.frontier = frontier
        self.is_idle = False
        self.epoch_began = time.monotonic()

    def next_batch(self) -> list[tuple[str, Chunk]]:
        """Return the next chunk, the news of a frontier, or nothing."""
        if self.source.stop.is_set():
            raise StopIteration
        top = self.source.log.top()  # before reading: what is read covers at least this
        batches = self.source.log.read(self.part, self.after, events=EVENTS_AT_A_TIME)
        reached = top if not batches else batches[-1].first >> INDEX_BITS
        self.is_idle = not batches
        if self.is_idle and reached <= self.frontier:
            if self.source.until_idle:
                raise StopIteration
            return []
        self.after = batches[-1].last if batches else self.after
        self.frontier = reached
        return [(str(self.part), Chunk(self.part, [_raw(b) for b in batches], reached))]

    def next_awake(self) -> datetime | None:
        """Return the next common tick when there is nothing to read, else at once."""
        if not self.is_idle or self.source.until_idle:
            return None
        now = wall_clock()
        return datetime.fromtimestamp(
            (now.timestamp() // TICK.total_seconds() + 1) * TICK.total_seconds(), UTC
        )

    def snapshot(self) -> tuple[int, int]:
        """Return the last offset and the frontier, to resume after them; an epoch is over."""
        now = time.monotonic()
        if self.part == 0:  # all partitions share their epochs
            timings.took(EPOCH, now - self.epoch_began)
        self.epoch_began = now
        return self.after, self.frontier


def _raw(batch: Batch) -> Raw:
    return Raw(batch.fmt, batch.events, batch.body, batch.first, batch.at_ms, batch.append_row)
