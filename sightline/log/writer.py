# SPDX-License-Identifier: AGPL-3.0-or-later
"""Group commit: many threads append, one thread writes, every caller waits until durable."""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from sightline import timings
from sightline.clock import Clock
from sightline.log import ledger
from sightline.log.pieces import INDEX_BITS, Piece
from sightline.log.schema import connect, explained, is_busy

GROUP = 256
COMMIT = "log_commit"

Heads = dict[int, int]


@dataclass(frozen=True, slots=True)
class Request:
    """One append: its pieces, its ledger entries, and the promise the caller waits on."""

    pieces: Sequence[Piece]
    imported: Sequence[ledger.Imported]
    durable: "Future[None]" = field(default_factory=Future)


class GroupWriter:
    """One thread that commits whatever has queued up since its last commit."""

    def __init__(
        self, path: Path, *, busy_seconds: float, clock: Clock, told: Callable[[Heads], None]
    ) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._clock = clock
        self._told = told
        self._queue: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def append(self, request: Request) -> None:
        """Queue `request` and wait until it is durable; raise what stopped it."""
        self._queue.put(request)
        request.durable.result()

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            if group:
                self._commit(group)
        if self._connection:
            self._connection.close()

    def _next_group(self) -> tuple[list[Request], bool]:
        group: list[Request] = []
        request = self._queue.get()
        while request is not None:
            group.append(request)
            if len(group) == GROUP or self._queue.empty():
                return group, True
            request = self._queue.get()
        return group, False

    def _commit(self, group: list[Request]) -> None:
        try:
            with timings.measured(COMMIT):
                heads = self._write(group)
        except Exception as error:  # noqa: BLE001  the thread must outlive every caller's error
            self._refuse(group, error)
            return
        self._told(heads)
        for request in group:
            request.durable.set_result(None)

    def _refuse(self, group: list[Request], error: Exception) -> None:
        self._roll_back()
        if len(group) > 1 and not is_busy(error):
            for request in group:  # one caller's error is not its neighbour's
                self._commit([request])
            return
        for request in group:
            refusal = explained(self._path, error, "write")
            refusal.__cause__ = error
            request.durable.set_exception(refusal)

    def _write(self, group: list[Request]) -> Heads:
        if self._connection is None:
            self._connection = connect(self._path, busy_seconds=self._busy_seconds)
        at_ms = int(self._clock().timestamp() * 1000)
        heads: Heads = {}
        self._connection.execute("BEGIN IMMEDIATE")
        for request in group:
            last = _last_row(self._connection) + len(request.pieces)
            for piece in request.pieces:
                row = _insert(self._connection, piece, at_ms, last)
                heads[piece.part] = (row << INDEX_BITS) + piece.events - 1
            ledger.write(self._connection, request.imported, at_ms)
        self._connection.execute("COMMIT")
        return heads

    def _roll_back(self) -> None:
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection.close()
            self._connection = None


def _last_row(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batches'")
    return int((found.fetchone() or (0,))[0])


def _insert(connection: sqlite3.Connection, piece: Piece, at_ms: int, last: int) -> int:
    cursor = connection.execute(
        "INSERT INTO batches (part, fmt, events, at_ms, append_row, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (piece.part, piece.fmt, piece.events, at_ms, last, piece.body),
    )
    return int(cursor.lastrowid or 0)
