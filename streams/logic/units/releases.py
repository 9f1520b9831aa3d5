# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that waited are taken in where a record makes them convertible: right after it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from streams.logic.runs import Block, take
from streams.logic.units.quantities import Outcome
from streams.logic.units.readings import Readings, read
from streams.logic.units.turns import Turns
from streams.logic.units.waiting import whole


@dataclass(frozen=True, slots=True)
class Releases:
    """Rows that stop waiting within a chunk, in order.

    Attributes
    ----------
    rows
        As they waited (`streams.logic.units.waiting`); ``off`` is that of their dead letter.
    at
        For each the row of the chunk with the record that released it.
    table
        The same rows in base units; ``off`` is that of the record's event.
    """

    rows: Block
    at: np.ndarray
    table: pa.Table

    @classmethod
    def of(cls, turns: Turns, waiting: Block, came: np.ndarray, chunk: pa.Table) -> Self | None:
        """Return what the records of a chunk release of `waiting`, None when nothing.

        Parameters
        ----------
        came
            For each row of `waiting` its row in the chunk; -1 where it waited before.
        """
        at, readings = _first_fine(turns, waiting, came)
        picked = np.flatnonzero(at >= 0)
        if not len(picked):
            return None
        order = picked[np.lexsort((waiting["off"][picked], at[picked]))]
        rows, at = take(waiting, order), at[order]
        stated = whole(rows, chunk.schema)
        found = Outcome.of(stated)
        found.q, found.short, found.base = (column[order] for column in readings)
        return cls(rows, at, _placed(found.converted(), chunk["off"].take(pa.array(at))))


def _first_fine(
    turns: Turns, waiting: Block, came: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return per row the first record after it that makes it fine, -1 for none; its reading."""
    count = len(came)
    at, q, short = np.full(count, -1), np.zeros(count, np.int64), np.zeros(count, np.int64)
    base = np.zeros(count, np.uint32)
    for owner in np.unique(waiting["owner"]).tolist():
        if owner not in turns.within:
            continue
        mine = np.flatnonzero(waiting["owner"] == np.uint64(owner))
        for turn, known in turns.known(owner)[1:]:
            open_ = mine[(came[mine] < turn) & (at[mine] < 0)]
            if len(open_):
                found = read(known, take(waiting, open_))
                _settle(found, open_, turn, (at, q, short, base))
    return at, (q, short, base)


def _settle(found: Readings, rows: np.ndarray, turn: int, into: tuple[np.ndarray, ...]) -> None:
    at, q, short, base = into
    fine = found.fine
    at[rows[fine]] = turn
    q[rows[fine]], short[rows[fine]] = found.q[fine], found.short[fine]
    base[rows[fine]] = found.base[fine]


def _placed(table: pa.Table, off: pa.ChunkedArray) -> pa.Table:
    where = table.column_names.index("off")
    return table.set_column(where, table.schema.field("off"), off)
