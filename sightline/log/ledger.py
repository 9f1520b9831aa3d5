# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger of imports: which stretch of which file is already in the log."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a file of lines, all of whose rows are in the log.

    Whatever file begins with these bytes goes on after them: its other rows are new.

    Attributes
    ----------
    bytes, sha256
        Length and hash of the beginning; 0 and "" when nothing is known.
    last_row
        Number of its last row, so that the next one is counted on.
    rows
        Rows in it.
    """

    bytes: int = 0
    sha256: str = ""
    last_row: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A stretch of one file that entered the log in one transaction.

    Attributes
    ----------
    file_sha256, mapping_sha256
        Hexadecimal hashes of the file's bytes and of the mapping in effect.
    row_from, row_to
        Half-open range of the file's outputs (events and refused rows) in time order.
    total
        Outputs of the whole file, 0 while it is not known; the file is complete when
        ``row_to`` reaches it.
    file
        Name of the file, for people.
    events
        Events and refused rows in this stretch.
    rows
        Rows of the file whose first output lies in this stretch; they add up to the file.
    prefix
        What the file can be known by when it has grown; with its last stretch only.
    """

    file_sha256: str
    mapping_sha256: str
    row_from: int
    row_to: int
    total: int
    file: str
    events: int
    rows: int
    prefix: Prefix | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a file the log holds: outputs in time order, of how many, and its rows."""

    done: int = 0
    total: int = 0
    rows: int = 0
    complete: bool = False


def write(connection: sqlite3.Connection, entries: Sequence[Imported], at_ms: int) -> None:
    """Add `entries` inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO imports (file_sha256, mapping_sha256, row_from, row_to, total, file,"
        " events, rows, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.file_sha256,
                each.mapping_sha256,
                each.row_from,
                each.row_to,
                each.total,
                each.file,
                each.events,
                each.rows,
                at_ms,
            )
            for each in entries
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO prefixes (mapping_sha256, sha256, bytes, last_row, rows)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (each.mapping_sha256, p.sha256, p.bytes, p.last_row, p.rows)
            for each in entries
            if (p := each.prefix)
        ],
    )


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that the log holds something of, under one mapping; hashes as in `Imported`."""

    file_sha256: str
    mapping_sha256: str
    file: str
    rows: int
    complete: bool


def known(connection: sqlite3.Connection) -> list[KnownFile]:
    """Return every file with every mapping that it was imported under."""
    rows = connection.execute(
        "SELECT file_sha256, mapping_sha256, max(file), sum(rows), max(row_to), max(total)"
        " FROM imports GROUP BY file_sha256, mapping_sha256 ORDER BY min(rowid)"
    )
    return [
        KnownFile(file, mapping, name, count, 0 < total <= done)
        for file, mapping, name, count, done, total in rows
    ]


def standing(connection: sqlite3.Connection, file: str, mapping: str) -> Standing:
    """Return how much of the file with these two hashes is in the log."""
    done, total, rows = connection.execute(
        "SELECT max(row_to), max(total), sum(rows) FROM imports"
        " WHERE file_sha256 = ? AND mapping_sha256 = ?",
        (file, mapping),
    ).fetchone()
    if done is None:
        return Standing()
    return Standing(done, total, rows, complete=0 < total <= done)


def prefixes(connection: sqlite3.Connection, mapping: str) -> list[Prefix]:
    """Return the beginnings of files that were imported under `mapping`, the shortest first."""
    found = connection.execute(
        "SELECT bytes, sha256, last_row, rows FROM prefixes WHERE mapping_sha256 = ?"
        " ORDER BY bytes",
        (mapping,),
    )
    return [Prefix(*row) for row in found]
