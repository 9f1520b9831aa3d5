# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is to be watched, and how."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sightline.errors import SettingsError
from sightline.imports.hashing import mapping_sha256

SETTLE_S, EVERY_S = 5.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A folder and what a person said about it.

    Attributes
    ----------
    folder
        Absolute.
    mapping
        Name or path; "" finds the one that fits each file.
    patterns
        Names of files to take, such as ``*.csv``; none takes all.
    is_deep
        Whether folders inside are watched as well.
    settle_s
        For how long a new file must not change before it is taken, seconds.
    move_to
        Where files go that were taken whole; None leaves them alone.
    """

    folder: Path
    mapping: str = ""
    patterns: tuple[str, ...] = ()
    is_deep: bool = False
    settle_s: float = SETTLE_S
    move_to: Path | None = None

    def checked(self) -> Self:
        """Return it when it can be carried out.

        Raises
        ------
        SettingsError
            There is no such folder, or the files would be moved to where they are.
        MappingError
            The mapping is unknown or malformed.
        """
        if not self.folder.is_dir():
            raise SettingsError(
                f"There is no folder {self.folder} to watch; expected one that files are put "
                "into. Make it, or name another."
            )
        if self.move_to and self.move_to.resolve() == self.folder.resolve():
            raise SettingsError(
                f"--move-done is {self.move_to}, the watched folder itself; expected another."
            )
        if self.mapping:
            mapping_sha256(self.mapping)
        return self


def asked_in(text: str) -> list[Asked]:
    """Return what the setting ``SIGHTLINE_WATCH`` asks for: ``FOLDER`` or ``FOLDER=MAPPING``.

    Entries are separated by blanks; quotes keep blanks in a path.

    Raises
    ------
    SettingsError
        A quote is not closed, or an entry names no folder.

    Examples
    --------
    >>> [(str(each.folder), each.mapping) for each in asked_in("/in '/a b=online_retail'")]
    [('/in', ''), ('/a b', 'online_retail')]
    """
    try:
        entries = shlex.split(text)
    except ValueError as error:
        raise SettingsError(
            f"SIGHTLINE_WATCH is {text!r}, in which a quote is not closed; expected "
            "FOLDER=MAPPING entries separated by blanks."
        ) from error
    found = []
    for entry in entries:
        folder, _, mapping = entry.partition("=")
        if not folder:
            raise SettingsError(
                f"SIGHTLINE_WATCH has the entry {entry!r}; expected FOLDER or FOLDER=MAPPING."
            )
        found.append(Asked(folder=Path(folder).expanduser().absolute(), mapping=mapping))
    return found
