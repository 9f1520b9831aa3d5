# SPDX-License-Identifier: AGPL-3.0-or-later
"""A topic of Kafka as a Bytewax source: offsets are kept by the recovery store only."""

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition

from sightline import timings
from sightline.clock import Clock, wall_clock
from sightline.errors import LogError, StoreError
from sightline.log import Batch
from sightline.log.kafka import KafkaLog
from sightline.log.kafka.failure import explained
from sightline.log.kafka.reader import Reader, gone
from sightline.log.kafka.stretches import ROW_MS
from streams.io.log_source import EPOCH, TICK
from streams.logic.chunk import Chunk, Raw

Resume = tuple[int, int, int]
SLACK_MS = 10_000  # what is sent may be under way so long before it is in the topic
QUIET_S = 1.0  # how often a broker is asked whether a partition at its end still is
COMPLAIN_S = 60.0
PATIENCE_S = 60.0  # of a run until idle, for brokers that are away
_ASK_S = 1.0
_PAUSE_S = 5.0  # after a broker did not answer that
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class KafkaSource(FixedPartitionedSource[tuple[str, Chunk], Resume]):
    """Reads some partitions of a topic, through one consumer.

    Attributes
    ----------
    parts
        The partitions to read.
    stop, until_idle, stored
        As in `streams.io.log_source.LogSource`.
    begins
        The first offset that the tables need of each partition.
    """

    log: KafkaLog
    parts: Collection[int]
    stop: Event
    until_idle: bool
    stored: Mapping[int, int]
    begins: Mapping[int, int]
    clock: Clock = wall_clock
    _starts: dict[int, int] = field(default_factory=dict)
    _reader: Reader | None = None
    _complained: float = float("-inf")

    def list_parts(self) -> list[str]:
        """Return the partitions' numbers as keys."""
        return [str(part) for part in self.parts]

    def build_part(
        self, step_id: str, for_part: str, resume_state: Resume | None
    ) -> "KafkaPartition":
        """Open one partition after the last offset of `resume_state`.

        Raises
        ------
        StoreError
            The store has less than was read.
        LogError
            The topic has not all that is to be read.
        """
        del step_id
        part = int(for_part)
        after, frontier, row = resume_state or (self.begins[part] - 1, 0, 0)
        if resume_state and after > self.stored.get(part, self.begins[part] - 1):
            raise StoreError(
                f"The stream has read partition {part} up to offset {after}, but the store "
                f"only up to {self.stored.get(part, 'nothing')}: it was emptied or restored to "
                "an older state. Delete the folder `state` in SIGHTLINE_HOME to replay the log."
            )
        if self.log.span(part).low > after + 1:
            raise gone(self.log.cluster.address.topic, part, after + 1)
        self._starts[part] = after + 1
        return KafkaPartition(self, part, after, frontier, row)

    def reader(self) -> Reader:
        """Return the consumer of all partitions that were built."""
        if self._reader is None:
            self._reader = Reader(self.log.cluster, self._starts)
        return self._reader

    def complain(self, error: LogError) -> None:
        """Say what the stream waits for, once a minute: the lag tells the rest."""
        if time.monotonic() - self._complained > COMPLAIN_S:
            self._complained = time.monotonic()
            _log.warning("%s The stream waits, and goes on by itself.", error)

    def close(self) -> None:
        """End the consumer."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class KafkaPartition(StatefulSourcePartition[tuple[str, Chunk], Resume]):
    """One partition: chunks of what has come, then a word per frontier.

    The frontier is a second: whatever came up to it has been read. A partition in which
    nothing comes moves it on by the clock, once its broker has said that it is at its end.
    """

    def __init__(
        self, source: KafkaSource, part: int, after: int, frontier: int, row: int
    ) -> None:
        self.source = source
        self.part = part
        self.after = after
        self.frontier = frontier
        self.row = row
        self.is_idle = False
        self._is_done = False
        self._ask_at = 0.0
        self._heard = self._epoch_began = time.monotonic()

    def next_batch(self) -> list[tuple[str, Chunk]]:
        """Return the next chunk, the news of a frontier, or nothing."""
        if self.source.stop.is_set() or self._is_done:
            raise StopIteration
        reader = self.source.reader()
        now_ms = int(self.source.clock().timestamp() * 1000)  # before it is looked
        batches = reader.take(self.part, self.row)
        self.is_idle = not batches and reader.is_at_end(self.part)
        if batches:
            self.after, self.row = batches[-1].last, batches[-1].append_row
            return self._told([_raw(b) for b in batches], self.row - 1)
        if not self.is_idle:
            self._be_patient()
            return []
        if self.source.until_idle:
            self._is_done = True
            return self._told([], max(now_ms // ROW_MS, self.row))
        return self._quiet(reader, now_ms)

    def next_awake(self) -> datetime | None:
        """Return the next common tick when there is nothing to read, else at once."""
        if not self.is_idle or self.source.until_idle:
            return None
        seconds = TICK.total_seconds()
        now = self.source.clock().timestamp()
        return datetime.fromtimestamp((now // seconds + 1) * seconds, UTC)

    def snapshot(self) -> Resume:
        """Return the last offset, the frontier and the last row; an epoch is over."""
        now = time.monotonic()
        if self.part == min(self.source.parts):  # all partitions share their epochs
            timings.took(EPOCH, now - self._epoch_began)
        self._epoch_began = now
        return self.after, self.frontier, self.row

    def _told(self, raws: list[Raw], frontier: int) -> list[tuple[str, Chunk]]:
        self._heard = time.monotonic()
        self.frontier = max(frontier, self.frontier)
        return [(str(self.part), Chunk(self.part, raws, self.frontier))]

    def _quiet(self, reader: Reader, now_ms: int) -> list[tuple[str, Chunk]]:
        """Move the frontier on when the broker says that nothing more is there."""
        if time.monotonic() < self._ask_at:
            return []
        try:
            at_end = reader.span(self.part, wait_s=_ASK_S).high <= reader.end(self.part)
        except LogError as error:
            self._ask_at = time.monotonic() + _PAUSE_S
            self.source.complain(error)
            return []
        self._ask_at = time.monotonic() + QUIET_S
        frontier = (now_ms - SLACK_MS) // ROW_MS
        return self._told([], frontier) if at_end and frontier > self.frontier else []

    def _be_patient(self) -> None:
        """Wait for brokers that are away; not for ever where somebody waits for the end."""
        cluster = self.source.log.cluster
        waited = time.monotonic() - self._heard
        if cluster.trouble.last is None or waited < _PAUSE_S:
            return
        error = explained(cluster.trouble.last, cluster.address)
        if self.source.until_idle and waited > PATIENCE_S:
            raise error
        self.source.complain(error)


def _raw(batch: Batch) -> Raw:
    return Raw(batch.fmt, batch.events, batch.body, batch.first, batch.at_ms, batch.append_row)
