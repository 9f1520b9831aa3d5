# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the desk's file is opened: write-ahead log, foreign keys, writers queue up."""

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from sightline.desk.tables import metadata
from sightline.errors import DeskError

BUSY_SECONDS = 10.0
READ_ONLY = {"sightline_reads": True}  # execution options of a transaction that only reads


def open_engine(url: str) -> Engine:
    """Open the SQLite file that `url` names and create what is missing in it.

    Raises
    ------
    DeskError
        The file cannot be created, is no desk, or is held by a writer for too long.
    """
    path = Path(unquote(url.removeprefix("sqlite:///")))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    where = URL.create("sqlite", database=str(path))
    engine = create_engine(where, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        metadata.create_all(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _unusable(path, str(error.orig)) from error
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves, see _begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # a reader that turns writer fails at once when another wrote in between: writers queue
    reads = connection.get_execution_options().get("sightline_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _unusable(path: Path, reason: str) -> DeskError:
    size = "missing"
    with suppress(OSError):
        size = f"{path.stat().st_size} bytes"
    return DeskError(
        f"The desk {str(path)!r} ({size}) cannot be used: {reason}. Expected a writable SQLite "
        "file: free some disk space, repair it, or point SIGHTLINE_DESK at another."
    )
