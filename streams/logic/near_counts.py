# SPDX-License-Identifier: AGPL-3.0-or-later
"""Movements beside a count of another source: nobody can say which of them it counted.

The clocks of two systems differ. A movement shortly before a count may not have been in what
was counted, one shortly after may have been in it; EVENTS §5 decides by time and shows what
else on hand could be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from streams.logic.anchors import Count, Moment
from streams.logic.movements import Movements
from streams.logic.runs import Block, take

if TYPE_CHECKING:
    from streams.logic.positions import PartitionState

MINUTE_MS = 60_000
WINDOW_MS = 10 * MINUTE_MS


@dataclass(slots=True)
class NearCounts:
    """How much less and how much more on hand could be, per pair.

    Attributes
    ----------
    window
        Milliseconds on either side of a count.
    low, high
        Shape (pairs,): at most 0 and at least 0, ten-thousandths; by the latest count.
    weighed
        Pairs worked out anew by this batch.
    """

    window: int = WINDOW_MS
    low: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    weighed: list[np.ndarray] = field(default_factory=list)

    def grow(self, pairs: int) -> None:
        """Make room for `pairs` item-locations."""
        missing = np.zeros(pairs - len(self.low), np.int64)
        self.low = np.concatenate((self.low, missing))
        self.high = np.concatenate((self.high, missing))

    def fresh(self) -> np.ndarray:
        """Return the pairs worked out anew since the last call (sorted, distinct)."""
        if len(self.weighed) == 1:
            return self.weighed.pop()
        pairs = np.unique(np.concatenate([np.zeros(0, np.int64), *self.weighed]))
        self.weighed.clear()
        return pairs

    def beside(self, state: PartitionState, rows: Block, moved: Movements) -> np.ndarray:
        """Return the pairs with a movement shortly after the latest count of another source."""
        count = state.counting.last_count[moved.pair]
        time = rows["time"][moved.at]
        near = np.flatnonzero((time >= count) & (time - self.window <= count))
        other = rows["source"][moved.at[near]] != state.counting.last_source[moved.pair[near]]
        return np.asarray(moved.pair[near[other]])

    def weigh(self, state: PartitionState, pairs: np.ndarray) -> None:
        """Work out anew how far on hand of `pairs` (sorted, distinct) could be off."""
        if not len(pairs) or len(state.sources.names) == 1:
            return
        self.weighed.append(pairs)
        self.low[pairs] = self.high[pairs] = 0
        pairs = pairs[state.counting.counted(pairs)]
        if not len(pairs):
            return
        since = state.counting.last_count[pairs] - self.window
        rows = state.lookback.since(state, pairs, since)
        count = state.counting.last_count[rows["pair"]]
        other = rows["source"] != state.counting.last_source[rows["pair"]]
        rows = take(rows, (rows["time"] - self.window <= count) & other)
        other_way = self._other_way(state, rows)
        np.add.at(self.low, rows["pair"], np.minimum(other_way, 0))
        np.add.at(self.high, rows["pair"], np.maximum(other_way, 0))

    def _other_way(self, state: PartitionState, rows: Block) -> np.ndarray:
        """Return what on hand would change by if each row lay on the count's other side."""
        count = state.counting.last_count[rows["pair"]]
        is_before = rows["time"] < count
        for at in np.flatnonzero(rows["time"] == count).tolist():
            (moment,) = state.moments(take(rows, slice(at, at + 1)))
            is_before[at] = moment < state.counting.counts.get(int(rows["pair"][at]))[-1].moment
        return np.where(is_before, rows["change"], -rows["change"])


def doubts(
    count: Count, moments: list[Moment], change: list[int], window: int
) -> tuple[int, int]:
    """Return how much less and how much more there could be beside one `count`.

    Parameters
    ----------
    moments, change
        Movements of its item-location; those of its own source, or further than `window`
        milliseconds from it, say nothing.

    >>> count = Count((60_000, 60_000, "wms", b"", b"c"), 100, 0)
    >>> doubts(count, [(0, 0, "erp", b"", b"m")], [-5], 60_000)
    (-5, 0)
    >>> doubts(count, [(90_000, 90_000, "erp", b"", b"m")], [-5], 60_000)
    (0, 5)
    """
    low = high = 0
    for moment, moved in zip(moments, change, strict=True):
        is_near = abs(moment[0] - count.moment[0]) <= window
        if is_near and moment[2] != count.moment[2]:
            other_way = moved if moment < count.moment else -moved
            low, high = low + min(other_way, 0), high + max(other_way, 0)
    return low, high
