# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log on its way through a scratch database: read in any order, told in order of time."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sightline.errors import LogError
from sightline.imports.spill import PREFIX

TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE object (number INTEGER PRIMARY KEY, id TEXT UNIQUE, type TEXT);
CREATE TABLE value (object TEXT, at INTEGER, name TEXT, value TEXT);
CREATE TABLE o2o (source TEXT, target TEXT, qualifier TEXT);
CREATE TABLE event (number INTEGER PRIMARY KEY, id TEXT, type TEXT, at INTEGER, said TEXT,
                    attributes TEXT);
CREATE TABLE e2o (event TEXT, object TEXT, qualifier TEXT);
CREATE TABLE bad (number INTEGER PRIMARY KEY, reason TEXT, raw TEXT);
"""
INDEXES = """
CREATE INDEX value_by_object ON value (object, at);
CREATE INDEX o2o_by_source ON o2o (source);
CREATE INDEX e2o_by_event ON e2o (event);
CREATE INDEX event_by_time ON event (at, number);
"""
AT_ONCE = 10_000


class Event(NamedTuple):
    """One event as read: its time as said, and in milliseconds where it is one."""

    id: str
    type: str
    at: int | None
    said: str
    attributes: str


class Scratch:
    """Takes what a reader finds; see `TABLES` for the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.repeated = 0
        self.stray = 0

    def objects(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add objects as (id, type); an id that is there already is counted as repeated."""
        sql = "INSERT OR IGNORE INTO object (id, type) VALUES (?, ?)"
        for chunk in _chunks(rows):
            before = self.connection.total_changes
            self.connection.executemany(sql, chunk)
            self.repeated += len(chunk) - (self.connection.total_changes - before)

    def values(self, rows: Iterable[tuple[str, int, str, str]]) -> None:
        """Add attributes as (object, since, name, JSON); the name is empty for a bare state."""
        self._add("INSERT INTO value VALUES (?, ?, ?, ?)", rows)

    def o2o(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Add relations between objects as (from, to, qualifier)."""
        self._add("INSERT INTO o2o VALUES (?, ?, ?)", rows)

    def events(self, rows: Iterable[Event]) -> None:
        """Add events in the order of the log."""
        sql = "INSERT INTO event (id, type, at, said, attributes) VALUES (?, ?, ?, ?, ?)"
        self._add(sql, rows)

    def timed(self, rows: Iterable[tuple[int | None, str, str, str, str]]) -> None:
        """Complete events, given as (at, said, attributes, id, type); others are strays."""
        sql = (
            "UPDATE event SET at = ?, said = ?, attributes = ? "
            "WHERE id = ? AND type = ? AND said IS NULL"
        )
        self.connection.execute("CREATE INDEX IF NOT EXISTS event_by_id ON event (id)")
        for chunk in _chunks(rows):
            before = self.connection.total_changes
            self.connection.executemany(sql, chunk)
            self.stray += max(len(chunk) - (self.connection.total_changes - before), 0)

    def e2o(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Add relations of events as (event, object, qualifier)."""
        self._add("INSERT INTO e2o VALUES (?, ?, ?)", rows)

    def bad(self, reason: str, raw: str) -> None:
        """Add what is neither an event nor an object."""
        self.connection.execute("INSERT INTO bad (reason, raw) VALUES (?, ?)", (reason, raw))

    def ready(self) -> None:
        """Everything is in: make it quick to look up."""
        self.connection.executescript(INDEXES)
        self.connection.execute("ANALYZE")

    def one(self, sql: str) -> Any:
        """Return the one value that `sql` asks for."""
        return self.connection.execute(sql).fetchone()[0]

    def _add(self, sql: str, rows: Iterable[Any]) -> None:
        for chunk in _chunks(rows):
            self.connection.executemany(sql, chunk)


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """Open an empty scratch log in `folder`; it disappears afterwards.

    Raises
    ------
    LogError
        The disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        own = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=folder)
    except OSError as error:
        raise _full(folder, error) from error
    with own, closing(sqlite3.connect(Path(own.name) / "log.db", isolation_level=None)) as base:
        try:
            base.executescript(TABLES)
            base.execute("BEGIN")
            yield Scratch(base)
        except sqlite3.OperationalError as error:
            raise _full(folder, error) from error


def json_text(stated: Any) -> str:
    """Return canonical JSON."""
    return msgspec.json.encode(stated, order="deterministic").decode()


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _full(folder: Path, error: Exception) -> LogError:
    what = getattr(error, "strerror", None) or error
    return LogError(
        f"Cannot sort on disk in {folder}: {what}. Nothing was imported; free some disk space "
        "and run the same import again."
    )
