# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSV and TSV files, block by block, every value as text."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from sightline.errors import ImportFileError
from sightline.imports.files import File
from sightline.imports.plain_text import checked, refuse_mark, refuse_nul
from sightline.imports.rows import Batch, Unreadable, check_width

DELIMITERS = ",;\t|"
BLOCK_BYTES = 8 << 20
HEADER_BYTES = 1 << 20


@dataclass(slots=True)
class _Ragged:
    """Collects rows with too many or too few values; numbers count from the header as 1."""

    found: dict[int, Unreadable] = field(default_factory=dict)

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        number = row.number - 1
        reason = (
            f"wrong_columns: the row has {row.actual_columns} values; "
            f"expected {row.expected_columns}"
        )
        self.found[number] = Unreadable(number, "wrong_columns", reason, row.text)
        return "skip"


def header(file: File, *, encoding: str, delimiter: str) -> tuple[list[str], str]:
    """Return the column names and the delimiter of `file`.

    Raises
    ------
    ImportFileError
        It has no header, a column name twice, or is not in `encoding`.
    """
    with file.open() as stream:
        start = stream.read(HEADER_BYTES)
    try:
        refuse_mark(start, file.path, encoding)
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(file, encoding) from error
    except LookupError as error:
        raise ImportFileError(
            f"There is no encoding {encoding!r}; write it as utf-8, latin-1 or cp1252."
        ) from error
    if not codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        refuse_nul(start.partition(b"\n")[0], file.path)
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = delimiter or max(DELIMITERS, key=first.count)
    names = _names(file, text, delimiter)
    check_width(file.label, len(names))
    if not any(name.strip() for name in names):
        raise ImportFileError(f"{file.path} has no header line; expected names of columns.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ImportFileError(
            f"{file.path} has the column {twice[0]!r} twice; rename one in its header line."
        )
    return names, delimiter


def _names(file: File, text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise ImportFileError(
            f"{file.path} has no header line that can be read ({error}); expected names of "
            "columns, then rows."
        ) from error


def batches(
    file: File, *, encoding: str, delimiter: str, block_bytes: int = BLOCK_BYTES
) -> Iterator[Batch]:
    """Yield the rows of `file` as text; empty values are null.

    Raises
    ------
    ImportFileError
        A byte is not in `encoding`, a row is longer than `block_bytes`, or the end is missing.
    """
    names, delimiter = header(file, encoding=encoding, delimiter=delimiter)
    ragged = _Ragged()
    with file.open() as stream:
        try:
            text = checked(stream, file.path, encoding)
            reader = _reader(text, names, ragged, encoding, delimiter, block_bytes)
            yield from _numbered(reader, ragged)
        except pa.ArrowInvalid as error:
            raise _explained(file, error, encoding, block_bytes) from error
        except UnicodeDecodeError as error:
            raise _wrong_encoding(file, encoding) from error


def _reader(  # noqa: PLR0913, PLR0917  what a delimited file can vary in
    stream: IO[bytes],
    names: list[str],
    ragged: _Ragged,
    encoding: str,
    delimiter: str,
    block_bytes: int,
) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        pa.PythonFile(stream, "r"),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=block_bytes, encoding=encoding
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=ragged
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _numbered(reader: pa_csv.CSVStreamingReader, ragged: _Ragged) -> Iterator[Batch]:
    after = 0
    told: set[int] = set()
    for chunk in reader:
        numbers: list[int] = []
        while len(numbers) < chunk.num_rows:
            after += 1
            if after not in ragged.found:
                numbers.append(after)
        fresh = [each for row, each in ragged.found.items() if row not in told]
        told.update(each.row for each in fresh)
        frame = pl.from_arrow(chunk)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  a batch is a frame
        yield Batch(frame.with_columns(pl.Series("row", numbers, pl.Int64)), fresh)
    rest = [each for row, each in ragged.found.items() if row not in told]
    if rest:
        yield Batch(pl.DataFrame(), rest)


def _explained(
    file: File, error: pa.ArrowInvalid, encoding: str, block_bytes: int
) -> ImportFileError:
    text = str(error)
    if "UTF8" in text or "UTF-8" in text:
        return _wrong_encoding(file, encoding)
    if "straddl" in text:
        size = f"{block_bytes / (1 << 20):g} MiB"
        return ImportFileError(
            f"{file.path} has a row longer than {size}, perhaps because of an unclosed quote; "
            "mend it. Nothing of the file was imported."
        )
    return ImportFileError(
        f"{file.path} cannot be read as CSV: {' '.join(text.split())}. Mend it; nothing of it "
        "was imported."
    )


def _wrong_encoding(file: File, encoding: str) -> ImportFileError:
    """Find the first byte that `encoding` cannot mean."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line = 0, 1
    with file.open() as stream:
        while chunk := stream.read(1 << 20):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                at = error.start - pending
                line += chunk[: max(at, 0)].count(b"\n")
                byte = error.object[error.start]
                return ImportFileError(
                    f"{file.path} is not {encoding}: byte 0x{byte:02x} at offset "
                    f"{offset + at} (line {line}). Say how it is written in the mapping, such "
                    "as `encoding: cp1252`; nothing was imported."
                )
            offset += len(chunk)
            line += chunk.count(b"\n")
    return ImportFileError(f"{file.path} ends in the middle of a {encoding} character.")
