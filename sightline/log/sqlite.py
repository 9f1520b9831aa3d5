# SPDX-License-Identifier: AGPL-3.0-or-later
"""The event log in one SQLite file: a row per batch and partition, in commit order."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from sightline.clock import Clock, wall_clock
from sightline.errors import LogError
from sightline.log import ledger
from sightline.log.pieces import INDEX_BITS, MAX_EVENTS, Batch, Piece
from sightline.log.schema import BUSY_SECONDS, connect, create, explained
from sightline.log.waiting import Waiting, waiting_after
from sightline.log.writer import GroupWriter, Request
from sightline.settings import Settings, variable

PREFIX = "sqlite:///"
LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PartitionStat:
    """What one partition holds; offsets as in `Batch`, `at_ms` of its newest batch."""

    part: int
    batches: int
    events: int
    first: int
    last: int
    bytes: int
    at_ms: int


class SqliteLog:
    """A `Log` in one file; share it between threads, open one per process.

    Attributes
    ----------
    path
        The file.
    partitions, generation
        Fixed when the file was created.
    """

    def __init__(
        self,
        path: Path,
        *,
        partitions: int,
        clock: Clock = wall_clock,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        meta = create(path, partitions=partitions, busy_seconds=busy_seconds)
        self.path = path
        self.partitions = meta["partitions"]
        self.generation = meta["generation"]
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._writer: GroupWriter | None = None
        self._heads: dict[int, int] = {}
        self._top = 0
        self._looked = 0.0
        self._seen = -1
        self._watch = self._connected()
        self._look()

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the log of `settings`; its number of partitions beats the setting."""
        path = Path(settings.log.removeprefix(PREFIX))
        log = cls(path, partitions=settings.partitions)
        default = next(each.default for each in fields(settings) if each.name == "partitions")
        if settings.partitions not in (log.partitions, default):
            logger.warning(
                "%s is %d, but the log %s was created with %d; it keeps %d. "
                "Start with an empty SIGHTLINE_HOME to change it.",
                variable("partitions"),
                settings.partitions,
                path,
                log.partitions,
                log.partitions,
            )
        return log

    def append(
        self, pieces: Sequence[Piece], *, imported: Sequence[ledger.Imported] = ()
    ) -> None:
        """Add `pieces` and ledger entries in one transaction; on return they are durable.

        Raises
        ------
        LogError
            The disk is full, the file is locked, or a piece is impossible; nothing was kept.
        """
        for piece in pieces:
            self._check(piece)
        with self._lock:
            if self._writer is None:
                self._writer = GroupWriter(
                    self.path,
                    busy_seconds=self._busy_seconds,
                    clock=self._clock,
                    told=self._advance,
                )
        self._writer.append(Request(pieces, imported))

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        """Return whole batches of `part` that begin after offset `after`, oldest first.

        At least one batch when there is one, then as many as stay within `events`. Batches of
        this process are seen at once, those of others within a second.
        """
        if self._heads.get(part, -1) <= after and not self._grown(part, after):
            return []
        batches: list[Batch] = []
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT fmt, events, body, row, at_ms, append_row FROM batches"
                " WHERE part = ? AND row > ? ORDER BY row",
                (part, after >> INDEX_BITS),
            )
            for fmt, count, body, row, at_ms, append_row in rows:
                events -= count
                if batches and events < 0:
                    break
                batches.append(
                    Batch(part, fmt, count, body, row << INDEX_BITS, at_ms, append_row)
                )
            rows.close()
        return batches

    def heads(self) -> dict[int, int]:
        """Return the last offset of every partition that has one."""
        self._look()
        with self._lock:
            return dict(self._heads)

    def top(self) -> int:
        """Return the highest row id of the whole log, 0 when it is empty.

        Whatever lies below it is found by a `read` that follows, whoever appended it.
        """
        self._look(at_once=True)
        with self._lock:
            return self._top

    def newest(self, count: int, *, before: int | None = None) -> list[Batch]:
        """Return the last `count` batches of all partitions, newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT part, fmt, events, body, row, at_ms, append_row FROM batches"
                " WHERE row < ? ORDER BY row DESC LIMIT ?",
                (2**62 if before is None else before >> INDEX_BITS, count),
            )
            return [
                Batch(part, fmt, events, body, row << INDEX_BITS, at_ms, append_row)
                for part, fmt, events, body, row, at_ms, append_row in rows
            ]

    def stat(self) -> list[PartitionStat]:
        """Return one entry per partition that holds something, in order."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT part, count(*), sum(events), min(row), max(row), sum(length(body)),"
                " max(at_ms) FROM batches GROUP BY part ORDER BY part"
            ).fetchall()
            return [
                PartitionStat(
                    part,
                    batches,
                    events,
                    first << INDEX_BITS,
                    _last_of(connection, last),
                    size,
                    at_ms,
                )
                for part, batches, events, first, last, size, at_ms in rows
            ]

    def waiting(self, after: Mapping[int, int]) -> dict[int, Waiting]:
        """Return what lies behind the offsets `after`, for partitions that have any.

        A partition that is not named there waits from its beginning.
        """
        heads = self.heads()
        with self._reading() as connection:
            return waiting_after(connection, heads, after)

    def imported(self, file_sha256: str, mapping_sha256: str) -> ledger.Standing:
        """Return how much of a file the log holds under a mapping."""
        with self._reading() as connection:
            return ledger.standing(connection, file_sha256, mapping_sha256)

    def files(self) -> list[ledger.KnownFile]:
        """Return every file that the log holds something of, with its mappings."""
        with self._reading() as connection:
            return ledger.known(connection)

    def prefixes(self, mapping_sha256: str) -> list[ledger.Prefix]:
        """Return the beginnings of files that the log holds under a mapping."""
        with self._reading() as connection:
            return ledger.prefixes(connection, mapping_sha256)

    def close(self) -> None:
        """Write what is queued and close the file; call it once, when nobody uses the log."""
        with self._lock:
            writer, self._writer = self._writer, None
            idle, self._idle = self._idle, []
        if writer:
            writer.close()
        for connection in (*idle, self._watch):
            connection.close()

    def _check(self, piece: Piece) -> None:
        if not 0 <= piece.part < self.partitions or not 1 <= piece.events <= MAX_EVENTS:
            raise LogError(
                f"A piece for partition {piece.part} with {piece.events} events; expected a "
                f"partition below {self.partitions} and 1 to {MAX_EVENTS} events. Cut it."
            )

    def _connected(self) -> sqlite3.Connection:
        try:
            return connect(self.path, busy_seconds=self._busy_seconds)
        except sqlite3.Error as error:
            raise explained(self.path, error, "open") from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connected()
        try:
            yield connection
        except sqlite3.Error as error:
            raise explained(self.path, error, "read") from error
        finally:
            with self._lock:
                self._idle.append(connection)

    def _advance(self, heads: dict[int, int]) -> None:
        with self._lock:
            for part, head in heads.items():
                self._heads[part] = max(head, self._heads.get(part, -1))

    def _grown(self, part: int, after: int) -> bool:
        self._look()
        return self._heads.get(part, -1) > after

    def _look(self, *, at_once: bool = False) -> None:
        """See what other processes appended; once a second unless `at_once`, free when idle."""
        now = time.monotonic()
        with self._lock:
            if self._looked and now - self._looked < LOOK_SECONDS and not at_once:
                return
            self._looked = now
            try:
                self._reload()
            except sqlite3.Error as error:
                raise explained(self.path, error, "read") from error

    def _reload(self) -> None:
        version = self._watch.execute("PRAGMA data_version").fetchone()[0]
        if version == self._seen:
            return
        self._watch.execute("BEGIN")  # all partitions as of one moment
        try:
            for part in range(self.partitions):
                row = self._watch.execute(
                    "SELECT row, events FROM batches WHERE part = ? ORDER BY row DESC LIMIT 1",
                    (part,),
                ).fetchone()
                if row:
                    head = (row[0] << INDEX_BITS) + row[1] - 1
                    self._heads[part] = max(head, self._heads.get(part, -1))
                    self._top = max(row[0], self._top)
        finally:
            self._watch.execute("COMMIT")
        self._seen = version


def _last_of(connection: sqlite3.Connection, row: int) -> int:
    found = connection.execute("SELECT events FROM batches WHERE row = ?", (row,)).fetchone()
    return (row << INDEX_BITS) + int(found[0]) - 1
