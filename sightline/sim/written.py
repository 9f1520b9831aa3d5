# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a folder is what a simulation wrote, and nothing else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, NoReturn

import msgspec

MANIFEST = "manifest.json"


class _Run(msgspec.Struct):
    profile: str
    days: int
    seed: int
    start: str
    injectors: list[str]


class _File(msgspec.Struct):
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Manifest(msgspec.Struct):
    """What tells the manifest of a run from those of web pages, packages and backups."""

    run: _Run
    files: dict[str, _File]


def strange(folder: Path) -> str:
    """Say what a `folder` that is not empty holds besides a simulation; "" when nothing.

    A file that the manifest lists may be missing. A link is never what a simulation wrote.

    Raises
    ------
    OSError
        Something in it cannot be read, so nobody knows what would be lost.
    """
    manifest = _manifest(folder / MANIFEST)
    files = {MANIFEST, *manifest.files} if manifest else set()
    folders = {parent.as_posix() for each in files for parent in PurePosixPath(each).parents}
    for name, mode in _walked(folder):
        known = folders if stat.S_ISDIR(mode) else files if stat.S_ISREG(mode) else ()
        if name not in known:
            besides = "besides a simulation" if manifest else "and no manifest of a simulation"
            return f"{name!r} {besides}"
    return ""


def _manifest(path: Path) -> _Manifest | None:
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _walked(folder: Path) -> Iterator[tuple[str, int]]:
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders.sort()
        for name in sorted((*folders, *files)):
            path = Path(root, name)
            yield path.relative_to(folder).as_posix(), path.lstat().st_mode


def _raise(error: OSError) -> NoReturn:
    raise error
