# SPDX-License-Identifier: AGPL-3.0-or-later
"""What late events and corrected quantities change about hours that were told before.

A correction takes its item alone: the batch is cut so that what it changed is known, whatever
came with it. Items share nothing, so corrections of different items can go together, and the
answer does not depend on how the log was cut into batches before.

Late events of one item that follow each other in one piece of the log are one correction: the
piece came whole, so nobody has seen anything between them. What a record releases is one, too.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streams.logic.arrays import codes, decimals
from streams.logic.fields import Field
from streams.logic.ledger import Hours
from streams.logic.pairs import Pairs
from streams.logic.rows import HOUR_MS
from streams.logic.runs import Block, take

_TIME = pa.timestamp("ms", "UTC")
_HOUR_BITS = 32
_NAMES = np.array([each.name.lower() for each in Field])
_ORDER = ("off", "tenant", "item", "loc", "what", "bucket")
_CAUSE = ("tenant", "item", "id", "ingest_time", "off")

_NONE = pa.table({})

Owner = tuple[str, str]


class Turn(NamedTuple):
    """A part of a batch that is taken in by itself.

    Attributes
    ----------
    causes
        The event that each tenant and item is corrected by: its row, with `_CAUSE`.
    """

    table: pa.Table
    restated: Block | None
    causes: dict[Owner, dict[str, Any]]


class Moved(NamedTuple):
    """What a turn posted, per item-location and hour, and the states that came of it."""

    posted: Block
    hours: Hours


class Posts(Protocol):
    """What is needed of a partition's state."""

    part: int
    gen: int
    pairs: Pairs


def turns(table: pa.Table, restated: Block | None, *, piece_bits: int = 0) -> Iterator[Turn]:
    """Cut a batch so that every correction takes its item alone; mostly there is one turn.

    Parameters
    ----------
    piece_bits
        Bits of an offset that count within a piece of the log; 0 where it has no pieces.
    """
    if restated is None and not _has_late(table):
        yield Turn(table, None, {})
        return
    off = np.asarray(table["off"])
    by = np.unique(restated["off"]) if restated is not None else np.zeros(0, np.uint64)
    begin = 0
    for cause, end in zip(by.tolist(), np.searchsorted(off, by, "right").tolist(), strict=True):
        yield from _pieces(table[begin:end], piece_bits)
        assert restated is not None  # noqa: S101 - it gave the causes
        rows = take(restated, restated["off"] == cause)
        yield Turn(table[:0], rows, _causes_of(rows))
        begin = end
    yield from _pieces(table[begin:], piece_bits)


def _pieces(table: pa.Table, bits: int) -> Iterator[Turn]:
    """Cut `table` before a late event whose item is in the piece, and after it likewise."""
    if not _has_late(table):
        yield Turn(table, None, {})
        return
    steps = list(_steps(table, bits))
    edges, causes = _edges(steps)
    for start, end, late in zip(edges, [*edges[1:], len(table)], causes, strict=True):
        yield Turn(
            table.slice(start, end - start),
            None,
            _causes(table.take(pa.array(late, pa.int64()))),
        )


class _Step(NamedTuple):
    """One event, or a record with what it released; `items` of its rows, by number."""

    start: int
    items: set[int]
    is_late: bool
    piece: int


def _steps(table: pa.Table, bits: int) -> Iterator[_Step]:
    off, late = np.asarray(table["off"]), np.asarray(table["late"])
    first = np.flatnonzero(np.diff(off, prepend=~off[:1]))
    items = _items(table)
    for start, end in zip(first.tolist(), [*first[1:].tolist(), len(off)], strict=True):
        piece = int(off[start]) >> bits if end == start + 1 else -1 - int(off[start])
        mine = {each for each in items[start:end] if each >= 0}
        yield _Step(start, mine, bool(late[start:end].any()), piece)


def _edges(steps: list[_Step]) -> tuple[list[int], list[list[int]]]:
    """Return where turns begin, and for each the rows that correct something."""
    edges, causes = [0], list[list[int]]([[]])
    here, corrected = set[int](), dict[int, int]()
    for start, mine, is_late, piece in steps:
        known = mine & here if is_late else mine & corrected.keys()
        goes_on = is_late and all(corrected.get(each) == piece for each in known)
        if known and not goes_on:
            edges.append(start)
            causes.append([])
            here, corrected = set(), {}
        here |= mine
        if is_late:
            corrected |= dict.fromkeys(mine, piece)
            causes[-1].append(start)
    return edges, causes


