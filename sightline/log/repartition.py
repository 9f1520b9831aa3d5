# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same events in another number of partitions: a new log, beside the old one.

Appends keep their order and what they brought stays together. The events of one item go to one
partition in the old order, whatever the number. Moments of arrival and the ledger of imports
are taken over.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
import pyarrow as pa

from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_line, parts_of_table
from sightline.log.pieces import INDEX_BITS, MAX_EVENTS, Format, Piece
from sightline.log.schema import BUSY_SECONDS, connect, create, explained

APPENDS_AT_ONCE = 500
LEDGER = ("imports", "prefixes")
Place = tuple[int, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Timed(msgspec.Struct):
    time: str = ""


_TIMED = msgspec.json.Decoder(_Timed)


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
                cut = list(_cut(append, self.partitions))
                for row, (kept, piece, origins) in enumerate(cut, start=last + 1):
                    self._note(origins, piece.part, row)
                    log.execute(
                        "INSERT INTO batches (row, part, fmt, events, at_ms, append_row, body)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (row, piece.part, piece.fmt, piece.events, kept.at_ms, last + len(cut),
                         piece.body),
                    )  # fmt: skip
                last += len(cut)
            log.execute("COMMIT")
        self.done = appends[-1][-1].row

    def _note(self, origins: list[Place], part: int, row: int) -> None:
        if not self.wanted:
            return
        for new, place in enumerate(origins):
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


class Cut(NamedTuple):
    """The events of one batch that go to one partition; `times` never fall, ms since 1970."""

    kept: Kept
    indices: np.ndarray
    times: np.ndarray
    content: Any


def _cut(append: list[Kept], partitions: int) -> Iterator[tuple[Kept, Piece, list[Place]]]:
    """Yield the pieces of one append by partition, each with the old places of its events.

    Batches that come together are merged by time, as the append was before it was cut: one
    after the other they would let a week pass and begin again.
    """
    found: dict[tuple[int, str], list[Cut]] = defaultdict(list)
    for kept in append:
        for part, cut in _CUTS.get(kept.fmt, _whole)(kept, partitions):
            key = f"{kept.fmt} {kept.row}" if isinstance(cut.content, bytes) else kept.fmt
            found[part, key].append(cut)
    for (part, _), cuts in sorted(found.items()):
        yield from _merged(part, cuts)


def _merged(part: int, cuts: list[Cut]) -> Iterator[tuple[Kept, Piece, list[Place]]]:
    kept = cuts[0].kept
    order = np.argsort(np.concatenate([cut.times for cut in cuts]), kind="stable")
    places = [
        (cut.kept.part, (cut.kept.row << INDEX_BITS) + index)
        for cut in cuts
        for index in cut.indices.tolist()
    ]
    for first in range(0, len(order), MAX_EVENTS):
        at = order[first : first + MAX_EVENTS]
        body = _body([cut.content for cut in cuts], at)
        piece = Piece(part, cast("Format", kept.fmt), len(at), body)
        yield kept, piece, [places[index] for index in at.tolist()]


def _body(contents: list[Any], at: np.ndarray) -> bytes:
    if isinstance(contents[0], bytes):  # one batch that cannot be read
        return contents[0]
    if isinstance(contents[0], list):
        lines = [line for each in contents for line in each]
        return b"\n".join(lines[index] for index in at.tolist())
    return _packed(pa.concat_tables(contents).take(pa.array(at)))


def _lines_cut(kept: Kept, partitions: int) -> Iterator[tuple[int, Cut]]:
    lines = kept.body.removesuffix(b"\n").split(b"\n")
    if len(lines) != kept.events:
        yield from _whole(kept, partitions)
        return
    part_of = part_of_line if kept.fmt == "ndjson" else _part_of_refusal
    parts = np.array([part_of(line, partitions) for line in lines])
    times = np.maximum.accumulate(np.array([_time_of(line) for line in lines], np.int64))
    for part in np.unique(parts).tolist():
        at = np.flatnonzero(parts == part)
        yield part, Cut(kept, at, times[at], [lines[index] for index in at.tolist()])


def _table_cut(kept: Kept, partitions: int) -> Iterator[tuple[int, Cut]]:
    try:
        with pa.ipc.open_stream(kept.body) as stream:
            table = stream.read_all()
        table.validate(full=True)
        parts = parts_of_table(table, partitions)
        times = np.asarray(table["time"].combine_chunks().cast(pa.int64()).fill_null(0))
    except (pa.ArrowException, OSError, ValueError, KeyError):
        yield from _whole(kept, partitions)
        return
    if len(table) != kept.events:
        yield from _whole(kept, partitions)
        return
    times = np.maximum.accumulate(times)
    for part in np.unique(parts).tolist():
        at = np.flatnonzero(parts == part)
        yield part, Cut(kept, at, times[at], table.take(pa.array(at)))


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return cast("bytes", sink.getvalue().to_pybytes())


def _time_of(line: bytes) -> int:
    """Return when the event of a line happened, ms since 1970; 0 when it does not say."""
    try:
        moment = datetime.fromisoformat(_TIMED.decode(line).time)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return 0
    known = moment.replace(tzinfo=moment.tzinfo or UTC)
    return int((known - _EPOCH).total_seconds() * 1000)


def _whole(kept: Kept, partitions: int) -> Iterator[tuple[int, Cut]]:
    """Keep together what cannot be read: it becomes dead letters wherever it lies."""
    at = np.arange(kept.events)
    yield kept.part % partitions, Cut(kept, at, np.zeros(len(at), np.int64), kept.body)


def _part_of_refusal(line: bytes, partitions: int) -> int:
    try:
        raw = msgspec.json.decode(line)["raw"].encode()
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
        raw = line
    return of_bytes(raw, partitions)


_CUTS: dict[str, Callable[[Kept, int], Iterator[tuple[int, Cut]]]] = {
    "arrow": _table_cut,
    "ndjson": _lines_cut,
    "refused": _lines_cut,
}
