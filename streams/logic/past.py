# SPDX-License-Identifier: AGPL-3.0-or-later
"""On hand at moments of the past, to the millisecond, and what else it could have been."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from streams.logic.anchors import Count
from streams.logic.fields import Field
from streams.logic.near_counts import doubts
from streams.logic.runs import Block, take

if TYPE_CHECKING:
    from streams.logic.positions import PartitionState
    from streams.logic.reconciling import Statements


class Compared(NamedTuple):
    """Statements and what we work out for their moments; one entry per statement.

    Attributes
    ----------
    rows
        pair, time, q (stated), event and off.
    computed, low, high
        On hand by the tie-break of counts, and what else it could be.
    stands
        False when the statement was reversed, or counts for nothing any more.
    """

    rows: Block
    computed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    stands: np.ndarray


class Need(NamedTuple):
    """What one pair needs: its first statement to compare, and its movements since when."""

    start: int
    look: int


class Past(NamedTuple):
    """Compares the statements of single pairs, one after another."""

    state: PartitionState
    statements: Statements

    def compare(self, pairs: np.ndarray, since: np.ndarray) -> list[Compared]:
        """Return the statements of `pairs` (sorted) from `since` on, compared.

        Whether doubts about a count are settled hangs on the statements after it: those are
        compared too, and not returned.
        """
        needs = [self._need(int(p), int(s)) for p, s in zip(pairs, since, strict=True)]
        look = np.array([need.look for need in needs])
        moves = self.state.lookback.since(self.state, pairs, look)
        moves = take(moves, np.lexsort((moves["time"], moves["pair"])))
        rows = self.statements.rows_of(self.state, pairs)
        assert rows is not None  # noqa: S101 - pairs without a statement are not asked about
        rows = take(rows, np.lexsort((rows["time"], rows["pair"])))
        found = []
        for pair, first, need in zip(pairs.tolist(), since.tolist(), needs, strict=True):
            mine = _of_pair(rows, pair)
            mine = take(mine, mine["time"] >= need.start)
            told = self._compared(pair, mine, _of_pair(moves, pair))
            wanted = mine["time"] >= first
            kept = (column[wanted] for column in told[1:])
            found.append(Compared(take(told.rows, wanted), *kept))
        return found

    def _need(self, pair: int, since: int) -> Need:
        """Say how far back one must look to compare the statements from `since` on."""
        counts = self._counts(pair)
        last = counts[-1].moment[0] if counts else 0
        is_sure = not (self.state.near.low[pair] or self.state.near.high[pair])
        if counts and not is_sure:
            since = min(since, last + 1)
        at = bisect_right(counts, since, key=lambda count: count.moment[0])
        if at == 0 or (is_sure and since > last + self.state.near.window):
            return Need(since, since)
        count = counts[at - 1].moment[0]
        return Need(count, count - self.state.near.window)

    def _compared(self, pair: int, rows: Block, moves: Block) -> Compared:
        counts, total = self._counts(pair), int(self.state.ledger.totals[pair, Field.ON_HAND])
        computed = total - _after(moves["time"], moves["change"], rows["time"])
        when = np.array([count.moment[0] for count in counts], np.int64)
        variance = np.array([count.variance for count in counts], np.int64)
        computed -= _after(when, variance, rows["time"])
        stands = ~self.state.is_reversed(rows) & ~rows["gone"]
        low, high = self._range(pair, rows, moves, (rows["q"] == computed) & stands)
        return Compared(rows, computed, computed + low, computed + high, stands)

    def _range(
        self, pair: int, rows: Block, moves: Block, agrees: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what on hand could have been less and more at each statement."""
        window, counts = self.state.near.window, self._counts(pair)
        low, high = np.zeros((2, len(rows["time"])), np.int64)
        for number, count in enumerate(counts):
            end = counts[number + 1].moment[0] if number + 1 < len(counts) else None
            time = rows["time"]
            mine = (time >= count.moment[0]) & (True if end is None else time < end)
            settling = time[mine & agrees & (time > count.moment[0] + window)]
            settled = int(settling.min()) if len(settling) else None
            for at in np.flatnonzero(mine).tolist():
                if settled is None or time[at] < settled:
                    low[at], high[at] = self._doubts(count, moves, int(time[at]))
            if end is None:
                self.statements.settled[pair] = settled is not None
        return low, high

    def _doubts(self, count: Count, moves: Block, until: int) -> tuple[int, int]:
        window = self.state.near.window
        first = np.searchsorted(moves["time"], count.moment[0] - window, "left")
        last = np.searchsorted(moves["time"], min(count.moment[0] + window, until), "right")
        if first == last:
            return 0, 0
        near = take(moves, slice(first, last))
        return doubts(count, self.state.moments(near), near["change"].tolist(), window)

    def _counts(self, pair: int) -> list[Count]:
        return self.state.counting.counts.get(pair)


def _of_pair(rows: Block, pair: int) -> Block:
    first, last = np.searchsorted(rows["pair"], [pair, pair + 1])
    return take(rows, slice(first, last))


def _after(time: np.ndarray, change: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Return the sum of what changed after each of `moments`; `time` is in order."""
    running = np.concatenate(([0], np.cumsum(change)))
    return np.asarray(running[-1] - running[np.searchsorted(time, moments, "right")])
