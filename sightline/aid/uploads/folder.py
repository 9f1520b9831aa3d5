# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where uploads lie until they are imported: a folder each, under a name nobody can guess."""

import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath

from sightline.aid.uploads import permission
from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError
from sightline.imports.files import file_at
from sightline.settings import Settings

FOLDER, MAPPINGS = "uploads", "mappings"
KEPT = timedelta(hours=24)
MOST_FILES, MOST_BYTES = 20, 200 << 20
MOST_KEPT_BYTES = 4 << 30
LONGEST_NAME = 100
IDENTIFIER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that were brought in together; `name` stands in the page's address."""

    name: str
    paths: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """Return how large its files are."""
        return sum(path.stat().st_size for path in self.paths)


class Uploads:
    """The uploads of one home."""

    def __init__(self, settings: Settings, clock: Clock = wall_clock) -> None:
        self._settings = settings
        self._clock = clock
        self._folder = settings.home / FOLDER

    def keep(self, files: Iterable[tuple[str, bytes | memoryview]]) -> Upload:
        """Write `files`, name and content, into a folder of their own.

        Raises
        ------
        ImportFileError
            The page may not import, there are too many files, one is too large, empty or of
            no kind that can be read, or the disk does not take them. Nothing is kept then.
        """
        permission.check(self._settings)
        self.expire()
        given = list(files)
        if not 1 <= len(given) <= MOST_FILES:
            raise ImportFileError(
                f"{len(given)} files were given; expected 1 to {MOST_FILES}. Bring them in by "
                "and by."
            )
        held = sum(path.stat().st_size for path in self._folder.glob("*/*"))
        if held + sum(len(content) for _, content in given) > MOST_KEPT_BYTES:
            raise ImportFileError(
                f"The uploads that wait take up {held >> 20} MiB; expected at most "
                f"{MOST_KEPT_BYTES >> 20}. Finish or drop some of them."
            )
        name = secrets.token_hex(16)
        folder = self._folder / name
        try:
            folder.mkdir(parents=True)
            for file, content in given:
                self._write(folder, file, content)
            return self._checked(name)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ImportFileError(
                f"Cannot keep the upload in {folder.parent}: {error.strerror or error}. Free "
                "some disk space and bring it in again."
            ) from error
        except ImportFileError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def find(self, name: str) -> Upload | None:
        """Return the upload called `name`, None when there is none (any more)."""
        if not IDENTIFIER.fullmatch(name) or not (self._folder / name).is_dir():
            return None
        paths = tuple(sorted(path for path in (self._folder / name).iterdir()))
        return Upload(name, paths) if paths else None

    def forget(self, name: str) -> None:
        """Remove the files of an upload."""
        if IDENTIFIER.fullmatch(name):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def expire(self) -> None:
        """Remove uploads that nobody finished within a day."""
        until = self._clock() - KEPT
        for folder in self._folder.glob("*"):
            at = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            if at < until and IDENTIFIER.fullmatch(folder.name):
                shutil.rmtree(folder, ignore_errors=True)

    def keep_mapping(self, text: str, name: str, sha: str) -> Path:
        """Write a mapping where it stays: refused rows can become events through it later."""
        folder = self._settings.home / MAPPINGS
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-{sha[:12]}.yaml"
        if not path.exists():
            path.write_text(text, encoding="utf-8")
        return path

    def _write(self, folder: Path, file: str, content: bytes | memoryview) -> None:
        if len(content) > MOST_BYTES:
            raise ImportFileError(
                f"{safe(file)} has {len(content) >> 20} MiB; expected at most "
                f"{MOST_BYTES >> 20}. Import it with `sightline import` on this machine."
            )
        path = folder / safe(file)
        number = 1
        while path.exists():
            number += 1
            path = folder / f"{number}-{safe(file)}"
        path.write_bytes(content)

    def _checked(self, name: str) -> Upload:
        """Refuse an upload with a file that is of no kind that can be read."""
        found = self.find(name)
        assert found is not None  # noqa: S101  it was just written
        for path in found.paths:
            try:
                file_at(path)
            except ImportFileError as error:
                told = str(error).replace(str(path), path.name)
                raise ImportFileError(told) from error
        return found


def safe(name: str) -> str:
    r"""Return the last part of `name`, of letters, digits and ``-_. `` only.

    >>> safe("../../etc/passwd"), safe("C:\\x\\Umsatz 2024.csv"), safe(".csv"), safe("\0")
    ('passwd', 'Umsatz 2024.csv', 'file.csv', 'file')
    """
    last = PureWindowsPath(PurePosixPath(name).name).name
    plain = re.sub(r"[^\w\-. ]", "_", last, flags=re.ASCII).strip(" ._") or "file"
    suffix = "".join(PurePosixPath(last).suffixes[-2:])
    if re.fullmatch(r"\.\w[\w.]*", last):
        return f"file{last}"[:LONGEST_NAME]
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 20] + suffix[-20:]
