# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables and lines become pieces of the log, one or two per partition."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.columns import SCHEMA
from sightline.events.encode import envelope_of
from sightline.events.partition import of_bytes
from sightline.events.routing import RECORD, Parts, part_of_line, parts_of_table
from sightline.imports.mapping import Mapping
from sightline.imports.origin import Origin
from sightline.log import Piece

Named = tuple[str, str]
TOLD = ("reason", "field", "raw")
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def cut(table: pa.Table, places: npt.NDArray[np.uint32], partitions: int) -> list[Piece]:
    """Return events as pieces; inside a piece they are ordered by their `places`.

    Master records go as lines: whoever reads them judges their fields.
    """
    are_records = pc.equal(table["type"], RECORD).to_numpy()
    lines = _record_lines(table.filter(pa.array(are_records)), places[are_records], partitions)
    table, places = table.filter(pa.array(~are_records)), places[~are_records]
    parts = parts_of_table(table, partitions) if len(table) else np.zeros(0, np.int64)
    order = np.lexsort((places, parts))
    pieces = arrow_pieces(table.take(pa.array(order)), parts[order])
    return pieces + line_pieces(lines, "ndjson")


def _record_lines(
    table: pa.Table, places: npt.NDArray[np.uint32], partitions: int
) -> list[tuple[int, bytes]]:
    rows = table.take(pa.array(np.argsort(places))).to_pylist()
    lines = map(envelope_of, rows)
    return [(part_of_line(line, partitions), line) for line in lines]


def arrow_pieces(table: pa.Table, parts: Parts) -> list[Piece]:
    """Return the rows of `table`, already ordered by partition, one piece each."""
    pieces = []
    for part in np.unique(parts).tolist():
        first, last = np.searchsorted(parts, [part, part + 1]).tolist()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, SCHEMA, options=OPTIONS) as stream:
            stream.write_table(table.slice(first, last - first))
        pieces.append(Piece(part, "arrow", last - first, sink.getvalue().to_pybytes()))
    return pieces


def line_pieces(lines: Iterable[tuple[int, bytes]], fmt: str) -> list[Piece]:
    """Return (partition, line) pairs as pieces, keeping their order in a partition."""
    bodies: dict[int, list[bytes]] = {}
    for part, line in lines:
        bodies.setdefault(part, []).append(line)
    return [
        Piece(part, "refused" if fmt == "refused" else "ndjson", len(body), b"\n".join(body))
        for part, body in sorted(bodies.items())
    ]


def refused_lines(
    drafts: pl.DataFrame, mapping: Mapping, files: Sequence[Named], partitions: int
) -> list[tuple[int, bytes]]:
    """Return refused drafts as lines of the log's ``refused`` format.

    Parameters
    ----------
    files
        Name and hash of each file; the drafts' ``file`` counts them from 0.
    """
    lines = []
    for row in drafts.select(*TOLD, "row", "types", "file").iter_rows(named=True):
        name, sha = files[row["file"]]
        origin = Origin(
            file=name,
            sha256=sha,
            row=row["row"],
            mapping=mapping.origin,
            options=mapping.options,
            types=None if row["types"] is None else msgspec.json.decode(row["types"]),
        )
        refusal = {name: row[name] for name in TOLD} | {
            "kind": "malformed",
            "source": mapping.source,
            "id": "",
            "origin": origin,
        }
        raw = (row["raw"] or "").encode()
        lines.append((of_bytes(raw, partitions), msgspec.json.encode(refusal)))
    return lines
