# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first rows of a file and some of the others: all that a suggestion looks at."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
import polars as pl

from sightline.errors import ImportFileError
from sightline.imports import delimited, event_rows, sheets, tabular
from sightline.imports.files import File, file_at
from sightline.imports.lines import lines_of
from sightline.imports.mapping import Mapping
from sightline.imports.rows import Batch

FIRST_ROWS, OTHER_ROWS, LOOKED_ROWS = 5_000, 5_000, 400_000
CHECKED_BYTES, MOST_CHECKED = 1 << 20, 256
PROBED_LINES = 20
ENCODINGS = ("utf-8", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class Sample:
    """What is looked at of one table: a file, or a sheet of a workbook.

    Attributes
    ----------
    frame
        `first` rows from its beginning, then some from further on; without row numbers.
    encoding, delimiter
        How it has to be read; the delimiter is empty where the importer finds it by itself.
    unreadable
        Rows among those looked at that have too many or too few values.
    modified
        When the file was last written, UTC.
    is_whole
        Whether every row was looked at.
    """

    file: File
    frame: pl.DataFrame
    first: int
    encoding: str
    delimiter: str
    unreadable: int
    modified: datetime
    is_whole: bool

    @property
    def name(self) -> str:
        """Return what its mapping may be called: the file's name, or the sheet's."""
        return self.file.sheet or self.file.stem


def tables_of(path: Path) -> list[File]:
    """Return the tables of the file at `path`: its sheets, or itself.

    Raises
    ------
    ImportFileError
        It is missing, empty, damaged or of a kind that cannot be read.
    """
    file = file_at(path)
    file.check()
    return sheets.sheets_of(file) if file.format == "xlsx" else [file]


def holds_events(file: File) -> bool:
    """Tell whether a file holds CloudEvents, which need no mapping."""
    if file.format != "ndjson":
        return event_rows.holds_events(file)
    with file.open() as stream:
        lines = list(islice(lines_of(stream), PROBED_LINES))
    return any(_is_event(line.text) for line in lines)


def sample_of(file: File) -> Sample:
    """Read the first rows of `file` and some of the others.

    Raises
    ------
    ImportFileError
        It has no header, no rows, or cannot be read.
    """
    encoding = _encoding(file) if file.format == "csv" else "utf-8"
    delimiter = _delimiter(file, encoding) if file.format == "csv" else ""
    how = Mapping(
        name="", about="", kind="events", sha256="", encoding=encoding, delimiter=delimiter
    )
    taken = _taken(tabular.batches(file, how))
    if not taken.frames:
        raise ImportFileError(
            f"{file.label} has a header but no rows; expected rows. Check how it was written."
        )
    frame = pl.concat(taken.frames, how="diagonal_relaxed").drop("row")
    written = datetime.fromtimestamp(int(file.path.stat().st_mtime), UTC)
    return Sample(
        file=file,
        frame=frame,
        first=min(frame.height, FIRST_ROWS),
        encoding=encoding,
        delimiter=delimiter,
        unreadable=taken.unreadable,
        modified=written,
        is_whole=taken.is_whole,
    )


@dataclass(slots=True)
class _Taken:
    frames: list[pl.DataFrame]
    unreadable: int = 0
    is_whole: bool = True


def _taken(batches: Iterator[Batch]) -> _Taken:
    """Take the first rows, and every so manieth of those that follow."""
    taken = _Taken([])
    rows = 0
    for batch in batches:
        taken.unreadable += len(batch.unreadable)
        frame = batch.frame
        if frame.is_empty():
            continue
        first = max(FIRST_ROWS - rows, 0)
        if first:
            taken.frames.append(frame.head(first))
        rest = frame.slice(first)
        if rest.height:
            step = (
                max(LOOKED_ROWS // OTHER_ROWS, 1) if rows + frame.height > 2 * FIRST_ROWS else 1
            )
            some = rest.gather_every(step)
            taken.frames.append(some)
            taken.is_whole = taken.is_whole and step == 1
        rows += frame.height
        if rows >= LOOKED_ROWS:
            taken.is_whole = False
            break
    return taken


def _encoding(file: File) -> str:
    """Return the first encoding that no byte of the file contradicts."""
    with file.open() as stream:
        head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return next((each for each in ENCODINGS if _reads(file, each)), ENCODINGS[-1])


def _reads(file: File, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.open() as stream:
        for _ in range(MOST_CHECKED):
            chunk = stream.read(CHECKED_BYTES)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            if not chunk:
                break
    return True


def _delimiter(file: File, encoding: str) -> str:
    """Return what separates values, "" where the importer finds the same by itself."""
    with file.open() as stream:
        text = stream.read(CHECKED_BYTES).decode(encoding, errors="replace")
    lines = [line for line in text.splitlines()[:PROBED_LINES] if line.strip()]
    counts = {each: [line.count(each) for line in lines] for each in delimited.DELIMITERS}
    steady = {
        each: found[0]
        for each, found in counts.items()
        if found and found[0] and min(found) >= found[0]
    }
    own = max(delimited.DELIMITERS, key=lines[0].count) if lines else ""
    if not steady or own in steady:
        return ""
    return max(steady, key=lambda each: steady[each])


def _is_event(line: bytes) -> bool:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return isinstance(row, dict) and {"specversion", "type"} <= row.keys()
