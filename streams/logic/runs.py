# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sorted runs: an append-only table of arrays that is found by key without an index.

Each append becomes one immutable block sorted by key; neighbours of similar size merge until
they have `MOST_ROWS`. Larger ones would cost more to merge than they save in lookups: sieves
let a lookup pass by the old blocks. Whoever stores a block may put other arrays of equal
value in its place: maps of a file, and whole numbers in fewer bytes. What is read is wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from streams.logic.arrays import order_of
from streams.logic.sieve import LEAST_ROWS as SIEVED_ROWS
from streams.logic.sieve import passing, sieve_of

Block = dict[str, np.ndarray]
MOST_ROWS = 1 << 19  # of a merged block; the larger, the more often each row is copied
INDEXED_ROWS = MOST_ROWS // 2  # smaller ones will be merged away
_RATIO = 3  # a block is merged into its elder when that is less than this many times larger


class KeptBlock(dict[str, np.ndarray]):
    """A block of a table, never changed once made.

    Attributes
    ----------
    name, held
        For whoever stores it: what it is called, and the memory that its arrays lie in.
    sieve
        Passes the block's keys (`streams.logic.sieve`); None for a small block, or when keys
        are no hashes.
    indexes
        By name of an array: its values in order as ``key``, and the ``row`` of each.
    """

    __slots__ = ("held", "indexes", "name", "sieve")

    def __init__(self, rows: Block, sieve: np.ndarray | None = None) -> None:
        super().__init__(rows)
        self.name = ""
        self.held: Any = None
        self.sieve = sieve
        self.indexes: dict[str, KeptBlock] = {}

    def __reduce__(self) -> tuple[type["KeptBlock"], tuple[Block, np.ndarray | None]]:
        return KeptBlock, (dict(self), self.sieve)

    @property
    def rows(self) -> int:
        """Return how many rows the block has."""
        return len(next(iter(self.values())))

    def where(self, name: str, values: np.ndarray) -> np.ndarray:
        """Return the rows whose array `name` holds one of `values` (whole numbers)."""
        if self.rows < INDEXED_ROWS:
            return np.flatnonzero(np.isin(self[name], values))
        index = self.indexes.get(name) or self._index(name)
        asked = np.unique(_unsigned(values))
        first = np.searchsorted(index["key"], asked)
        last = np.searchsorted(index["key"], asked, "right")
        return np.sort(index["row"][spans(first, last - first)])

    def _index(self, name: str) -> "KeptBlock":
        keys = _unsigned(self[name])
        order = np.argsort(keys, kind="stable")
        index = KeptBlock({"key": keys[order], "row": order.astype(np.uint32)})
        self.indexes[name] = index
        return index


