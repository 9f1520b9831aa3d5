# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of rows and columns, whatever their format, as batches."""

from collections.abc import Iterator
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from sightline.errors import ImportFileError
from sightline.events.refusal import LONGEST_LINE
from sightline.imports import delimited, nested, sheets
from sightline.imports.files import File, unreadable
from sightline.imports.lines import Line, lines_of
from sightline.imports.mapping import Mapping
from sightline.imports.rows import BATCH_ROWS, Batch, Unreadable, check_width

PROBED_LINES = 100
SHOWN_NAMES = 10
MOST_CELLS = 8 << 20


def columns_of(file: File, *, encoding: str = "utf-8", delimiter: str = "") -> list[str]:
    """Return the names of the columns of `file`, without reading it all."""
    if file.format == "parquet":
        with parquet(file) as source:
            known = list(nested.flat_paths(source.schema_arrow))
        check_width(file.label, len(known))
        return known
    if file.format == "xlsx":
        return sheets.columns_of(file)
    if file.format == "csv":
        return delimited.header(file, encoding=encoding, delimiter=delimiter)[0]
    names: dict[str, None] = {}
    with file.open() as stream:
        for line in lines_of(stream):
            row = _row(line)
            names |= dict.fromkeys(row) if isinstance(row, dict) else {}
            check_width(file.label, len(names))
            if line.number >= PROBED_LINES:
                break
    return list(names)


def batches(file: File, mapping: Mapping) -> Iterator[Batch]:
    """Yield the rows of a CSV, NDJSON or Parquet file, or of a sheet.

    Raises
    ------
    ImportFileError
        The file cannot be read to its end; nothing of it may be kept.
    """
    if file.format == "parquet":
        yield from _parquet_batches(file)
    elif file.format == "xlsx":
        yield from sheets.batches(file)
    elif file.format == "csv":
        yield from delimited.batches(
            file, encoding=mapping.encoding, delimiter=mapping.delimiter
        )
    else:
        yield from _line_batches(file)


def left_out(file: File) -> list[str]:
    """Return a sentence on what of `file` no mapping can name, none where there is nothing."""
    if file.format != "parquet":
        return []
    with parquet(file) as source:
        names = nested.left_out(source.schema_arrow)
    shown = ", ".join(names[:SHOWN_NAMES]) + (" and more" if len(names) > SHOWN_NAMES else "")
    what = f"{file.label} has columns of lists ({shown}), which no mapping can name; left out"
    return [what] if names else []


def parquet(file: File) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises
    ------
    ImportFileError
        It is none, is damaged or cannot be read.
    """
    try:
        return pq.ParquetFile(file.path)
    except pa.ArrowInvalid as error:
        raise damaged(file, error) from error
    except OSError as error:
        if error.errno is None:  # of the file's own words rather than of the disk
            raise damaged(file, error) from error
        raise unreadable(file.path, error) from error


def _parquet_batches(file: File) -> Iterator[Batch]:
    after = 0
    with parquet(file) as source:
        paths = nested.flat_paths(source.schema_arrow)
        check_width(file.label, len(paths))
        roots = list(dict.fromkeys(path[0] for path in paths.values()))
        try:
            for chunk in source.iter_batches(_rows_at_once(len(paths)), columns=roots):
                frame = pl.from_arrow(nested.flattened(chunk, paths))
                assert isinstance(frame, pl.DataFrame)  # noqa: S101  a batch is a frame
                rows = pl.int_range(after + 1, after + 1 + frame.height, eager=True)
                yield Batch(frame.with_columns(rows.alias("row")))
                after += frame.height
        except (pa.ArrowException, OSError) as error:
            raise damaged(file, error) from error


def _line_batches(file: File) -> Iterator[Batch]:
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    bad: list[Unreadable] = []
    names: set[str] = set()
    with file.open() as stream:
        for line in lines_of(stream):
            row = _row(line)
            if isinstance(row, Unreadable):
                bad.append(row)
            else:
                rows.append({str(key): _text(value) for key, value in row.items()})
                numbers.append(line.number)
                names.update(rows[-1])
            if len(rows) + len(bad) >= _rows_at_once(len(names)):
                yield _batch(file.label, rows, numbers, bad)
                rows, numbers, bad, names = [], [], [], set()
    if rows or bad:
        yield _batch(file.label, rows, numbers, bad)


def _batch(
    label: str, rows: list[dict[str, str | None]], numbers: list[int], bad: list[Unreadable]
) -> Batch:
    names = dict.fromkeys(name for row in rows for name in row)
    check_width(label, len(names))
    columns = {name: [row.get(name) for row in rows] for name in sorted(names)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return Batch(frame.with_columns(pl.Series("row", numbers, pl.Int64)), bad)


def _rows_at_once(columns: int) -> int:
    """Return how many rows of a wide table fit into a batch."""
    return max(1, min(BATCH_ROWS, MOST_CELLS // max(1, columns)))


def _row(line: Line) -> dict[str, Any] | Unreadable:
    shown = line.text[:LONGEST_LINE].decode(errors="replace")
    if line.sha256:
        reason = f"too_large: the line has {line.length} bytes; expected at most {LONGEST_LINE}"
        return Unreadable(line.number, "too_large", reason, shown)
    try:
        row = msgspec.json.decode(line.text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return Unreadable(line.number, "not_json", f"not_json: {error}", shown)
    if not isinstance(row, dict):
        reason = "not_an_object: expected one JSON object a line"
        return Unreadable(line.number, "not_an_object", reason, shown)
    return row


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def damaged(file: File, error: Exception) -> ImportFileError:
    """Say why a Parquet file cannot be read."""
    what = " ".join(str(error).split()).rstrip(".")
    return ImportFileError(
        f"{file.path} is cut off or is no Parquet file: {what}. Nothing of it was imported; "
        "fetch it again whole."
    )
