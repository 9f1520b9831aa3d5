# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows for people and programs: JSON, CSV or an aligned table on stdout; nothing is rounded."""

import csv
import io
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import click
import msgspec
import pyarrow as pa

FORMATS = ("table", "json", "csv")
WIDEST = 240
"""Characters of a cell in a table for people."""
_JSON = msgspec.json.Encoder(decimal_format="number")


def format_option(*formats: str) -> Callable[[Any], Any]:
    """Return the ``--format`` option with `formats`, the first one being the default."""
    return click.option(
        "--format",
        "fmt",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print the rows.",
    )


def echo(table: pa.Table, fmt: str) -> None:
    """Print `table` to stdout as `fmt`, one of `FORMATS`.

    JSON is one document, a list of objects: decimals keep every digit, times are ISO 8601.
    """
    writers: dict[str, Callable[[pa.Table], Iterator[str]]]
    writers = {"json": _json_lines, "csv": _csv_lines, "table": _table_lines}
    sys.stdout.writelines(f"{line}\n" for line in writers[fmt](table))
    sys.stdout.flush()  # here, where a reader that went away is noticed


def lines(table: pa.Table) -> Iterator[str]:
    """Yield `table` as aligned lines: headings, a rule, rows."""
    yield from _table_lines(table)


def _json_lines(table: pa.Table) -> Iterator[str]:
    names = table.column_names
    objects = (_JSON.encode(dict(zip(names, row, strict=True))) for row in _rows(table))
    last = table.num_rows - 1
    yield "[" if table.num_rows else "[]"
    for number, each in enumerate(objects):
        yield each.decode() + ("]" if number == last else ",")


def _csv_lines(table: pa.Table) -> Iterator[str]:
    for row in (table.column_names, *_rows(table)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_text(value) for value in row])
        yield line.getvalue()[:-1]


def _table_lines(table: pa.Table) -> Iterator[str]:
    rows = [[_cut(printable(_text(value))) for value in row] for row in _rows(table)]
    heads = [printable(name) for name in table.column_names]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    to_right = [_is_number(kind) for kind in table.schema.types]
    for row in (heads, ["-" * width for width in widths], *rows):
        yield _aligned(row, widths, to_right)


def _cut(text: str) -> str:
    """Return `text` as a table shows it; JSON and CSV give all of it."""
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _aligned(row: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    cells = [
        value.rjust(width) if right else value.ljust(width)
        for value, width, right in zip(row, widths, to_right, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _is_number(kind: pa.DataType) -> bool:
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(check(kind) for check in checks)


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist(maps_as_pydicts="lossy") for column in batch.columns]
        yield from zip(
            *([_plain(value) for value in column] for column in columns), strict=True
        )


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.decode(errors="backslashreplace")
        case datetime():
            return _iso(value)
        case date() | uuid.UUID():
            return str(value)
        case dict():
            return {str(_plain(key)): _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return value


def _iso(time: datetime) -> str:
    text = time.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool() | list() | dict():
            return _JSON.encode(value).decode()
    return str(value)


def printable(text: str) -> str:
    """Return `text` such that a terminal obeys none of it."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
