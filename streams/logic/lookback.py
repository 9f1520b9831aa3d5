# SPDX-License-Identifier: AGPL-3.0-or-later
"""The latest movements of a partition at hand, and the journal behind them.

What is asked about most is what came last: a count beside a movement, a statement of an hour
ago. The movements of the latest batches answer that; only what lies further back costs a scan
of the journal. The movements at hand are no state: after a restart there are none, and the
journal answers the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from streams.logic.movements import Movements, movements
from streams.logic.runs import Block, concat, take

if TYPE_CHECKING:
    from streams.logic.positions import PartitionState

AT_HAND = 32_768  # movements; 49 bytes each
_NONE: Block = {
    "pair": np.zeros(0, np.int64),
    "time": np.zeros(0, np.int64),
    "change": np.zeros(0, np.int64),
    "source": np.zeros(0, np.int64),
    "kind": np.zeros(0, np.uint8),
    "event": np.zeros(0, np.uint64),
    "off": np.zeros(0, np.uint64),
}


@dataclass(slots=True)
class Lookback:
    """Movements of the latest batches; `cold` says until when a pair has others besides.

    Attributes
    ----------
    scanned
        Pairs whose journal was read for this batch, and their rows.
    """

    blocks: deque[Block] = field(default_factory=deque)
    rows: int = 0
    cold: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    scanned: tuple[np.ndarray, Block] | None = None

    def __reduce__(self) -> tuple[type[Lookback], tuple[()]]:
        """Leave the movements out of a snapshot: the journal holds them all."""
        return Lookback, ()

    def grow(self, last_seen: np.ndarray) -> None:
        """Make room for the pairs of `last_seen`: time of their latest movement so far."""
        self.cold = np.concatenate((self.cold, last_seen[len(self.cold) :]))

    def note(self, rows: Block, moved: Movements) -> None:
        """Keep the movements of a batch at hand instead of the oldest."""
        self.scanned = None
        if not len(moved.at):
            return
        block = {name: rows[name][moved.at] for name in _NONE if name in rows}
        self.blocks.append(block | {"pair": moved.pair, "change": moved.on_hand})
        self.rows += len(moved.at)
        while self.rows > AT_HAND and len(self.blocks) > 1:
            gone = self.blocks.popleft()
            self.rows -= len(gone["pair"])
            self.cold[gone["pair"]] = np.maximum(self.cold[gone["pair"]], gone["time"].max())

    def forget(self, last_seen: np.ndarray) -> None:
        """Keep nothing at hand: events count for other quantities now."""
        self.blocks.clear()
        self.rows, self.scanned, self.cold = 0, None, last_seen.copy()

    def since(self, state: PartitionState, pairs: np.ndarray, time: np.ndarray) -> Block:
        """Return the standing movements of `pairs`, of each from its `time` (ms) on.

        Parameters
        ----------
        pairs
            Sorted, distinct.
        """
        earliest = np.full(len(self.cold), np.iinfo(np.int64).max)
        earliest[pairs] = time
        is_cold = self.cold[pairs] >= time
        found = [_from(block, earliest) for block in self.blocks] if not is_cold.all() else []
        is_at_hand = np.zeros(len(self.cold), dtype=bool)
        is_at_hand[pairs[~is_cold]] = True
        found = [take(block, is_at_hand[block["pair"]]) for block in found]
        if is_cold.any():
            found.append(self._from_journal(state, pairs[is_cold], earliest))
        rows = concat([_NONE, *found])
        return take(rows, ~state.is_reversed(rows))

    def scan(self, state: PartitionState, pairs: np.ndarray) -> Block:
        """Return every standing row that bears on `pairs`, from the journal."""
        found = [state.journal.where(name, pairs) for name in ("pair", "to")]
        rows = concat([each for each in found if each is not None])
        _, first = np.unique(rows["event"], return_index=True)
        rows = take(rows, first)
        rows = take(rows, ~state.is_reversed(rows))
        self.scanned = (pairs, rows)
        return rows

    def _from_journal(
        self, state: PartitionState, pairs: np.ndarray, earliest: np.ndarray
    ) -> Block:
        if self.scanned is None or not np.isin(pairs, self.scanned[0]).all():
            self.scan(state, pairs)
        assert self.scanned is not None  # noqa: S101 - just read
        rows = self.scanned[1]
        moved = movements(rows)
        wanted = np.zeros(len(self.cold), dtype=bool)
        wanted[pairs] = True
        at = np.flatnonzero(
            wanted[moved.pair] & (rows["time"][moved.at] >= earliest[moved.pair])
        )
        found = take(rows, moved.at[at])
        aside = state.journal.aside_of(found)
        block = {name: found[name] for name in ("time", "kind", "event", "off")}
        return block | {
            "pair": moved.pair[at],
            "change": moved.on_hand[at],
            "source": aside["source"],
        }


def _from(block: Block, earliest: np.ndarray) -> Block:
    return take(block, block["time"] >= earliest[block["pair"]])
