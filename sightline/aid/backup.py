# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backup: event log, desk and own mappings as of now, in one file, while everything runs.

The tables of the store and the state of the stream are not in it: they are computed from the
log. The desk is copied before the log. So the log of a backup never lacks an event that its
desk counts as appended; one that the desk does not know of yet is appended again after a
restore, under the same id, and dropped as a duplicate.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from sightline.aid import archive, embedded
from sightline.aid.archive import DESK, LOG, MAPPING, MAPPINGS, Manifest
from sightline.clock import Clock, wall_clock
from sightline.errors import BackupError
from sightline.settings import Settings

SPARE_BYTES = 64 << 20
Say = Callable[[str], None]


def backup(
    settings: Settings, target: Path, *, say: Say = lambda _: None, clock: Clock = wall_clock
) -> Manifest:
    """Write a backup of the home of `settings` to the new file `target`.

    Parameters
    ----------
    say
        Told what is being done, a line at a time.

    Raises
    ------
    BackupError
        The file exists, there is nothing to back up, or there is no room.
    """
    _check_target(target)
    sources = {DESK: embedded.desk_path(settings), LOG: embedded.log_path(settings)}
    _check_sources(sources)
    _check_room(target.parent, sum(path.stat().st_size for path in sources.values()))
    with tempfile.TemporaryDirectory(prefix=".sightline-", dir=target.parent) as folder:
        copies = {name: Path(folder) / name for name in sources}
        for name, path in sources.items():
            say(f"copying {name} ({path.stat().st_size >> 20} MiB)")
            _copy(path, copies[name])
        copies |= mappings_of(settings.home)
        manifest = _manifest(copies, clock)
        say("packing")
        archive.write(target, manifest, copies)
    return manifest


def mappings_of(home: Path) -> dict[str, Path]:
    """Return the mappings that the home keeps, by their name in a backup."""
    found = {f"{MAPPINGS}/{path.name}": path for path in sorted((home / MAPPINGS).glob("*"))}
    return {
        name: path
        for name, path in found.items()
        if MAPPING.fullmatch(name) and path.is_file() and not path.is_symlink()
    }


def _check_target(target: Path) -> None:
    if target.exists():
        raise BackupError(
            f"{target} exists; expected a new file. Choose another name: no backup is "
            "overwritten."
        )
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}; make it, or name another.")


def _check_sources(sources: dict[str, Path]) -> None:
    for name, path in sources.items():
        if not path.is_file():
            raise BackupError(
                f"There is no {name} at {path}; expected a home that Sightline has used. Set "
                "SIGHTLINE_HOME."
            )


def _check_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < 2 * wanted + SPARE_BYTES:
        raise BackupError(
            f"{folder} has {free >> 20} MiB free; expected {(2 * wanted + SPARE_BYTES) >> 20} "
            "MiB, for a copy and its packed form. Name a place with more room."
        )


def _copy(source: Path, target: Path) -> None:
    try:
        embedded.copy(source, target)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(
            f"Cannot copy {source}: {error}. Nothing was written; `sightline doctor` says more."
        ) from error
    if found := embedded.fault(target):
        raise BackupError(
            f"{source} is damaged: {found}. Nothing was written; keep what you have and use an "
            "earlier backup."
        )


def _manifest(copies: dict[str, Path], clock: Clock) -> Manifest:
    with closing(embedded.reading(copies[LOG])) as log:
        (events,) = log.execute("SELECT coalesce(sum(events), 0) FROM batches").fetchone()
        (partitions,) = log.execute(
            "SELECT value FROM meta WHERE key = 'partitions'"
        ).fetchone()
    return Manifest(
        format=archive.FORMAT,
        sightline=version("sightline"),
        taken=clock().isoformat(timespec="seconds"),
        events=events,
        partitions=partitions,
        members={name: archive.described(path) for name, path in copies.items()},
    )
