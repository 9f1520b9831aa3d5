# SPDX-License-Identifier: AGPL-3.0-or-later
"""Savepoints: named copies of the stream's state, to begin again from where it was then.

Blocks of state never change, so a savepoint links to their files; only the small recovery
store is copied. The manifest comes last and states the hash of each file.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from sightline.aid import embedded
from sightline.aid.archive import described
from sightline.clock import Clock, wall_clock
from sightline.errors import SavepointError
from sightline.log import Log
from sightline.settings import Settings
from sightline.store import Store, swap
from sightline.store.swap import Change
from streams.replay.belonging import check_belongs, fingerprint
from streams.replay.kept import check_release
from streams.replay.manifest import FORMAT, Savepoint
from streams.replay.shape import shape

FOLDER, MANIFEST, STATE, RESTORING = "savepoints", "manifest.json", "state", "returning"
NAME = re.compile(r"[\w-][\w.-]{0,63}")


def create(
    settings: Settings, store: Store, log: Log, name: str, *, clock: Clock = wall_clock
) -> Savepoint:
    """Keep the stream's state under `name`; the store must be held, so that nothing runs.

    Raises
    ------
    SavepointError
        The name is taken or none, there is no state, or there is no room.
    StoreError
        The state is of an earlier release.
    """
    folder = _folder_of(settings, name)
    if folder.exists():
        raise SavepointError(
            f"There is a savepoint {name} already; expected a new name. Choose another, or "
            f"delete the folder {folder}."
        )
    state = settings.home / STATE
    progress = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    if not progress or not any(state.glob("*.sqlite3")):
        raise SavepointError(
            f"The stream has no state in {state} yet; expected one that has read something. "
            "Run `sightline run --until-idle` first."
        )
    part = folder.with_name(f".{name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        check_release(state)
        part.mkdir(parents=True, mode=0o700)
        _copy(state, part)
        point = _described(store, log, name, part, clock)
        (part / MANIFEST).write_bytes(msgspec.json.encode(point))
        part.rename(folder)
        swap.flush(folder.parent)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise SavepointError(
            f"Cannot write the savepoint {folder}: {error}; expected room for it. Nothing was "
            "kept: free some space and try again."
        ) from error
    return point


def every(settings: Settings) -> list[Savepoint]:
    """Return all savepoints of the home, the oldest first."""
    found = sorted((settings.home / FOLDER).glob(f"[!.]*/{MANIFEST}"))
    return sorted((_read(path) for path in found), key=lambda each: (each.taken, each.name))


def restore(settings: Settings, store: Store, log: Log, name: str) -> Savepoint:
    """Let the stream go on from the savepoint called `name` at its next run.

    The log is read again from there on: facts that the tables have are dropped, states are
    written anew under the versions that they had.

    Raises
    ------
    SavepointError
        There is none, it is damaged, or it is not of this log, generation or release.
    """
    point = named(settings, name)
    check_belongs(point, log)
    _check_tables(point, store, log)
    folder = settings.home / RESTORING
    swap.remove(folder)
    change = Change(
        phase="building", rubbish=[RESTORING], moves=[(f"{RESTORING}/{STATE}", STATE)]
    )
    swap.note(settings.home, change)
    try:
        folder.mkdir(mode=0o700)
        put(settings, point, folder / STATE)
    except BaseException:
        swap.settled_files(settings.home)
        raise
    swap.carry_out(settings.home, None, msgspec.structs.replace(change, phase="decided"))
    return point


def named(settings: Settings, name: str) -> Savepoint:
    """Return the savepoint called `name`; raise `SavepointError` when there is none."""
    path = _folder_of(settings, name) / MANIFEST
    if not path.is_file():
        known = ", ".join(each.name for each in every(settings)) or "none"
        raise SavepointError(f"There is no savepoint {name}; known: {known}.")
    return _read(path)


def before(settings: Settings, log: Log, since: datetime) -> Savepoint | None:
    """Return the newest savepoint of this log that knows nothing of `since` or later."""
    for point in reversed(every(settings)):
        if point.watermark is not None and point.watermark <= since:
            with suppress(SavepointError):
                check_belongs(point, log)
                return point
    return None


def put(settings: Settings, point: Savepoint, target: Path) -> None:
    """Make the state that `point` keeps at the new folder `target`.

    Raises
    ------
    SavepointError
        A file is missing or damaged, or there is no room.
    """
    source = _folder_of(settings, point.name)
    try:
        for name, member in point.files.items():
            if described(source / name) != member:
                raise SavepointError(
                    f"The savepoint {point.name} is damaged: {name} is not what was written. "
                    "Nothing was changed; use another one."
                )
        _copy(source, target)
    except OSError as error:
        raise SavepointError(
            f"Cannot read the savepoint {point.name}: {error}; expected its files whole and "
            "room for a copy. Nothing was changed."
        ) from error


def _copy(source: Path, target: Path) -> None:
    """Copy the recovery store of `source` and link its blocks."""
    (target / "blocks").mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.sqlite3"):
        embedded.copy(path, target / path.name)
    for path in (source / "blocks").iterdir():
        try:
            os.link(path, target / "blocks" / path.name)
        except OSError:  # another disk, or one without links
            shutil.copy2(path, target / "blocks" / path.name)


def _described(store: Store, log: Log, name: str, folder: Path, clock: Clock) -> Savepoint:
    progress = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    offsets = {row["part"]: row["off"] for row in progress}
    (latest,) = store.read_arrow("latest_watermark", own="").to_pylist()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return Savepoint(
        format=FORMAT,
        name=name,
        taken=clock().isoformat(timespec="seconds"),
        sightline=version("sightline"),
        shape=shape(),
        generation=log.generation,
        partitions=log.partitions,
        offsets=offsets,
        fingerprint=fingerprint(log, offsets),
        events=sum(row["events"] + row["duplicates"] + row["dead_letters"] for row in progress),
        watermark=latest["watermark"],
        files={str(path.relative_to(folder)): described(path) for path in files},
    )


def _check_tables(point: Savepoint, store: Store, log: Log) -> None:
    progress = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    stored: Mapping[int, int] = {row["part"]: row["off"] for row in progress}
    behind = [part for part, off in point.offsets.items() if stored.get(part, -1) < off]
    if behind:
        raise SavepointError(
            f"The savepoint {point.name} has read partition {behind[0]} further than the "
            "tables hold it; expected tables at least as new. Delete the folder `state` in "
            "SIGHTLINE_HOME: the log is replayed, nothing is lost."
        )


def _folder_of(settings: Settings, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise SavepointError(
            f"{name[:80]!r} is no name of a savepoint; expected letters, digits, - _ and ., 64 "
            "at most. Choose another."
        )
    return settings.home / FOLDER / name


def _read(path: Path) -> Savepoint:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Savepoint)
    except (OSError, msgspec.MsgspecError) as error:
        raise SavepointError(
            f"{path} cannot be read: {error}; expected what `sightline savepoint create` "
            f"wrote. Delete the folder {path.parent}."
        ) from error
