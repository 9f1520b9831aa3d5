# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restore: a backup becomes the home again, unless something would be lost by it.

The new log takes the place of the old one in one step of the file system, then the new desk
that of the old one. Between the two the log is newer than the desk, which is what a backup
looks like anyway: see `sightline.aid.backup`. The tables are computed again from the log.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sightline.aid import archive, embedded
from sightline.aid.archive import DESK, LOG, MAPPINGS, Manifest
from sightline.aid.backup import mappings_of
from sightline.aid.loss import lost
from sightline.clock import Clock, wall_clock
from sightline.errors import BackupError
from sightline.settings import Settings
from sightline.store import lock, swap

UNPACKED = "restoring"
DERIVED = ("store", "state")
HALF_DONE = (swap.INTENT, "replay", "rescaled", "returning")


def restore(
    settings: Settings, source: Path, *, aside: bool = False, clock: Clock = wall_clock
) -> tuple[Manifest, Path | None]:
    """Put the backup `source` into the home of `settings`.

    Parameters
    ----------
    aside
        Keep what the home has now in a folder inside it, instead of refusing to lose it.

    Returns
    -------
    tuple[Manifest, Path | None]
        What was restored, and where the former files are, if they were kept.

    Raises
    ------
    BackupError
        The backup is damaged, the home is in use, or it has something the backup lacks.
    """
    home = settings.home.absolute()
    _check_layout(settings)
    kept = home / f"before-{clock():%Y%m%dT%H%M%SZ}" if aside else None
    with _unpacking(home) as folder:
        manifest = archive.unpack(source, folder)
        _check_sound(source, folder)
        if not aside:
            _check_loss(home, folder)
        with _held(home):
            _swap(home, folder, kept)
    return manifest, kept if kept and kept.exists() else None


def _check_layout(settings: Settings) -> None:
    """Refuse a home whose parts lie elsewhere: each would need its own way."""
    home = settings.home.absolute()
    parts = {
        "SIGHTLINE_LOG": embedded.log_path(settings) == home / LOG,
        "SIGHTLINE_DESK": embedded.desk_path(settings) == home / DESK,
        "SIGHTLINE_STORE": settings.store_folder == home / "store",
    }
    elsewhere = [name for name, is_inside in parts.items() if not is_inside]
    if elsewhere:
        raise BackupError(
            f"{' and '.join(elsewhere)} points outside SIGHTLINE_HOME ({home}); expected it "
            "unset. Restore into a home of its own, then move the files."
        )


@contextmanager
def _unpacking(home: Path) -> Iterator[Path]:
    folder = home / UNPACKED
    try:
        home.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)  # of a restore that was stopped
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        raise BackupError(
            f"Cannot write to {home}: {error.strerror or error}; expected a folder of yours "
            "with room in it. What it had is still there: free some space and try again."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_sound(source: Path, folder: Path) -> None:
    for name in (LOG, DESK):
        if found := embedded.fault(folder / name):
            raise archive.damaged(source, f"{name}: {found}")


def _check_loss(home: Path, folder: Path) -> None:
    events = lost(home / LOG, folder / LOG)
    handled = lost(home / DESK, folder / DESK)
    own = [
        path.name
        for name, path in mappings_of(home).items()
        if not _is_same(path, folder / name)
    ]
    if not events and not handled and not own:
        return
    told = [f"{rows} in {table} of the log" for table, rows in events.items()]
    told += [f"{rows} in {table} of the desk" for table, rows in handled.items()]
    told += [f"the mapping {name}" for name in own]
    raise BackupError(
        f"{home} has what the backup lacks: {', '.join(told)}; expected none, because "
        "they would be lost. Say --aside to keep them in a folder beside it, or restore into "
        "an empty SIGHTLINE_HOME."
    )


def _is_same(mine: Path, theirs: Path) -> bool:
    return theirs.is_file() and mine.read_bytes() == theirs.read_bytes()


@contextmanager
def _held(home: Path) -> Iterator[None]:
    """Keep every other process out of the home."""
    with ExitStack() as stack:
        lock.acquire(home / "store")
        stack.callback(lock.release, home / "store")
        for name in (LOG, DESK):
            stack.enter_context(embedded.alone(home / name))
        yield


def _swap(home: Path, folder: Path, kept: Path | None) -> None:
    if kept:
        kept.mkdir()
        for name in (LOG, DESK):
            if (home / name).exists():
                os.link(home / name, kept / name)  # at no moment is there no log
        if (home / MAPPINGS).exists():
            shutil.copytree(home / MAPPINGS, kept / MAPPINGS)
        if not any(kept.iterdir()):
            kept.rmdir()
    for name in HALF_DONE:
        swap.remove(home / name)
    for name in DERIVED:
        shutil.rmtree(home / name, ignore_errors=True)
    for name in (LOG, DESK):
        (folder / name).replace(home / name)
    (home / MAPPINGS).mkdir(exist_ok=True)
    for path in (folder / MAPPINGS).iterdir():
        path.replace(home / MAPPINGS / path.name)
    _flush(home)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
