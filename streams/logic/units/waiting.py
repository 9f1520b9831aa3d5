# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that wait for a factor: refused for now, kept whole to be taken in later."""

import pickle
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from streams.logic.runs import Block, Runs, take
from streams.logic.units.memory import kept


@dataclass(slots=True)
class Waiting:
    """Refused events by item, each with its whole row; of repetitions the first."""

    rows: Runs = field(default_factory=lambda: Runs("owner", hashed=True))

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, owners: np.ndarray) -> Block | None:
        """Return what waits for records about `owners` (sorted, distinct), as it came."""
        found = self.rows.gather(owners) if len(self.rows) else None
        return None if found is None else take(found, np.argsort(found["off"]))

    def first_of(self, rows: Block) -> np.ndarray:
        """Return which of `rows`, in order, say what neither waits yet nor stands before."""
        known = self.of(np.unique(rows["owner"]))
        seen = set() if known is None else _said(known)
        found = np.ones(len(rows["key"]), dtype=bool)
        for place, said in enumerate(zip(*_words(rows), strict=True)):
            found[place] = said not in seen
            seen.add(said)
        return found

    def put(self, rows: Block) -> None:
        """Let `rows` wait."""
        self.rows.append(rows)

    def drop(self, offs: np.ndarray) -> None:
        """Forget the events that came at `offs`."""
        if not len(offs):
            return
        left = Runs("owner", hashed=True)
        for each in self.rows.blocks:
            gone = np.isin(each["off"], offs)
            left.append(take(each, ~gone) if gone.any() else dict(each))
        self.rows = left


def parked(table: pa.Table) -> Block:
    """Return rows of a chunk as columns, and each of them whole."""
    whole = np.empty(len(table), dtype=object)
    whole[:] = [pickle.dumps(row) for row in table.to_pylist()]
    return kept(table) | {"row": whole}


def whole(rows: Block, schema: pa.Schema) -> pa.Table:
    """Return the rows that wait as they came."""
    # pickled above, and kept in a folder that only its owner can write
    found = [pickle.loads(row) for row in rows["row"]]  # noqa: S301
    return pa.Table.from_pylist(found, schema=schema)


def _words(rows: Block) -> tuple[list[int], list[int]]:
    return rows["key"].tolist(), rows["content"].tolist()


def _said(rows: Block) -> set[tuple[int, int]]:
    return set(zip(*_words(rows), strict=True))
