# SPDX-License-Identifier: AGPL-3.0-or-later
"""Duplicates: the same (tenant, source, id) once; the same with other content never silently.

Ids and contents are kept as 64-bit hashes in sorted blocks. Two different ids that share a
hash would be told apart by their content and end as a conflict in the dead letters: with ten
million events the chance of one such pair is below one in a hundred thousand.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sightline.events.keys import hash64
from streams.logic.arrays import milliseconds, order_of
from streams.logic.rows import HOUR_MS
from streams.logic.runs import Block, Runs


class Deduped(NamedTuple):
    """Events seen for the first time, and what became of the others; see `Split`."""

    fresh: pa.Table
    duplicates: np.ndarray
    conflicts: np.ndarray


class Split(NamedTuple):
    """What becomes of the rows of a batch.

    Attributes
    ----------
    key
        Key of each row's tenant, source and id.
    is_fresh
        Whether it is seen for the first time.
    duplicates
        Indices of rows that repeat an earlier event, content included.
    conflicts
        Indices of rows that repeat an earlier id with other content; the first one stays.
    refused
        Indices of faulty rows that repeat no accepted event.
    news
        Keys and contents that have not been seen before, and the hour they came in.
    """

    key: np.ndarray
    is_fresh: np.ndarray
    duplicates: np.ndarray
    conflicts: np.ndarray
    refused: np.ndarray
    news: Block

    def fresh(self, table: pa.Table) -> pa.Table:
        """Return the rows of `table` to go on with, in order, with their ``key`` (uint64)."""
        keyed = table.append_column("key", pa.array(self.key))
        return keyed if self.is_fresh.all() else keyed.filter(pa.array(self.is_fresh))


@dataclass(slots=True)
class DedupeState:
    """The ids that one log partition has seen, with their contents."""

    seen: Runs = field(default_factory=lambda: Runs("key", hashed=True))

    def apply(self, table: pa.Table) -> Deduped:
        """Split a batch (canonical columns) into fresh, duplicate and conflicting rows."""
        found = self.split(table)
        self.remember(found)
        return Deduped(found.fresh(table), found.duplicates, found.conflicts)

    def remember(self, found: Split) -> None:
        """Keep the ids of the fresh rows."""
        self.seen.append(found.news)

    def reused(self, repeated: pa.Table, longest: int) -> pa.Table:
        """Return the repeated rows whose id came first more than `longest` ms before them."""
        if not len(repeated):
            return repeated
        key = hash64(repeated["tenant"], repeated["source"], repeated["id"])
        known = self.seen.gather(np.unique(key))
        if known is None:
            return repeated[:0]
        order = np.argsort(known["key"])
        at = order[np.minimum(np.searchsorted(known["key"][order], key), len(order) - 1)]
        is_known = known["key"][at] == key  # else its first one waits, and is not yet kept
        is_old = _arrival(repeated) - known["came"][at] > longest // HOUR_MS
        return repeated.filter(pa.array(is_known & is_old))

    def split(self, table: pa.Table, faulty: np.ndarray | None = None) -> Split:
        """Say what becomes of the rows of a batch, and remember nothing yet.

        Parameters
        ----------
        faulty
            Rows that cannot be accepted. The next sound row of their id is its first one.
        """
        key = hash64(table["tenant"], table["source"], table["id"])
        content = np.asarray(table["content"]).astype(np.uint64)
        order = order_of(key)
        first = np.concatenate(([True], key[order][1:] != key[order][:-1]))[: len(key)]
        group = np.cumsum(first) - 1
        distinct, start = key[order][first], np.flatnonzero(first)
        if faulty is not None:
            start = _first_sound(start, faulty[order])
        original = content[order][np.minimum(start, len(key) - 1)]
        known = self.seen.gather(distinct)
        is_known = np.zeros(len(distinct), dtype=bool)
        if known is not None:
            at = np.searchsorted(distinct, known["key"])
            is_known[at], original[at] = True, known["content"]
        place = np.arange(len(key))
        is_fresh, is_late, is_same = (np.empty(len(key), dtype=bool) for _ in range(3))
        is_fresh[order] = (place == start[group]) & ~is_known[group]
        is_late[order] = (place > start[group]) | is_known[group]
        is_same[order] = content[order] == original[group]
        is_new = ~is_known & (start < len(key))
        return Split(
            key,
            is_fresh,
            np.flatnonzero(is_late & is_same),
            np.flatnonzero(is_late & ~is_same),
            np.flatnonzero(~is_fresh & ~is_late),
            {
                "key": distinct[is_new],
                "content": original[is_new],
                "came": _arrival(table)[order][np.minimum(start, len(key) - 1)][is_new],
            },
        )


def _arrival(table: pa.Table) -> np.ndarray:
    """Return the hour in which each row entered the log."""
    if "ingest_time" not in table.column_names:
        return np.zeros(len(table), np.int32)
    return (milliseconds(table["ingest_time"]) // HOUR_MS).astype(np.int32)


def _first_sound(starts: np.ndarray, faulty: np.ndarray) -> np.ndarray:
    """Return the place of the first row of each group that is not faulty, else the end."""
    places = np.where(faulty, len(faulty), np.arange(len(faulty)))
    return np.minimum.reduceat(places, starts) if len(starts) else starts
