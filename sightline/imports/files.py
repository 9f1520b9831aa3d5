# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file to import: what it is, whether it can be opened, what its bytes hash to."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from sightline.errors import ImportFileError

FileFormat = Literal["csv", "ndjson", "parquet", "xes"]
SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".xes": "xes",
}
CHECKED_BYTES = 1 << 20
GZIP_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class File:
    """A file that exists, is not empty, and whose name says how to read it."""

    path: Path
    format: FileFormat
    is_gzip: bool

    @property
    def stem(self) -> str:
        """Return the name without folder and suffixes."""
        name = self.path.name.removesuffix(".gz")
        return name[: -len(Path(name).suffix)]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file for reading, unpacked.

        Raises
        ------
        ImportFileError
            It cannot be read, or its gzip stream is cut off or damaged.
        """
        try:
            with gzip.open(self.path) if self.is_gzip else self.path.open("rb") as stream:
                yield cast("IO[bytes]", stream)
        except GZIP_ERRORS as error:
            raise ImportFileError(
                f"{self.path} is cut off or is no gzip file: {error}. Nothing of it was "
                "imported; fetch it again whole."
            ) from error
        except OSError as error:
            raise unreadable(self.path, error) from error

    def check(self) -> None:
        """Read a packed file to its end.

        Raises
        ------
        ImportFileError
            Its gzip stream is cut off or damaged.
        """
        if self.is_gzip:
            with self.open() as stream:
                while stream.read(CHECKED_BYTES):
                    pass

    def sha256(self) -> str:
        """Return the hash of its bytes, as they lie on disk."""
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(self.path, error) from error


def file_at(path: Path) -> File:
    """Return the file at `path`.

    Raises
    ------
    ImportFileError
        There is none, it is a folder, it is empty, or its suffix is unknown.
    """
    if path.is_dir():
        raise ImportFileError(f"{path} is a folder; name the files in it.")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from error
    name = path.name.lower()
    suffix = Path(name.removesuffix(".gz")).suffix
    if suffix not in SUFFIXES:
        raise ImportFileError(
            f"{path} ends in {suffix or 'nothing'!r}; expected one of "
            f"{', '.join(SUFFIXES)}, each but .parquet also with .gz. Rename or convert it."
        )
    if not size:
        raise ImportFileError(f"{path} is empty; expected rows. Check how it was written.")
    return File(path, SUFFIXES[suffix], name.endswith(".gz"))


def unreadable(path: Path, error: OSError) -> ImportFileError:
    """Say why the file at `path` cannot be read."""
    if isinstance(error, FileNotFoundError):
        return ImportFileError(f"There is no file {path}; check the name and the folder.")
    return ImportFileError(
        f"Cannot read {path}: {error.strerror or error}; check that it is yours to read."
    )
