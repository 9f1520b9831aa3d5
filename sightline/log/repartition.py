# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same events in another number of partitions: a new log, beside the old one.

Appends keep their order and what they brought stays together. The events of one item go to one
partition in the old order, whatever the number. Moments of arrival and the ledger of imports
are taken over.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
import pyarrow as pa

from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_line, parts_of_table
from sightline.log.pieces import INDEX_BITS, Format, Piece
from sightline.log.schema import BUSY_SECONDS, connect, create, explained

APPENDS_AT_ONCE = 500
LEDGER = ("imports", "prefixes")
Place = tuple[int, int]


class Kept(NamedTuple):
    """A batch as the old log keeps it."""

    row: int
    part: int
    fmt: str
    events: int
    at_ms: int
    append_row: int
    body: bytes


@dataclass(slots=True)
class Repartition:
    """A new log that takes over the old one.

    Attributes
    ----------
    wanted
        Places, partition and offset, whose new ones are asked for.
    places
        Old place → new one, for those.
    done
        Last row of the old log that was taken over.
    """

    new: Path
    partitions: int
    wanted: Collection[Place] = ()
    places: dict[Place, Place] = field(default_factory=dict)
    done: int = 0

    def begin(self, generation: int) -> None:
        """Make the new log, empty."""
        create(self.new, partitions=self.partitions, busy_seconds=BUSY_SECONDS)
        with self._writing() as log:
            log.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (generation,))

    def take_over(self, old: sqlite3.Connection) -> None:
        """Take over what the log read through `old` has since the last time.

        Raises
        ------
        LogError
            The old log cannot be read or the new one not be written.
        """
        try:
            rows = old.execute(
                "SELECT row, part, fmt, events, at_ms, append_row, body FROM batches"
                " WHERE row > ? ORDER BY row",
                (self.done,),
            )
            appends = groupby(map(Kept._make, rows), key=lambda kept: kept.append_row)
            for some in _in_groups(appends):
                self._write(some)
        except (sqlite3.Error, OSError) as error:
            raise explained(self.new, error, "write") from error

    def take_over_imports(self, old: sqlite3.Connection) -> None:
        """Take over which files were imported; call it when nothing is added any more."""
        with self._writing() as log:
            log.execute("BEGIN IMMEDIATE")
            for table in LEDGER:
                rows = old.execute(f"SELECT * FROM {table}")  # noqa: S608 - a constant
                marks = ", ".join("?" * len(rows.description))
                log.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
            log.execute("COMMIT")

    def close(self) -> None:
        """Make the new log one file, whole by itself."""
        with self._writing() as log:
            log.execute("PRAGMA journal_mode=DELETE")

    def _writing(self) -> "closing[sqlite3.Connection]":
        return closing(connect(self.new, busy_seconds=BUSY_SECONDS))

    def _write(self, appends: list[list[Kept]]) -> None:
        with self._writing() as log:
            log.execute("BEGIN IMMEDIATE")
            (last,) = log.execute("SELECT coalesce(max(row), 0) FROM batches").fetchone()
            for append in appends:
                cut = [each for kept in append for each in _cut(kept, self.partitions)]
                for row, (kept, piece, indices) in enumerate(cut, start=last + 1):
                    self._note(kept, indices, piece.part, row)
                    log.execute(
                        "INSERT INTO batches (row, part, fmt, events, at_ms, append_row, body)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (row, piece.part, piece.fmt, piece.events, kept.at_ms, last + len(cut),
                         piece.body),
                    )  # fmt: skip
                last += len(cut)
            log.execute("COMMIT")
        self.done = appends[-1][-1].row

    def _note(self, kept: Kept, indices: list[int], part: int, row: int) -> None:
        if not self.wanted:
            return
        for new, old in enumerate(indices):
            place = (kept.part, (kept.row << INDEX_BITS) + old)
            if place in self.wanted:
                self.places[place] = (part, (row << INDEX_BITS) + new)


def _in_groups(appends: Any) -> Iterator[list[list[Kept]]]:
    group: list[list[Kept]] = []
    for _, rows in appends:
        group.append(list(rows))
        if len(group) == APPENDS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _cut(kept: Kept, partitions: int) -> Iterator[tuple[Kept, Piece, list[int]]]:
    """Yield the pieces of a batch by partition, each with the places of its events in it."""
    cut = _table_cut if kept.fmt == "arrow" else _lines_cut
    parts = cut(kept, partitions)
    for part, (indices, body) in sorted(parts.items()):
        yield kept, Piece(part, cast("Format", kept.fmt), len(indices), body), indices


Cut = Mapping[int, tuple[list[int], bytes]]


def _lines_cut(kept: Kept, partitions: int) -> Cut:
    lines = kept.body.removesuffix(b"\n").split(b"\n")
    if len(lines) != kept.events or kept.fmt not in _PART_OF:
        return _whole(kept, partitions)
    found: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        found[_PART_OF[kept.fmt](line, partitions)].append(index)
    return {
        part: (indices, b"\n".join(lines[index] for index in indices))
        for part, indices in found.items()
    }


def _table_cut(kept: Kept, partitions: int) -> Cut:
    try:
        with pa.ipc.open_stream(kept.body) as stream:
            table = stream.read_all()
        table.validate(full=True)
        parts = parts_of_table(table, partitions)
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return _whole(kept, partitions)
    if len(table) != kept.events:
        return _whole(kept, partitions)
    return {
        part: (np.flatnonzero(parts == part).tolist(), _packed(table, parts == part))
        for part in np.unique(parts).tolist()
    }


def _packed(table: pa.Table, mask: np.ndarray) -> bytes:
    sink = pa.BufferOutputStream()
    rows = table if mask.all() else table.filter(pa.array(mask))
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return cast("bytes", sink.getvalue().to_pybytes())


def _whole(kept: Kept, partitions: int) -> Cut:
    """Keep together what cannot be read: it becomes dead letters wherever it lies."""
    return {kept.part % partitions: (list(range(kept.events)), kept.body)}


def _part_of_refusal(line: bytes, partitions: int) -> int:
    try:
        raw = msgspec.json.decode(line)["raw"].encode()
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
        raw = line
    return of_bytes(raw, partitions)


_PART_OF: dict[str, Callable[[bytes, int], int]] = {
    "ndjson": part_of_line,
    "refused": _part_of_refusal,
}
