# SPDX-License-Identifier: AGPL-3.0-or-later
"""Room on the disk, asked before every write: chDB 26.9 does not notice a failed one.

When a write of a part fails half-way (ENOSPC, EFBIG), the engine reports success and finds
the part broken when it reads it. Its own reservations and this check keep us away from there.
"""

import os
import resource
from pathlib import Path

from sightline.errors import StoreError

SPARE_BYTES = 128 * 2**20
"""Free space to leave for the engine's own merges."""

FILE_BYTES = 16 * 2**30
"""Size that files of the store must be allowed to grow to."""


def check_room(folder: Path | None, *, incoming: int = 0) -> None:
    """Make sure that `incoming` bytes and the engine's merges fit where `folder` lies.

    Raises
    ------
    StoreError
        The disk is nearly full, or this process may not write large files.
    """
    if folder is None:
        return
    _check_limit(folder)
    disk = os.statvfs(_nearest(folder))
    free = disk.f_bavail * disk.f_frsize
    if free < SPARE_BYTES + incoming:
        raise StoreError(
            f"The disk of {folder} is full: {free >> 20} MiB are free; expected at least "
            f"{(SPARE_BYTES + incoming) >> 20} MiB. Free some space and run it again, or set "
            "SIGHTLINE_HOME to another disk; nothing in the event log is lost."
        )


def _check_limit(folder: Path) -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit != resource.RLIM_INFINITY and limit < FILE_BYTES:
        raise StoreError(
            f"The disk of {folder} counts as full: this process may write files of {limit} "
            f"bytes; expected {FILE_BYTES} or no limit. Run it again after "
            "`ulimit -f unlimited`; nothing in the event log is lost."
        )


def _nearest(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
