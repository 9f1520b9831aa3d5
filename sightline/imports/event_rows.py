# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parquet files that hold a whole CloudEvent in every row, as the simulator writes them."""

import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.types as pt

from sightline.events.refusal import KEPT_OF_A_LONG_LINE, LONGEST_LINE
from sightline.imports import tabular
from sightline.imports.files import File
from sightline.imports.lines import Line, lines_of

EVENT = "event"
BESIDE = ("id", "source", "type", "time")
"""Columns that repeat what the event says; with them a column of texts is one of events."""
ROWS_AT_ONCE = 4_096


def holds_events(file: File) -> bool:
    """Tell whether `file` is such a Parquet file.

    Raises
    ------
    ImportFileError
        It is a Parquet file that cannot be read.
    """
    if file.format != "parquet":
        return False
    with tabular.parquet(file) as source:
        schema: pa.Schema = source.schema_arrow
    is_beside = set(BESIDE) <= set(schema.names)
    return is_beside and EVENT in schema.names and _is_text(schema.field(EVENT).type)


def event_lines(file: File) -> Iterator[Line]:
    """Yield the events of `file`, numbered from 1: lines of text, or rows of a Parquet file.

    Raises
    ------
    ImportFileError
        It cannot be read to its end.
    """
    if file.format != "parquet":
        with file.open() as stream:
            yield from lines_of(stream)
        return
    for number, text in enumerate(_texts(file), 1):
        if text and text.strip():
            yield _line(number, text)


def _texts(file: File) -> Iterator[bytes | None]:
    with tabular.parquet(file) as source:
        try:
            for batch in source.iter_batches(ROWS_AT_ONCE, columns=[EVENT]):
                yield from batch.column(EVENT).cast(pa.large_binary()).to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise tabular.damaged(file, error) from error


def _line(number: int, text: bytes) -> Line:
    """Return an event as one line: what ends lines may stand between its words only."""
    plain = text.replace(b"\r", b" ").replace(b"\n", b" ")
    if len(plain) <= LONGEST_LINE:
        return Line(number, plain, len(plain), "")
    sha256 = hashlib.sha256(plain).hexdigest()
    return Line(number, plain[:KEPT_OF_A_LONG_LINE], len(plain), sha256)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_binary(kind))
