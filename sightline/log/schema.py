# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SQLite file of the event log: its tables, its connections, what its errors mean."""

import sqlite3
from pathlib import Path

from sightline.errors import LogError

GENERATION = 1
BUSY_SECONDS = 30.0
TABLES = (
    """CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS batches (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        part INTEGER NOT NULL,
        fmt TEXT NOT NULL,
        events INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        append_row INTEGER NOT NULL,
        body BLOB NOT NULL
    )""",
    """CREATE INDEX IF NOT EXISTS batches_of_part ON batches (part, row)""",
    """CREATE TABLE IF NOT EXISTS imports (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        file_sha256 TEXT NOT NULL,
        mapping_sha256 TEXT NOT NULL,
        row_from INTEGER NOT NULL,
        row_to INTEGER NOT NULL,
        total INTEGER NOT NULL,
        file TEXT NOT NULL,
        events INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        at_ms INTEGER NOT NULL
    )""",
    """CREATE UNIQUE INDEX IF NOT EXISTS imports_of_file
        ON imports (file_sha256, mapping_sha256, row_from)""",
    """CREATE TABLE IF NOT EXISTS prefixes (
        mapping_sha256 TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        last_row INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        PRIMARY KEY (mapping_sha256, sha256)
    ) WITHOUT ROWID""",
)
NEWEST = "prefixes"
"""The table that was added last: a log without it is made before, and gets what it lacks."""


def connect(path: Path, *, busy_seconds: float) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; transactions are explicit."""
    connection = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA mmap_size=8388608")
    connection.execute("PRAGMA journal_size_limit=67108864")
    return connection


def create(path: Path, *, partitions: int, busy_seconds: float) -> dict[str, int]:
    """Make the file and its tables where they are missing; return what `meta` says.

    `partitions` only counts for a new file: a log keeps the number it was created with.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(path, busy_seconds=busy_seconds)
        try:
            return _created(connection, partitions)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise explained(path, error, "open") from error


def _created(connection: sqlite3.Connection, partitions: int) -> dict[str, int]:
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ?", (NEWEST,)
    ).fetchone()
    if not known:
        connection.execute("BEGIN IMMEDIATE")
        for statement in TABLES:
            connection.execute(statement)
        connection.executemany(
            "INSERT OR IGNORE INTO meta VALUES (?, ?)",
            [("partitions", partitions), ("generation", GENERATION)],
        )
        connection.execute("COMMIT")
    return dict(connection.execute("SELECT key, value FROM meta"))


def explained(path: Path, error: Exception, verb: str) -> LogError:
    """Say in one line what went wrong with the log at `path` and what to do."""
    if isinstance(error, LogError):
        return error
    if is_busy(error):
        return LogError(
            f"The event log {path} is locked by another writer; waited as long as allowed. "
            "Wait for the other command to end, then try again."
        )
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        return LogError(
            f"{path} is not an event log. Point SIGHTLINE_LOG or SIGHTLINE_HOME elsewhere."
        )
    if isinstance(error, sqlite3.IntegrityError):  # only the ledger has a key of its own
        return LogError(
            "Another import has just brought in the same file. Import it again: what the event "
            f"log {path} has is skipped."
        )
    if verb == "write":
        return LogError(
            f"Cannot write to the event log {path}: {error}. Nothing of this append was kept; "
            "free some disk space and try again."
        )
    return LogError(
        f"Cannot {verb} the event log {path}: {error}. Check that its folder exists, is yours "
        "and has free space."
    )


def is_busy(error: Exception) -> bool:
    """Tell whether another connection holds the file."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
