# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of positions, position_hour, open_lines and open_supply, made from the state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from streams.logic.arrays import decimals
from streams.logic.batch import due_days
from streams.logic.counting import NEVER
from streams.logic.fields import Field
from streams.logic.kinds import LINE_COLUMN, Doc
from streams.logic.open_supply import NOTHING
from streams.logic.rows import HOUR_MS

if TYPE_CHECKING:
    from streams.logic.ledger import Hours
    from streams.logic.lines import OpenLines
    from streams.logic.open_supply import OpenSupply
    from streams.logic.positions import PartitionState
    from streams.logic.runs import Block

_TIME = pa.timestamp("ms", "UTC")
_GENERATION_BITS = 48
_FLAGS = (
    "no_anchor",
    "negative",
    "over_allocated",
    "over_received",
    "hold_negative",
    "count_ambiguous",
    "suspect",
)


@dataclass(slots=True)
class Seen:
    """Per pair the latest offset and business time, and which pairs the batch touched."""

    off: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    time: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    touched: list[np.ndarray] = field(default_factory=list)

    def grow(self, pairs: int) -> None:
        """Make room for `pairs` item-locations."""
        missing = pairs - len(self.off)
        self.off = np.concatenate((self.off, np.zeros(missing, np.uint64)))
        self.time = np.concatenate((self.time, np.zeros(missing, np.int64)))

    def note(self, rows: Block) -> None:
        """Note the pairs that the events of a batch name."""
        for name in ("pair", "to"):
            there = rows[name] >= 0
            _raise(self.time, rows[name][there], rows["time"][there])
            self.touch(rows[name][there], rows["off"][there])

    def touch(self, pair: np.ndarray, off: np.ndarray) -> None:
        """Note that the event at `off` changed `pair`."""
        _raise(self.off, pair, off)
        self.touched.append(pair)

    def fresh(self) -> np.ndarray:
        """Return the pairs touched since the last call, once each."""
        is_fresh = np.zeros(len(self.off), dtype=bool)
        for pair in self.touched:
            is_fresh[pair] = True
        self.touched.clear()
        return np.flatnonzero(is_fresh)


def _raise(highest: np.ndarray, at: np.ndarray, values: np.ndarray) -> None:
    """Do ``np.maximum.at``, several times faster: of repeated places the last one stays."""
    order = np.argsort(values, kind="stable")
    at, values = at[order], values[order]
    highest[at] = np.maximum(highest[at], values)


def positions(state: PartitionState, pair: np.ndarray) -> pa.Table:
    """Return one row of table positions per pair."""
    total = state.ledger.totals[pair]
    time = state.counting.last_count[pair]
    counted = time != NEVER
    off = state.seen.off[pair]
    columns = keys(state, pair, off) | _quantities(total)
    columns["last_count_time"] = pa.array(np.where(counted, time, 0), mask=~counted).cast(_TIME)
    columns["last_count_variance"] = decimals(state.counting.last_variance[pair], counted)
    low, high = doubted(state, pair)
    columns["on_hand_low"] = decimals(total[:, Field.ON_HAND] + low)
    columns["on_hand_high"] = decimals(total[:, Field.ON_HAND] + high)
    suspect = np.isin(pair, list(state.suspects.values()))
    columns["flags"] = _flags(total, counted, low != high, suspect)
    columns["as_of"] = pa.array(state.seen.time[pair]).cast(_TIME)
    columns["ver"] = version(state.gen, off)
    return pa.table(columns)


def hours(state: PartitionState, found: Hours) -> pa.Table:
    """Return one row of table position_hour per touched hour."""
    columns = keys(state, found.pair, found.off) | _quantities(found.state)
    columns["hour"] = pa.array(found.hour * HOUR_MS).cast(_TIME)
    columns["revision"] = version(state.gen, found.off)
    columns["is_deleted"] = pa.array((~found.changed).astype(np.uint8))
    return pa.table(columns)


