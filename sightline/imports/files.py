# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file to import: what it is, whether it can be opened, what its bytes hash to."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from sightline.errors import ImportFileError, one_line
from sightline.imports.edi.sniffing import AHEAD, is_interchange
from sightline.imports.unpacking import Meter, metered

if TYPE_CHECKING:  # a book reads a file, a file may be a sheet of a book
    from sightline.imports.workbook import Book

FileFormat = Literal[
    "csv", "edi", "json", "ndjson", "ocelxml", "parquet", "sqlite", "xes", "xlsx"
]  # fmt: skip
SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".xes": "xes",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".edi": "edi",
    ".x12": "edi",
    ".edifact": "edi",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".json": "json",
    ".jsonocel": "json",
    ".xmlocel": "ocelxml",
}
NEVER_GZIP = {".parquet", ".xlsx", ".xlsm", ".sqlite", ".sqlite3"}
OTHER_BOOKS = {".xls", ".xlsb", ".ods", ".numbers"}
ARCHIVES = {".zip", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst"}
CHECKED_BYTES = 1 << 20
GZIP_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class File:
    """A file that exists, is not empty, and whose name says how to read it.

    Attributes
    ----------
    sheet, book
        The sheet that it stands for, of a workbook that is open.
    """

    path: Path
    format: FileFormat
    is_gzip: bool
    sheet: str = ""
    book: "Book | None" = field(default=None, compare=False, repr=False)

    @property
    def stem(self) -> str:
        """Return the name without folder and suffixes, fit to be written."""
        name = self.path.name.removesuffix(".gz")
        return one_line(name[: -len(Path(name).suffix)])

    @property
    def label(self) -> str:
        """Return what people call it: its path, and its sheet if it is one."""
        return one_line(f"{self.path} [{self.sheet}]" if self.sheet else self.path)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file for reading, unpacked.

        Raises
        ------
        ImportFileError
            It cannot be read, or its gzip stream is cut off, damaged or a bomb.
        """
        try:
            with self.path.open("rb") as packed:
                if self.is_gzip:
                    meter = Meter(self.path, self.path.stat().st_size)
                    yield metered(gzip.GzipFile(fileobj=packed), meter)
                else:
                    yield packed
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
            Its gzip stream is cut off, damaged or a bomb.
        """
        if self.is_gzip:
            with self.open() as stream:
                while stream.read(CHECKED_BYTES):
                    pass

    def sha256(self) -> str:
        """Return the hash of its bytes, as they lie on disk, and of the name of its sheet."""
        try:
            with self.path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256")
        except OSError as error:
            raise unreadable(self.path, error) from error
        if self.sheet:
            digest.update(f"\x1f{self.sheet}".encode())
        return digest.hexdigest()


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
    is_gzip = name.endswith(".gz")
    if suffix not in SUFFIXES or (is_gzip and suffix in NEVER_GZIP):
        raise _of_no_kind(path, suffix)
    if not size:
        raise ImportFileError(f"{path} is empty; expected rows. Check how it was written.")
    file = File(path, SUFFIXES[suffix], is_gzip)
    return replace(file, format="edi") if suffix == ".txt" and _holds_edi(file) else file


def _holds_edi(file: File) -> bool:
    with file.open() as stream:
        return is_interchange(stream.read(AHEAD))


def _of_no_kind(path: Path, suffix: str) -> ImportFileError:
    """Say of a file that cannot be read what to make of it."""
    if suffix in ARCHIVES:
        return ImportFileError(f"{path} is an archive; unpack it and name the files in it.")
    if suffix in OTHER_BOOKS:
        return ImportFileError(f"{path} is a {suffix} workbook; save it as .xlsx.")
    if suffix in NEVER_GZIP:
        return ImportFileError(f"{path} is packed twice; take it out of its .gz first.")
    kinds = ", ".join(each for each in SUFFIXES if each not in NEVER_GZIP)
    return ImportFileError(
        f"{path} ends in {suffix or 'nothing'!r}; expected {', '.join(sorted(NEVER_GZIP))} or, "
        f"with .gz or without, {kinds}. Rename or convert it."
    )


def unreadable(path: Path, error: OSError) -> ImportFileError:
    """Say why the file at `path` cannot be read."""
    if isinstance(error, FileNotFoundError):
        return ImportFileError(f"There is no file {path}; check the name and the folder.")
    return ImportFileError(
        f"Cannot read {path}: {error.strerror or error}; check that it is yours to read."
    )
