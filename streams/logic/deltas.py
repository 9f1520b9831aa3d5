# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes to positions on their way from events and documents to the ledger."""

from dataclasses import dataclass, field

import numpy as np

from streams.logic.arrays import order_of
from streams.logic.fields import WIDTH, Field
from streams.logic.runs import Block, concat


@dataclass(slots=True)
class Deltas:
    """Collected changes: which pair, in which hour, by how much, because of which offset.

    Attributes
    ----------
    again
        These events may have been told before, by a run that was killed before it noted so,
        and in smaller batches: the tables then hold states that this batch never goes through.
        Whatever it touches is told anew, even what comes out as it was.
    """

    again: bool = False
    blocks: list[Block] = field(default_factory=list)
    moved: list[tuple[int, dict[Field, np.ndarray]]] = field(default_factory=list)
    singles: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    rows: int = 0

    def add(
        self,
        pair: np.ndarray,
        hour: np.ndarray,
        off: np.ndarray,
        changes: dict[Field, np.ndarray],
    ) -> None:
        """Add one change per row; `changes` holds a column for each field that moves."""
        if len(pair):
            self.blocks.append({"pair": pair, "hour": hour, "off": off})
            self.moved.append((self.rows, changes))
            self.rows += len(pair)

    def touch(self, pair: np.ndarray, hour: np.ndarray, off: np.ndarray) -> None:
        """Have these hours told, though nothing moves, if they may have been told before."""
        if self.again:
            there = pair >= 0
            self.add(pair[there], hour[there], off[there], {})

    def add_one(self, pair: int, hour: int, off: int, name: Field, change: int) -> None:
        """Add a single change of a single field."""
        self.singles.append((pair, hour, off, name, change))

    def by_hour(self) -> Block:
        """Return the changes summed per pair and hour, in that order; may be empty."""
        self._settle()
        if not self.blocks:
            none = np.zeros(0, np.int64)
            vector = np.zeros((0, WIDTH), np.int64)
            return {"pair": none, "hour": none, "off": none.astype(np.uint64), "vector": vector}
        rows = concat(self.blocks)
        earliest = int(rows["hour"].min())
        hours = int(rows["hour"].max()) - earliest + 1
        key = rows["pair"] * hours + (rows["hour"] - earliest)  # as few bits as can be
        order = order_of(key.astype(np.uint64))
        is_first = np.diff(key[order], prepend=-1) != 0
        first = np.flatnonzero(is_first)
        return {
            "pair": rows["pair"][order][first],
            "hour": rows["hour"][order][first],
            "off": np.maximum.reduceat(rows["off"][order], first),
            "vector": self._vectors(order, is_first),
        }

    def _vectors(self, order: np.ndarray, is_first: np.ndarray) -> np.ndarray:
        """Sum field by field: most changes move one or two of them."""
        group = np.empty(len(order), np.int64)
        group[order] = np.cumsum(is_first) - 1
        vector = np.zeros((WIDTH, int(is_first.sum())), np.int64)
        for start, changes in self.moved:
            for name, column in changes.items():
                np.add.at(vector[name], group[start : start + len(column)], column)
        return np.ascontiguousarray(vector.T)

    def _settle(self) -> None:
        """Make columns of the single changes, one block per field."""
        rows = np.array(self.singles, dtype=np.int64).reshape(-1, 5)
        for name in Field:
            pair, hour, off, _, change = rows[rows[:, 3] == name].T
            self.add(pair, hour, off.astype(np.uint64), {name: change})
        self.singles.clear()
