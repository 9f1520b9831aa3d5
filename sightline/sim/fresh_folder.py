# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder that appears whole or not at all, and never takes the place of somebody's data."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sightline.errors import SettingsError
from sightline.sim.written import strange

MODE = 0o755


@contextmanager
def fresh_folder(folder: Path, *, is_forced: bool) -> Iterator[Path]:
    """Yield an empty folder; it becomes `folder` when the block ends well, else it is gone.

    Raises
    ------
    SettingsError
        Something is there that may not be replaced, or nothing can be written.
    """
    folder = folder.resolve()
    check(folder, is_forced=is_forced)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise _refused(folder, error) from None
    try:
        made.chmod(MODE)
        yield made
        check(folder, is_forced=is_forced)  # somebody may have put something there meanwhile
        _put(made, folder)
    except OSError as error:
        raise _refused(folder, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def check(folder: Path, *, is_forced: bool) -> None:
    """Refuse a `folder` that holds anything, unless it may be replaced.

    Only what a simulation wrote may be, when nothing else is in it and that `is_forced`.

    Raises
    ------
    SettingsError
        It may not.
    """
    if not folder.name:
        raise SettingsError(f"--out is {str(folder)!r}; expected a folder that can be made.")
    if folder.exists() and not folder.is_dir():
        raise SettingsError(
            f"--out is {str(folder)!r}, which is a file; expected a folder. Name another one."
        )
    try:
        is_empty = not folder.exists() or next(folder.iterdir(), None) is None
        found = "" if is_empty else strange(folder)
    except OSError as error:
        raise _refused(folder, error) from None
    if found:
        raise SettingsError(
            f"--out is {str(folder)!r}, which holds {found}; it is left alone. Expected a "
            "folder that a simulation wrote, or a new one; move it or choose another --out."
        )
    if not (is_empty or is_forced):
        raise SettingsError(
            f"--out is {str(folder)!r}, which holds a simulation; expected a folder that does "
            "not exist. Name another one, or replace it with --force."
        )


def _put(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    aside = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        folder.rename(aside / folder.name)
        made.rename(folder)
    finally:
        if not folder.exists():  # interrupted between the two
            (aside / folder.name).rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def _refused(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(
        f"{str(folder)!r} cannot be written ({error.strerror or error}); nothing was kept. "
        "Name a folder with room that you may write to."
    )
