# SPDX-License-Identifier: AGPL-3.0-or-later
"""The home: its folder, its disk, who holds it, and whether its files are sound."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

from sightline.aid import embedded
from sightline.aid.doctor.finding import Finding, failed, note, ok, warning
from sightline.errors import SightlineError, StoreError
from sightline.log import is_embedded, open_any
from sightline.settings import Settings
from sightline.store import lock
from sightline.store.room import check_room

LOW_BYTES = 2 << 30
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph"})
MOUNTS = Path("/proc/mounts")


def folder(settings: Settings) -> Iterator[Finding]:
    """Tell whether the home can be used and by whom."""
    home = settings.home.absolute()
    if not home.exists():
        yield note(
            "home", f"{home} does not exist yet", "`sightline demo` or `import` makes it."
        )
        return
    try:
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        advice = "Give it to the user that runs Sightline, or set SIGHTLINE_HOME."
        yield failed("home", f"{home} cannot be written to: {error.strerror}", advice)
        return
    if home.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield warning("home", f"{home} can be written by others", f"Run: chmod go-w {home}")
    if (home / "restoring").exists():
        yield warning("home", "a restore was stopped before its end", "Run it again.")
    yield from _network(home)
    yield ok("home", f"{home}")


def _network(home: Path) -> Iterator[Finding]:
    kind = _file_system(home)
    if kind in NETWORK:
        yield warning(
            "home",
            f"{home} lies on a network drive ({kind}), where locks cannot be relied upon",
            "Keep SIGHTLINE_HOME on a local disk.",
        )


def _file_system(home: Path) -> str:
    """Return the kind of file system that `home` lies on; "" where nobody can tell."""
    try:
        mounts = [line.split()[1:3] for line in MOUNTS.read_text("utf-8").splitlines()]
    except OSError:
        return ""
    above = [(place, kind) for place, kind in mounts if home.resolve().is_relative_to(place)]
    return max(above, key=lambda mount: len(mount[0]))[1] if above else ""


def disk(settings: Settings) -> Iterator[Finding]:
    """Tell how much room is left."""
    home = next(each for each in (settings.home, *settings.home.parents) if each.exists())
    free = shutil.disk_usage(home).free
    told = f"{free / 2**30:.1f} GiB free where {settings.home} lies"
    try:
        check_room(settings.home)
    except StoreError as error:
        yield failed("disk", told, str(error))
        return
    if free < LOW_BYTES:
        advice = f"Keep at least {LOW_BYTES >> 30} GiB: the store merges its files."
        yield warning("disk", told, advice)
    else:
        yield ok("disk", told)


def holder(settings: Settings) -> Iterator[Finding]:
    """Tell who holds the store; its tables can only be looked into when nobody does."""
    where = settings.store_folder
    if where is None or not where.exists():
        return
    try:
        lock.acquire(where)
    except StoreError as error:
        yield note("lock", str(error).partition(";")[0], "Its tables are looked into then.")
    else:
        lock.release(where)
        yield ok("lock", "no process holds the store")


def files(settings: Settings) -> Iterator[Finding]:
    """Tell whether the log, the desk and the state of the stream are sound."""
    if is_embedded(settings):
        yield from _sound("event log", embedded.log_path(settings), LOST)
    else:
        yield from _reached(settings)
    yield from _sound("desk", embedded.desk_path(settings), LOST)
    for path in sorted((settings.home / "state").glob("*.sqlite3")):
        yield from _sound("state", path, REPLAYED)


def _reached(settings: Settings) -> Iterator[Finding]:
    try:
        with closing(open_any(settings)) as log:
            yield ok("event log", f"{settings.log} answers: {log.partitions} partitions")
    except SightlineError as error:
        yield failed("event log", str(error), "Everything else waits for it.")


LOST = "Stop everything, keep a copy of the file, then `sightline restore` an earlier backup."
REPLAYED = (
    "Stop everything and delete the folder `state`: the log is replayed, nothing is lost."
)


def _sound(check: str, path: Path, advice: str) -> Iterator[Finding]:
    if not path.exists():
        yield note(check, f"there is no {path.name} yet")
    elif not os.access(path, os.W_OK):
        yield failed(check, f"{path} cannot be written to", "Give it to the user that runs it.")
    elif found := embedded.fault(path):
        yield failed(check, f"{path} is damaged: {found}", advice)
    else:
        yield ok(check, f"{path.name} is sound, {path.stat().st_size / 2**20:,.1f} MiB")


def newest_ms(settings: Settings) -> int | None:
    """Return when the newest batch of the log was written, milliseconds since 1970."""
    path = embedded.log_path(settings) if is_embedded(settings) else None
    if path is None or not path.exists():
        return None
    try:
        with closing(embedded.reading(path)) as log:
            (found,) = log.execute("SELECT max(at_ms) FROM batches").fetchone()
    except sqlite3.Error:  # the check of the file tells it
        return None
    return None if found is None else int(found)
