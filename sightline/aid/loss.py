# SPDX-License-Identifier: AGPL-3.0-or-later
"""What would be lost: rows that a database has and its successor lacks."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sightline.aid import embedded
from sightline.errors import BackupError

RECOMPUTED = ("marks", "watched")
"""Tables that only say what was looked at, so that it need not be looked at again."""


def lost(present: Path, successor: Path) -> dict[str, int]:
    """Return table → rows of `present` that are not, as they are, in `successor`.

    Raises
    ------
    BackupError
        `present` cannot be read, so nobody can tell.
    """
    if not present.exists():
        return {}
    try:
        with closing(embedded.reading(present)) as connection:
            connection.execute("ATTACH ? AS successor", (str(successor),))
            return _lost(connection)
    except sqlite3.Error as error:
        raise BackupError(
            f"Cannot read {present} to see what would be lost: {error}. Nothing was changed; "
            "say --aside to keep it as it is beside the restored one."
        ) from error


def _lost(connection: sqlite3.Connection) -> dict[str, int]:
    found = {
        table: _missing(connection, table)
        for table in _tables(connection, "main")
        if table not in RECOMPUTED
    }
    return {table: rows for table, rows in found.items() if rows}


def _missing(connection: sqlite3.Connection, table: str) -> int:
    """Count the rows that the successor lacks or has otherwise, without sorting the large."""
    name = _quoted(table)
    if table not in _tables(connection, "successor"):
        question = f"SELECT count(*) FROM main.{name}"  # noqa: S608  a name of the file's own
    else:
        is_same = " AND ".join(
            f"theirs.{column} IS mine.{column}" for column in _shared_columns(connection, table)
        )
        question = (
            f"SELECT count(*) FROM main.{name} AS mine WHERE NOT EXISTS ("  # noqa: S608  names of the file's own
            f"SELECT 1 FROM successor.{name} AS theirs WHERE {is_same})"
        )
    (rows,) = connection.execute(question).fetchone()
    return int(rows)


def _tables(connection: sqlite3.Connection, schema: str) -> list[str]:
    rows = connection.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'"  # noqa: S608  a constant
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [name for (name,) in rows]


def _shared_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns both have: one that a later version added is empty in the other."""
    sides = (
        {row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({_quoted(table)})")}
        for schema in ("main", "successor")
    )
    return [_quoted(name) for name in sorted(set.intersection(*sides))]


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
