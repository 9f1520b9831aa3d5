# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stretch of one log partition: raw as the log keeps it, and decoded into columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from sightline.events.columns import SCHEMA
from sightline.events.decode import decode_lines

STREAM_SCHEMA = SCHEMA.append(pa.field("off", pa.uint64())).append(
    pa.field("ingest_time", pa.timestamp("ms", "UTC"))
)
_TOLD = ("reason", "field", "source", "id", "raw")
_LIMIT = 64 * 1024  # of a refused event, what is kept of it


class Raw(NamedTuple):
    """One piece of the log, as `sightline.log.Batch` describes it."""

    fmt: str
    events: int
    body: bytes
    first: int
    at_ms: int
    append_row: int


class Letter(NamedTuple):
    """A refused event on its way to the dead letters; fields as in table dlq."""

    off: int
    kind: str
    reason: str
    field: str
    source: str
    id: str
    raw: str
    at_ms: int


class Chunk(NamedTuple):
    """What was read of one partition at one go.

    Attributes
    ----------
    frontier
        Row id of the whole log up to which this partition has now been read.
    """

    part: int
    raws: list[Raw]
    frontier: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A chunk in columns; `table` follows `STREAM_SCHEMA`, in order of offsets.

    Attributes
    ----------
    appends
        (offset of the first event, `append_row`) of each append in it, in order.
    """

    part: int
    table: pa.Table
    letters: list[Letter]
    last: int
    frontier: int
    appends: tuple[tuple[int, int], ...]


def decode(chunk: Chunk) -> Decoded:
    """Turn a chunk into columns and dead letters; nothing in it can make this raise."""
    tables, letters = [STREAM_SCHEMA.empty_table()], list[Letter]()
    for fmt, raws in groupby(chunk.raws, key=attrgetter("fmt")):
        for table, refused in _decoded(fmt, list(raws)):
            tables.append(table)
            letters += refused
    last = max((raw.first + raw.events - 1 for raw in chunk.raws), default=-1)
    appended = groupby(chunk.raws, key=attrgetter("append_row"))
    appends = tuple((next(raws).first, row) for row, raws in appended)
    table = pa.concat_tables(tables)
    return Decoded(chunk.part, table, letters, last, chunk.frontier, appends)


def _decoded(fmt: str, raws: list[Raw]) -> Iterator[tuple[pa.Table, list[Letter]]]:
    """Decode neighbours of one format; lines together, for that costs little more than one."""
    if fmt == "ndjson":
        yield _lines(raws)
        return
    for raw in raws:
        yield _DECODERS.get(fmt, _unknown)(raw)


def _columns(raw: Raw) -> tuple[pa.Table, list[Letter]]:
    try:
        with pa.ipc.open_stream(raw.body) as stream:
            found = stream.read_all()
        found.validate(full=True)  # a flipped bit can point anywhere
        table = found.cast(SCHEMA)
    except (pa.ArrowException, OSError, ValueError) as error:
        return _unreadable(raw, f"{error}; expected an Arrow batch of canonical columns")
    if len(table) != raw.events:
        return _unreadable(raw, f"{len(table)} rows; expected {raw.events}")
    offs = raw.first + np.arange(len(table))
    return _placed(table, offs, np.full(len(table), raw.at_ms)), []


def _unreadable(raw: Raw, reason: str) -> tuple[pa.Table, list[Letter]]:
    """Return a dead letter for each event of a damaged piece; the first one keeps its bytes."""
    told = ("malformed", f"unreadable: {reason}", "", "", "")
    bodies = [raw.body, *[b""] * (raw.events - 1)]
    letters = [_letter(raw, index, told, body) for index, body in enumerate(bodies)]
    return STREAM_SCHEMA.empty_table(), letters


def _lines(raws: list[Raw]) -> tuple[pa.Table, list[Letter]]:
    parts = [raw.body.removesuffix(b"\n").split(b"\n") for raw in raws]
    counts = [len(part) for part in parts]
    begins = np.cumsum([0, *counts])
    came = np.repeat([raw.at_ms for raw in raws], counts)
    offs = np.repeat([raw.first for raw in raws] - begins[:-1], counts) + np.arange(begins[-1])
    found = decode_lines([line for part in parts for line in part], ingest_ms=came)
    letters = [
        Letter(
            int(offs[r.index]),
            *(r.kind, r.reason, r.field, r.source, r.id, _kept(r.raw)),
            int(came[r.index]),
        )
        for r in found.refused
    ]
    return _placed(found.table, offs[found.index], came[found.index]), letters


def _refused(raw: Raw) -> tuple[pa.Table, list[Letter]]:
    letters = []
    for index, line in enumerate(raw.body.removesuffix(b"\n").split(b"\n")):
        try:
            row: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            row = {"reason": f"unreadable: {error}", "raw": line.decode("utf-8", "replace")}
        reason, field, source, id_, text = (str(row.get(name, "")) for name in _TOLD)
        kind = str(row.get("kind", "malformed"))
        letters.append(_letter(raw, index, (kind, reason, field, source, id_), text))
    return STREAM_SCHEMA.empty_table(), letters


def _unknown(raw: Raw) -> tuple[pa.Table, list[Letter]]:
    return _unreadable(raw, f"format {raw.fmt!r}; expected one of arrow, ndjson, refused")


_DECODERS = {"arrow": _columns, "refused": _refused}


def _placed(table: pa.Table, offs: np.ndarray, came: np.ndarray) -> pa.Table:
    at = pa.array(came.astype(np.int64)).cast(pa.timestamp("ms", "UTC"))
    off = pa.array(offs.astype(np.uint64))
    return table.append_column("off", off).append_column("ingest_time", at)


def _letter(
    raw: Raw, index: int, told: tuple[str, str, str, str, str], text: bytes | str
) -> Letter:
    """Return a dead letter; `told` is its kind, reason, field, source and id."""
    return Letter(raw.first + index, *told, _kept(text), raw.at_ms)


def _kept(text: bytes | str) -> str:
    kept = text[:_LIMIT]
    return kept.decode("utf-8", "replace") if isinstance(kept, bytes) else kept