def open_lines(state: PartitionState, found: list[OpenLines]) -> pa.Table:
    """Return one row of table open_lines per line that is open or just closed."""
    empty = [np.zeros(0, kind) for kind in (np.uint64, *[np.int64] * 4, np.uint64)]
    columns_of = (np.concatenate(columns) for columns in zip(empty, *found, strict=True))
    doc, pair, owed, reserved, due, off = _stated(state, Doc.ORDER_LINE, *columns_of)
    columns = keys(state, pair, off)
    columns["order_line"] = state.names[Doc.ORDER_LINE].names(doc)
    columns["outstanding"] = decimals(owed)
    columns["reserved"] = decimals(reserved)
    columns["due"] = due_days(due.astype(np.int32))
    columns["ver"] = version(state.gen, off)
    columns["is_deleted"] = pa.array((owed == 0).astype(np.uint8))
    return pa.table(columns)


def open_supply(state: PartitionState, found: list[OpenSupply]) -> pa.Table:
    """Return one row of table open_supply per line that is open or just closed."""
    return pa.concat_tables([_supply(state, each) for each in found or [NOTHING]])


def _supply(state: PartitionState, found: OpenSupply) -> pa.Table:
    kind = found.kind
    doc, pair, on_order, in_transit, off = _stated(state, kind, *found[1:])
    columns = keys(state, pair, off)
    columns["kind"] = pa.array([LINE_COLUMN[kind]] * len(doc), pa.string())
    columns["line"] = state.names[kind].names(doc)
    columns["on_order"] = decimals(on_order)
    columns["in_transit"] = decimals(in_transit)
    columns["ver"] = version(state.gen, off)
    closed = (on_order == 0) & (in_transit == 0)
    columns["is_deleted"] = pa.array(closed.astype(np.uint8))
    return pa.table(columns)


def _stated(state: PartitionState, kind: Doc, *columns: np.ndarray) -> list[np.ndarray]:
    """Leave out lines that nothing ever stated: told again, they still have no name.

    Parameters
    ----------
    columns
        The lines' keys, then what else there is of them.
    """
    if not state.again:
        return list(columns)
    known = state.names[kind].knows(columns[0])
    return [each[known] for each in columns]


def version(gen: int, off: np.ndarray) -> Any:
    """Return row versions ordered by stream generation, then offset."""
    return pa.array(np.uint64(gen << _GENERATION_BITS) | off)


def keys(state: PartitionState, pair: np.ndarray, off: np.ndarray) -> dict[str, Any]:
    """Return the columns that every row of a state begins and ends with."""
    columns = state.pairs.names(pair)
    count = len(pair)
    columns["part"] = pa.array(np.full(count, state.part, np.uint8))
    columns["off"] = pa.array(off)
    columns["gen"] = pa.array(np.full(count, state.gen, np.uint32))
    return columns


def _quantities(total: np.ndarray) -> dict[str, Any]:
    """Return the stored quantities and those derived from them (EVENTS §4)."""
    on_hand, reserved, hold = (total[:, f] for f in (Field.ON_HAND, Field.RESERVED, Field.HOLD))
    position = (
        on_hand
        + total[:, Field.ON_ORDER]
        + total[:, Field.IN_TRANSIT]
        - total[:, Field.BACKORDERED]
    )
    found = {each.name.lower(): decimals(total[:, each]) for each in Field}
    found["available"] = decimals(on_hand - reserved - hold)
    found["position"] = decimals(position)
    found["position_net"] = decimals(position - reserved - hold)
    return found


def doubted(state: PartitionState, pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return by how much on hand could be less and more, of a count that is not settled."""
    settled = state.statements.settled[pair]
    return np.where(settled, 0, state.near.low[pair]), np.where(
        settled, 0, state.near.high[pair]
    )


def _flags(
    total: np.ndarray, counted: np.ndarray, ambiguous: np.ndarray, suspect: np.ndarray
) -> Any:
    """Return what a reader must know before trusting a position, as lists of words."""
    claims = np.column_stack(
        [
            ~counted,
            total[:, Field.ON_HAND] < 0,
            total[:, Field.RESERVED] + total[:, Field.HOLD] > total[:, Field.ON_HAND],
            total[:, Field.OVER_RECEIVED] > 0,
            total[:, Field.HOLD] < 0,
            ambiguous,
            suspect,
        ]
    )
    offsets = np.concatenate(([0], np.cumsum(claims.sum(axis=1)))).astype(np.int32)
    words = pa.array(np.array(_FLAGS)[np.nonzero(claims)[1]], pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets), words)
