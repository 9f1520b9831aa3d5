# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SQLite files of a home: copied while others write, checked, held alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, unquote

from sightline.errors import BackupError
from sightline.log import check_embedded
from sightline.settings import Settings

PREFIX = "sqlite:///"
WAIT_SECONDS = 10.0


def log_path(settings: Settings) -> Path:
    """Return the file of the event log.

    Raises
    ------
    LogError
        The log is a topic of Kafka.
    """
    check_embedded(settings)
    return Path(unquote(settings.log.removeprefix(PREFIX)))


def desk_path(settings: Settings) -> Path:
    """Return the file of the desk."""
    return Path(unquote(settings.desk.removeprefix(PREFIX)))


def reading(path: Path) -> sqlite3.Connection:
    """Open `path` so that nothing can be written through it; it must exist."""
    where = f"file:{quote(str(path.absolute()))}?mode=ro"
    return sqlite3.connect(where, uri=True, timeout=WAIT_SECONDS, isolation_level=None)


def copy(source: Path, target: Path) -> None:
    """Copy a database as of one moment; its writers go on meanwhile.

    Raises
    ------
    sqlite3.Error
        It cannot be read, or the copy cannot be written.
    """
    with closing(reading(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it


def fault(path: Path) -> str:
    """Return what SQLite finds wrong with the structure of `path`; "" when it is sound."""
    try:
        with closing(reading(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else " ".join(str(found).split())


@contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Hold the database at `path` so that no other connection has it open or opens it.

    Its write-ahead log is written back first, so that the file is whole by itself. Yields the
    one connection that can read it meanwhile; None when there is no such file.

    Raises
    ------
    BackupError
        Another process has it open.
    """
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise BackupError(
                f"{path} cannot be replaced ({error}); expected that no other process has it "
                "open. Stop `sightline up`, `watch` and imports, then try again."
            ) from error
        yield connection
        with suppress(sqlite3.Error):  # the file may be another one by now
            connection.execute("ROLLBACK")
