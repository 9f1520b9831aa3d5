# SPDX-License-Identifier: AGPL-3.0-or-later
"""What lies in a folder: plain files that are not being put there right now."""

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from sightline.aid.watch.asked import Asked

UNFINISHED = (
    *(".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download"),
    *(".swp", ".bak", ".lock", "~"),
)
HIDDEN = (".", "~$", "#")


class Look(NamedTuple):
    """A file as it was when it was looked at; equal looks mean that it did not change."""

    inode: int
    size: int
    mtime_ns: int


def files_in(asked: Asked) -> Iterator[tuple[Path, Look]]:
    """Yield the files of a watched folder that may be taken, in order of their names.

    Links are not followed: they may lead out of the folder, and what they lead to inside of
    it is seen there.

    Raises
    ------
    OSError
        The folder itself cannot be read.
    """
    yield from _files(asked.folder, asked)


def _files(folder: Path, asked: Asked) -> Iterator[tuple[Path, Look]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = Path(entry.path)
        if entry.name.startswith(HIDDEN) or path == asked.move_to:
            continue
        if asked.is_deep and entry.is_dir(follow_symlinks=False):
            try:
                yield from _files(path, asked)
            except OSError:
                continue  # somebody's own folder; the others go on
        elif is_wanted(entry.name, asked.patterns) and (look := look_at(path)):
            yield path, look


def is_wanted(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a file called `name` is one to take.

    >>> is_wanted("a.csv", ()), is_wanted("a.csv.part", ()), is_wanted("a.csv", ("*.xes",))
    (True, False, False)
    """
    if name.lower().endswith(UNFINISHED):
        return False
    return not patterns or any(fnmatch(name, pattern) for pattern in patterns)


def look_at(path: Path) -> Look | None:
    """Return how the plain file at `path` looks now; None when there is none any more."""
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Look(found.st_ino, found.st_size, found.st_mtime_ns)
