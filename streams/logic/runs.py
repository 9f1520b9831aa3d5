# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sorted runs: an append-only table of arrays that is found by key without an index.

Each append becomes one immutable block sorted by key; neighbours of similar size merge, so
that a table of n rows has O(log n) blocks and each row is copied O(log n) times.
"""

from dataclasses import dataclass, field

import numpy as np

Block = dict[str, np.ndarray]
_RATIO = 3  # a block is merged into its elder when that is less than this many times larger


class KeptBlock(dict[str, np.ndarray]):
    """A block of a table, never changed once made; `name` is for whoever stores it."""

    __slots__ = ("name",)

    def __init__(self, rows: Block) -> None:
        super().__init__(rows)
        self.name = ""

    def __reduce__(self) -> tuple[type["KeptBlock"], tuple[Block]]:
        return KeptBlock, (dict(self),)

    @property
    def rows(self) -> int:
        """Return how many rows the block has."""
        return len(next(iter(self.values())))


@dataclass(slots=True)
class Runs:
    """Blocks of equally named arrays, each sorted by the array called `key`.

    Attributes
    ----------
    key
        Name of the array to sort and search by; an unsigned 64-bit integer.
    """

    key: str
    blocks: list[KeptBlock] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(block[self.key]) for block in self.blocks)

    def append(self, rows: Block) -> None:
        """Add `rows`; arrays are kept, not copied, when they already are in order."""
        if not len(rows[self.key]):
            return
        self.blocks.append(KeptBlock(self._sorted(rows)))
        while len(self.blocks) > 1 and self._is_crowded():
            younger, elder = self.blocks.pop(), self.blocks.pop()
            self.blocks.append(KeptBlock(self._sorted(concat([elder, younger]))))

    def gather(self, keys: np.ndarray) -> Block | None:
        """Return all rows whose key is among `keys` (sorted, distinct); None when none is."""
        found = [take(block, at) for block in self.blocks if len(at := self._at(block, keys))]
        return concat(found) if found else None

    def between(self, low: int, high: int) -> Block | None:
        """Return all rows with a key in [low, high); None when there is none."""
        found = []
        for block in self.blocks:
            first, last = np.searchsorted(block[self.key], np.array([low, high], np.uint64))
            if first < last:
                found.append(take(block, slice(first, last)))
        return concat(found) if found else None

    def where(self, name: str, values: np.ndarray) -> Block | None:
        """Return all rows whose array `name` holds one of `values`, by a scan."""
        found = []
        for block in self.blocks:
            at = np.flatnonzero(np.isin(block[name], values))
            if len(at):
                found.append(take(block, at))
        return concat(found) if found else None

    def contains(self, keys: np.ndarray) -> np.ndarray:
        """Return for each of `keys` whether some row has it."""
        known = np.zeros(len(keys), dtype=bool)
        for block in self.blocks:
            column = block[self.key]
            at = np.minimum(np.searchsorted(column, keys), len(column) - 1)
            known |= column[at] == keys
        return known

    def _is_crowded(self) -> bool:
        elder, younger = self.blocks[-2][self.key], self.blocks[-1][self.key]
        return len(elder) < _RATIO * len(younger)

    def _sorted(self, rows: Block) -> Block:
        column = rows[self.key]
        if np.all(column[:-1] <= column[1:]):
            return rows
        return take(rows, np.argsort(column, kind="stable"))

    def _at(self, block: Block, keys: np.ndarray) -> np.ndarray:
        column = block[self.key]
        first = np.searchsorted(column, keys, "left")
        last = np.searchsorted(column, keys, "right")
        return spans(first, last - first)


def spans(first: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return the indices ``first[i] … first[i] + length[i] - 1`` of all i, one after another.

    >>> spans(np.array([4, 9]), np.array([2, 3])).tolist()
    [4, 5, 9, 10, 11]
    """
    total = int(length.sum())
    starts = np.repeat(first - np.concatenate(([0], np.cumsum(length)[:-1])), length)
    return starts + np.arange(total) if total else np.empty(0, dtype=np.int64)


def take(rows: Block, at: np.ndarray | slice) -> Block:
    """Return the rows at the indices, under the mask or in the slice `at`."""
    return {name: column[at] for name, column in rows.items()}


def concat(blocks: list[Block]) -> Block:
    """Return the rows of all `blocks`, in order."""
    if len(blocks) == 1:
        return blocks[0]
    return {name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]}