@dataclass(slots=True)
class Runs:
    """Blocks of equally named arrays, each sorted by the array called `key`.

    Attributes
    ----------
    key
        Name of the array to sort and search by; an unsigned 64-bit integer.
    hashed
        Whether keys are hashes, so that large blocks can have sieves.
    """

    key: str
    blocks: list[KeptBlock] = field(default_factory=list)
    hashed: bool = False

    def __len__(self) -> int:
        return sum(len(block[self.key]) for block in self.blocks)

    def append(self, rows: Block) -> None:
        """Add `rows`; arrays are kept, not copied, when they already are in order."""
        if not len(rows[self.key]):
            return
        rows = self._sorted(rows)
        if crowd := self._crowd(len(rows[self.key])):
            rows = self._merged([*self.blocks[-crowd:], rows])
            del self.blocks[-crowd:]
        self.blocks.append(self._kept(rows))

    def gather(self, keys: np.ndarray) -> Block | None:
        """Return all rows whose key is among `keys` (sorted, distinct); None when none is."""
        found = [wide(block, at) for block in self.blocks if len(at := self._at(block, keys))]
        return concat(found) if found else None

    def between(self, low: int, high: int) -> Block | None:
        """Return all rows with a key in [low, high); None when there is none."""
        found = []
        for block in self.blocks:
            first, last = np.searchsorted(block[self.key], np.array([low, high], np.uint64))
            if first < last:
                found.append(wide(block, slice(first, last)))
        return concat(found) if found else None

    def where(self, name: str, values: np.ndarray) -> Block | None:
        """Return all rows whose array `name` holds one of `values`.

        Large blocks get an index when they are first asked, the others are scanned.
        """
        found = []
        for block in self.blocks:
            at = block.where(name, values)
            if len(at):
                found.append(wide(block, at))
        return concat(found) if found else None

    def contains(self, keys: np.ndarray) -> np.ndarray:
        """Return for each of `keys` whether some row has it."""
        known = np.zeros(len(keys), dtype=bool)
        for block in self.blocks:
            known[self._hits(block, keys)[0]] = True
        return known

    def _crowd(self, rows: int) -> int:
        """Return how many of the last blocks merge with a new one of `rows` rows, at once."""
        for crowd, elder in enumerate(reversed(self.blocks)):
            if elder.rows >= _RATIO * rows or elder.rows + rows > MOST_ROWS:
                return crowd
            rows += elder.rows
        return len(self.blocks)

    def _kept(self, rows: Block) -> KeptBlock:
        column = rows[self.key]
        is_sieved = self.hashed and len(column) >= SIEVED_ROWS
        return KeptBlock(rows, sieve_of(column) if is_sieved else None)

    def _sorted(self, rows: Block) -> Block:
        column = rows[self.key]
        if np.all(column[:-1] <= column[1:]):
            return rows
        return take(rows, order_of(column))

    def _merged(self, blocks: Sequence[Block]) -> Block:
        """Return the rows of all in order; one column at a time is held twice."""
        keys = np.concatenate([block[self.key] for block in blocks])
        order = np.argsort(keys, kind="stable")
        return {
            name: np.concatenate([block[name] for block in blocks])[order] for name in blocks[0]
        }

    def _at(self, block: KeptBlock, keys: np.ndarray) -> np.ndarray:
        hits, first = self._hits(block, keys)
        if not len(hits):
            return hits
        last = np.searchsorted(block[self.key], keys[hits], "right")
        return spans(first, last - first)

    def _hits(self, block: KeptBlock, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which of `keys` the block has, and the first row of each."""
        column = block[self.key]
        at = np.arange(len(keys)) if block.sieve is None else passing(block.sieve, keys)
        asked = keys[at]
        first = np.searchsorted(column, asked)
        is_hit = column[np.minimum(first, len(column) - 1)] == asked
        return at[is_hit], first[is_hit]


def spans(first: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return the indices ``first[i] … first[i] + length[i] - 1`` of all i, one after another.

    >>> spans(np.array([4, 9]), np.array([2, 3])).tolist()
    [4, 5, 9, 10, 11]
    """
    total = int(length.sum())
    starts = np.repeat(first - np.concatenate(([0], np.cumsum(length)[:-1])), length)
    return starts + np.arange(total) if total else np.empty(0, dtype=np.int64)


def _unsigned(values: np.ndarray) -> np.ndarray:
    if values.dtype == np.uint64:
        return values
    return values.astype(np.int64, copy=False).view(np.uint64)


def take(rows: Block, at: np.ndarray | slice) -> Block:
    """Return the rows at the indices, under the mask or in the slice `at`."""
    return {name: column[at] for name, column in rows.items()}


def wide(rows: Block, at: np.ndarray | slice) -> Block:
    """Return the rows at `at`, whole numbers in 64 bits however few bytes hold them."""
    return {
        name: column[at].astype(np.int64, copy=False)
        if column.dtype.kind == "i"
        else column[at]
        for name, column in rows.items()
    }


def concat(blocks: list[Block]) -> Block:
    """Return the rows of all `blocks`, in order."""
    if len(blocks) == 1:
        return blocks[0]
    return {name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]}
