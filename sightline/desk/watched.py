# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger of watched folders: which file was seen how, and what came of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sightline.desk.tables import watched

Outcome = Literal["taken", "refused", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One file of a watched folder, as it was when it was last looked into.

    Attributes
    ----------
    folder, path
        The watched folder and the file, both absolute.
    inode, size, mtime_ns
        By which a change is noticed.
    mapping
        Name and hash of the mapping in effect, "" where the file needs none.
    outcome
        ``taken``: all of it; ``waiting``: all but a last line without an end; ``refused``.
    taken, sha256
        Bytes that were taken, from the start, and their hash.
    last_row
        Number of the last row taken.
    rows
        Rows taken in all.
    note
        Why it was refused, or what else a person should know; one line.
    """

    folder: str
    path: str
    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    mapping: str = ""
    outcome: Outcome = "taken"
    taken: int = 0
    sha256: str = ""
    last_row: int = 0
    rows: int = 0
    note: str = ""
    at: datetime


def put(connection: Connection, entry: Watched) -> None:
    """Keep `entry` in place of what was known of its file."""
    row = asdict(entry)
    statement = insert(watched).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["folder", "path"], set_=row)
    )


def of_folder(connection: Connection, folder: str) -> list[Watched]:
    """Return the files of `folder`, by path."""
    wanted = select(watched).where(watched.c.folder == folder).order_by(watched.c.path)
    return [Watched(**row) for row in connection.execute(wanted).mappings()]
