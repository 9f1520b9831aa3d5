# SPDX-License-Identifier: AGPL-3.0-or-later
"""New tables and folders take the place of old ones: all of them or none, whatever is killed.

What is built lies beside what is used. One file in the home says how far a change is: while it
is being built, nothing has happened and the next start throws the beginnings away; once it is
decided, the next start does what is left of it. Each step can be done again.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from sightline.errors import StoreError

INTENT = "swap.json"
BEFORE = ".before"

CREATE = "CREATE DATABASE IF NOT EXISTS {beside:Identifier} ENGINE = Atomic"
DROP = "DROP DATABASE IF EXISTS {beside:Identifier} SYNC"
_EXCHANGE = (
    "EXCHANGE TABLES {live:Identifier}.{table:Identifier}"
    " AND {beside:Identifier}.{table:Identifier}"
)
_LIVE = "SELECT currentDatabase()"
_IDENTITIES = (
    "SELECT name, toString(uuid) FROM system.tables WHERE database = {beside:String}"
    " AND endsWith(engine, 'MergeTree')"
)

Arrange = Callable[..., list[tuple[str, ...]]]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of places.

    Attributes
    ----------
    phase
        ``building`` until everything new is whole.
    beside
        Database that holds the new tables; "" when none change.
    tables
        Table → identity of its new version; the tables change places one by one, and where
        the new one is shows whether a table has.
    moves
        (new, live) paths in the home, in order.
    unless
        A path in the home: while it exists, a decided change has not been carried out at all
        and is undone. "" when being decided is enough.
    rubbish
        Paths in the home to delete in the end, or when nothing comes of it.
    """

    phase: Literal["building", "decided"]
    beside: str = ""
    tables: dict[str, str] = {}
    moves: list[tuple[str, str]] = []
    unless: str = ""
    rubbish: list[str] = []


def note(home: Path, change: Change) -> None:
    """Write down how far `change` is; on return that is durable."""
    fresh = home / f"{INTENT}.new"
    try:
        with fresh.open("wb") as stream:
            stream.write(msgspec.json.encode(change))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(home / INTENT)
        flush(home)
    except OSError as error:
        raise StoreError(
            f"Cannot write {home / INTENT}: {error.strerror or error}; expected room for one "
            "line. Free some space; nothing was changed."
        ) from error


def settled_files(home: Path) -> Change | None:
    """Finish or undo what was left of a change, files first; return what the engine must do.

    Called with the store's folder held and before the engine opens it.
    """
    change = _unfinished(home)
    if change is None:
        return None
    if change.unless and (home / change.unless).exists():
        change = msgspec.structs.replace(change, phase="building")
    if change.phase == "decided":
        _move(home, change)
    if not change.beside:
        _forget(home, change)
        return None
    return change


def finish(home: Path, arrange: Arrange, change: Change) -> None:
    """Let the tables of `change` change places if that was decided, and clear up."""
    if change.phase == "decided":
        _exchange(arrange, change)
    arrange(DROP, beside=change.beside)
    _forget(home, change)


def carry_out(home: Path, arrange: Arrange | None, change: Change) -> None:
    """Do all of a change that is whole: decide it, then carry it out."""
    note(home, change)
    if left := settled_files(home):
        assert arrange is not None  # noqa: S101 - tables change places in an engine only
        finish(home, arrange, left)


def identities(arrange: Arrange, beside: str) -> dict[str, str]:
    """Return table → identity of the tables in the database `beside`."""
    return dict(arrange(_IDENTITIES, beside=beside))  # type: ignore[arg-type]


def _exchange(arrange: Arrange, change: Change) -> None:
    ((live,),) = arrange(_LIVE)
    there = identities(arrange, change.beside)
    for table, new in change.tables.items():
        if there.get(table) == new:
            arrange(_EXCHANGE, live=live, beside=change.beside, table=table)


def _unfinished(home: Path) -> Change | None:
    try:
        return msgspec.json.decode((home / INTENT).read_bytes(), type=Change)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(
            f"{home / INTENT} cannot be read: {error}; expected what a replay wrote. Delete it "
            "and the folder `state`: the log is replayed, nothing is lost."
        ) from error


def _move(home: Path, change: Change) -> None:
    for new, live in change.moves:
        source, target = home / new, home / live
        if source.exists():
            before = target.with_name(target.name + BEFORE)
            if target.exists():
                remove(before)
                target.rename(before)
            source.rename(target)
            flush(home)
            remove(before)


def _forget(home: Path, change: Change) -> None:
    for name in [*change.rubbish, *(f"{live}{BEFORE}" for _, live in change.moves)]:
        remove(home / name)
    (home / INTENT).unlink(missing_ok=True)
    flush(home)


def remove(path: Path) -> None:
    """Delete a file or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def flush(folder: Path) -> None:
    """Make what was renamed in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
