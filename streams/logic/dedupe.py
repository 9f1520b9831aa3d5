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
from streams.logic.runs import Runs


class Deduped(NamedTuple):
    """Events seen for the first time, and what became of the others.

    Attributes
    ----------
    fresh
        The rows to go on with, in order; ``key`` (uint64) of each event is added.
    duplicates
        Indices of rows that repeat an earlier event, content included.
    conflicts
        Indices of rows that repeat an earlier id with other content; the first one stays.
    """

    fresh: pa.Table
    duplicates: np.ndarray
    conflicts: np.ndarray


@dataclass(slots=True)
class DedupeState:
    """The ids that one log partition has seen, with their contents."""

    seen: Runs = field(default_factory=lambda: Runs("key"))

    def apply(self, table: pa.Table) -> Deduped:
        """Split a batch (canonical columns) into fresh, duplicate and conflicting rows."""
        key = hash64(table["tenant"], table["source"], table["id"])
        content = np.asarray(table["content"]).astype(np.uint64)
        order = np.argsort(key, kind="stable")
        first = np.concatenate(([True], key[order][1:] != key[order][:-1]))[: len(key)]
        group = np.cumsum(first) - 1
        distinct, original = key[order][first], content[order][first]
        known = self.seen.gather(distinct)
        is_known = np.zeros(len(distinct), dtype=bool)
        if known is not None:
            at = np.searchsorted(distinct, known["key"])
            is_known[at], original[at] = True, known["content"]
        is_fresh = np.empty(len(key), dtype=bool)
        is_same = np.empty(len(key), dtype=bool)
        is_fresh[order] = first & ~is_known[group]
        is_same[order] = content[order] == original[group]
        self.seen.append({"key": distinct[~is_known], "content": original[~is_known]})
        keyed = table.append_column("key", pa.array(key))
        return Deduped(
            keyed if is_fresh.all() else keyed.filter(pa.array(is_fresh)),
            np.flatnonzero(~is_fresh & is_same),
            np.flatnonzero(~is_fresh & ~is_same),
        )
