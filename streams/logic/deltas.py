# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes to positions on their way from events and documents to the ledger."""

from dataclasses import dataclass, field

import numpy as np

from streams.logic.fields import WIDTH, Field
from streams.logic.runs import Block, concat

_HOUR_BITS = 32


@dataclass(slots=True)
class Deltas:
    """Collected changes: which pair, in which hour, by how much, because of which offset."""

    blocks: list[Block] = field(default_factory=list)
    singles: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def add(
        self,
        pair: np.ndarray,
        hour: np.ndarray,
        off: np.ndarray,
        changes: dict[Field, np.ndarray],
    ) -> None:
        """Add one change per row; `changes` holds a column for each field that moves."""
        if not len(pair):
            return
        vector = np.zeros((len(pair), WIDTH), dtype=np.int64)
        for name, column in changes.items():
            vector[:, name] = column
        self.blocks.append({"pair": pair, "hour": hour, "off": off, "vector": vector})

    def add_one(self, pair: int, hour: int, off: int, name: Field, change: int) -> None:
        """Add a single change of a single field."""
        self.singles.append((pair, hour, off, name, change))

    def by_hour(self) -> Block:
        """Return the changes summed per pair and hour, in that order; may be empty."""
        self._settle()
        rows = concat(self.blocks)
        order = np.argsort(rows["pair"] << _HOUR_BITS | rows["hour"], kind="stable")
        pair, hour = rows["pair"][order], rows["hour"][order]
        first = np.flatnonzero(
            (np.diff(pair, prepend=-1) != 0) | (np.diff(hour, prepend=-1) != 0)
        )
        if not len(first):
            return rows
        return {
            "pair": pair[first],
            "hour": hour[first],
            "off": np.maximum.reduceat(rows["off"][order], first),
            "vector": np.add.reduceat(rows["vector"][order], first, axis=0),
        }

    def _settle(self) -> None:
        rows = np.array(self.singles, dtype=np.int64).reshape(-1, 5)
        vector = np.zeros((len(rows), WIDTH), dtype=np.int64)
        vector[np.arange(len(rows)), rows[:, 3]] = rows[:, 4]
        off = rows[:, 2].astype(np.uint64)
        self.blocks.append(
            {"pair": rows[:, 0], "hour": rows[:, 1], "off": off, "vector": vector}
        )
        self.singles.clear()
