# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Kafka topic behind the door of the event log.

What goes in is kept in order within a partition, at least once: an append that failed halfway
is repeated as a whole, and the stream drops what it has seen. The ledger of imports is a file
in the home, written after the messages are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock

from sightline.clock import Clock, wall_clock
from sightline.errors import LogError
from sightline.log import ledger
from sightline.log.kafka.client import Cluster
from sightline.log.kafka.reader import Reader
from sightline.log.kafka.sending import Outgoing, Sender
from sightline.log.kafka.stretches import REFUSED, messages_of
from sightline.log.kafka.topic import Identity, Span, identity_of, partitions_of, span_of
from sightline.log.pieces import Batch, Piece
from sightline.log.reading import events_of
from sightline.log.sqlite import SqliteLog
from sightline.log.waiting import Waiting
from sightline.settings import Settings

GENERATION = 1
LEDGER = "imports.db"
READ_TRIES = 250  # of a fiftieth of a second


class KafkaLog:
    """An event log in one topic; share it between threads, open one per process.

    Attributes
    ----------
    cluster
        How the topic is reached.
    partitions
        Partitions of the topic.
    generation
        Always the same: a topic that was made anew is refused, never taken for the old one.
    """

    generation = GENERATION

    def __init__(self, cluster: Cluster, ledger_file: Path, clock: Clock = wall_clock) -> None:
        self.cluster = cluster
        self._clock = clock
        self._lock = Lock()
        self._asker = cluster.consumer()
        self.partitions = partitions_of(self._asker, cluster)
        self._sender: Sender | None = None
        self._file = ledger_file
        self._ledger: SqliteLog | None = None
        self._seen: dict[int, list[tuple[int, int]]] = {}

    @classmethod
    def open(cls, settings: Settings) -> "KafkaLog":
        """Open the topic of `settings`; its partitions beat the setting."""
        return cls(Cluster.of(settings), settings.home / LEDGER)

    def append(
        self, pieces: Sequence[Piece], *, imported: Sequence[ledger.Imported] = ()
    ) -> None:
        """Send the events of `pieces`; on return they are kept, then `imported` is written.

        Raises
        ------
        LogError
            Not all of them are known to be kept. Append them again: repeats are dropped.
        """
        for piece in pieces:
            if not 0 <= piece.part < self.partitions:
                raise LogError(
                    f"A piece for partition {piece.part}; expected a partition below "
                    f"{self.partitions}. Cut it."
                )
        with self._lock:
            self._sender = self._sender or Sender(self.cluster)
        self._sender.send(message for piece in pieces for message in _messages(piece))
        if imported:
            self._imports().append([], imported=imported)

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        """Return at least one batch of `part` after offset `after` when there is one."""
        span = self.span(part)
        start = max(after + 1, span.low)
        if start >= span.high:
            return []
        reader = Reader(self.cluster, {part: start})
        try:
            for _ in range(READ_TRIES):
                if found := reader.take(part, 0):
                    return _within(found, events)
                if reader.is_at_end(part):
                    break
        finally:
            reader.close()
        return []

    def heads(self) -> dict[int, int]:
        """Return the last offset of every partition that has one."""
        spans = {part: self.span(part) for part in range(self.partitions)}
        found = {part: each.high - 1 for part, each in spans.items() if each.high > 0}
        self._note(found)
        return found

    def top(self) -> int:
        """Return how many messages there have ever been."""
        return sum(head + 1 for head in self.heads().values())

    def span(self, part: int) -> Span:
        """Return where partition `part` begins and ends now."""
        return span_of(self._asker, self.cluster, part)

    def identity(self) -> Identity:
        """Return who the topic is."""
        return identity_of(self._asker, self.cluster)

    def waiting(self, after: Mapping[int, int]) -> dict[int, Waiting]:
        """Return what lies behind the offsets `after`, in messages, since it was first seen."""
        heads = self.heads()
        found = {}
        with self._lock:
            for part, head in heads.items():
                last = after.get(part, -1)
                seen = [each for each in self._seen[part] if each[1] > last]
                self._seen[part] = seen or self._seen[part][-1:]
                if head > last:
                    found[part] = Waiting(seen[0][0], head - last)
        return found

    def imported(self, file_sha256: str, mapping_sha256: str) -> ledger.Standing:
        """Return how much of a file is known to be in the topic under a mapping."""
        return self._imports().imported(file_sha256, mapping_sha256)

    def files(self) -> list[ledger.KnownFile]:
        """Return every file that something of is in the topic, with its mappings."""
        return self._imports().files()

    def prefixes(self, mapping_sha256: str) -> list[ledger.Prefix]:
        """Return the beginnings of files that are in the topic under a mapping."""
        return self._imports().prefixes(mapping_sha256)

    def close(self) -> None:
        """Send what is queued and close; call it once, when nobody uses the log."""
        with self._lock:
            if self._sender:
                self._sender.close()
            if self._ledger:
                self._ledger.close()
        self._asker.close()

    def _imports(self) -> SqliteLog:
        with self._lock:
            if self._ledger is None:
                self._ledger = SqliteLog(self._file, partitions=1)
            return self._ledger

    def _note(self, heads: Mapping[int, int]) -> None:
        """Remember when a head was first seen: a message waits since then."""
        now_ms = int(self._clock().timestamp() * 1000)
        with self._lock:
            for part, head in heads.items():
                seen = self._seen.setdefault(part, [])
                if not seen or head > seen[-1][1]:
                    seen.append((now_ms, head))
                    del seen[1:-600]  # the oldest stays: it is what waits longest


def _messages(piece: Piece) -> Iterator[Outgoing]:
    if piece.fmt == "refused":
        for line in messages_of(piece):
            yield Outgoing(line, piece.part, None, (REFUSED,))
        return
    for line in events_of(piece):
        yield Outgoing(line, piece.part)


def _within(found: Sequence[Batch], events: int) -> list[Batch]:
    """Return the first batch, and the others as long as they stay within `events`."""
    kept: list[Batch] = []
    for batch in found:
        events -= batch.events
        if kept and events < 0:
            break
        kept.append(batch)
    return kept
