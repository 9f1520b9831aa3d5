# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that were taken go to a folder of their own; none there is ever replaced."""

import os
import shutil
from itertools import count
from pathlib import Path


def moved(path: Path, folder: Path) -> str:
    """Move the file at `path` into `folder` and say where it is, or why it stays."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _reserved(folder, path.name)
        try:
            path.replace(target)
        except OSError:  # another disk
            shutil.copy2(path, target)
            path.unlink()
    except OSError as error:
        return f"{path.name}: cannot be moved to {folder} ({error.strerror}); it stays"
    return f"{path.name}: moved to {target}"


def _reserved(folder: Path, name: str) -> Path:
    """Return a free name in `folder`, made so that nobody else gets it."""
    stem, dot, suffix = name.partition(".")
    for number in count(1):
        target = folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        return target
    raise AssertionError