def _has_late(table: pa.Table) -> bool:
    return "late" in table.column_names and bool(pc.any(table["late"]).as_py())


def _items(table: pa.Table) -> list[int]:
    """Return a number for each row's tenant and item; -1 where it has none."""
    tenant, _ = codes(table["tenant"])
    item, names = codes(table["item"])
    number = tenant.astype(np.int64) * len(names) + item
    there = np.asarray(pc.not_equal(table["item"], ""))
    return [int(each) for each in np.where(there, number, -1)]


def _causes(rows: pa.Table) -> dict[Owner, dict[str, Any]]:
    found = dict[Owner, dict[str, Any]]()
    rows = rows.select(_CAUSE).set_column(3, _CAUSE[3], rows["ingest_time"].cast(pa.int64()))
    for row in rows.to_pylist():
        found.setdefault((row["tenant"], row["item"]), row)
    return found


def _causes_of(restated: Block) -> dict[Owner, dict[str, Any]]:
    """Return the event that changed quantities, by the items that it changed them of."""
    names = ("tenant", "item", "cause", "at", "off")
    if any(name not in restated for name in names):
        return {}
    rows = zip(*(restated[name].tolist() for name in names), strict=True)
    return {
        (tenant.decode(), item): {"id": cause, "ingest_time": at, "off": off}
        for tenant, item, cause, at, off in rows
    }


def restatements(state: Posts, turn: Turn, moved: Moved) -> pa.Table:
    """Return rows of table restatements; none when the turn corrected nothing.

    A row for each quantity whose change within an hour is not what it was: the state at the
    close of that hour before and after. Both being equal says that the correction ends there.
    """
    posted = moved.posted
    at = np.flatnonzero(posted["vector"].any(axis=1))
    if not turn.causes or not len(at):
        return _NONE
    names = {name: column.to_pylist() for name, column in _named(state, posted, at).items()}
    owners = list(zip(names["tenant"], names["item"], strict=True))
    mine = np.array([owner in turn.causes for owner in owners], dtype=bool)
    new = _closing(moved, at)
    row, name = np.nonzero((posted["vector"][at] != 0) & mine[:, None])
    old = new - _since_first(posted)[at]
    causes = [turn.causes[owners[i]] for i in row.tolist()]
    found = pa.table(
        {
            "tenant": pa.array([names["tenant"][i] for i in row.tolist()], pa.string()),
            "what": pa.array(_NAMES[name], pa.string()),
            "item": pa.array([names["item"][i] for i in row.tolist()], pa.string()),
            "loc": pa.array([names["loc"][i] for i in row.tolist()], pa.string()),
            "bucket": pa.array(posted["hour"][at][row] * HOUR_MS).cast(_TIME),
            "old": decimals(old[row, name]),
            "new": decimals(new[row, name]),
            "cause_event": pa.array([cause["id"] for cause in causes], pa.string()),
            "at": pa.array([cause["ingest_time"] for cause in causes], pa.int64()).cast(_TIME),
            "part": pa.array(np.full(len(row), state.part, np.uint8)),
            "off": pa.array([cause["off"] for cause in causes], pa.uint64()),
            "gen": pa.array(np.full(len(row), state.gen, np.uint32)),
        }
    )
    return found.sort_by([(name, "ascending") for name in _ORDER])


def _named(state: Posts, posted: Block, at: np.ndarray) -> dict[str, pa.Array]:
    return state.pairs.names(posted["pair"][at])


def _closing(moved: Moved, at: np.ndarray) -> np.ndarray:
    """Return the state at the close of the posted hours `at`."""
    hours = moved.hours
    told = hours.pair << _HOUR_BITS | hours.hour
    order = np.argsort(told)
    asked = moved.posted["pair"][at] << _HOUR_BITS | moved.posted["hour"][at]
    return np.asarray(hours.state[order[np.searchsorted(told[order], asked)]])


def _since_first(posted: Block) -> np.ndarray:
    """Return what was posted up to each hour, within its item-location."""
    total = np.cumsum(posted["vector"], axis=0)
    first = np.flatnonzero(np.diff(posted["pair"], prepend=-1))
    start = total[first] - posted["vector"][first]
    length = np.diff(first, append=len(posted["pair"]))
    return np.asarray(total - np.repeat(start, length, axis=0))
