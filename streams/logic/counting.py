# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts of one partition: what each found, and what it corrected.

A count that comes after everything known of its item-location corrects the running total;
those are worked out thousands at a time. Any other count, and any movement dated before one,
sends its item-location to `anchors`, which works out all its counts anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from streams.logic.anchors import Count, Moment, corrections
from streams.logic.count_log import CountLog
from streams.logic.deltas import Deltas
from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.movements import Movements
from streams.logic.rows import HOUR_MS
from streams.logic.runs import Block, take

NEVER = np.iinfo(np.int64).min
Moments = Callable[[Block], list[Moment]]
Recount = Callable[[np.ndarray], dict[int, list[Count]]]
Number = Callable[[str], int]


@dataclass(slots=True)
class Counting:
    """The counts of every pair, with what a plain count needs to know.

    Attributes
    ----------
    last_count, last_variance
        Shape (pairs,): time of the latest count in ms, `NEVER` without one; its variance.
    last_source
        Shape (pairs,): number of the source of the latest count, -1 without one.
    last_seen
        Shape (pairs,): time of the latest movement or count, in ms.
    """

    counts: CountLog = field(default_factory=CountLog)
    last_count: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    last_variance: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    last_source: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    last_seen: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def grow(self, pairs: int) -> None:
        """Make room for `pairs` item-locations."""
        missing = pairs - len(self.last_count)
        never = np.full(missing, NEVER)
        self.last_count = np.concatenate((self.last_count, never))
        self.last_seen = np.concatenate((self.last_seen, never))
        self.last_variance = np.concatenate((self.last_variance, np.zeros(missing, np.int64)))
        self.last_source = np.concatenate((self.last_source, np.full(missing, -1)))

    def counted(self, pairs: np.ndarray) -> np.ndarray:
        """Return which of `pairs` have a standing count."""
        return np.asarray(self.last_count[pairs] != NEVER)

    def sort_out(self, rows: Block, moved: Movements) -> tuple[Block, np.ndarray]:
        """Split the pairs whose counts a batch bears on.

        Returns
        -------
        tuple
            The timeline of the plain pairs, in order: pair, time, change, is_count, q and at
            (index in `rows`); and the other pairs, to be counted anew.
        """
        time = rows["time"][moved.at]
        counted = np.flatnonzero(rows["kind"] == Kind.COUNTED)
        behind = moved.pair[time <= self.last_count[moved.pair]]
        line = self._timeline(rows, moved, counted)
        late = line["is_count"] & (line["time"] <= self.last_seen[line["pair"]])
        same = (np.diff(line["pair"]) == 0) & (np.diff(line["time"]) == 0)
        tied = np.append(False, same & (line["is_count"][1:] | line["is_count"][:-1]))
        odd = np.unique(np.concatenate((behind, line["pair"][late | tied])))
        np.maximum.at(self.last_seen, moved.pair, time)
        np.maximum.at(self.last_seen, rows["pair"][counted], rows["time"][counted])
        return take(line, ~np.isin(line["pair"], odd)), odd

    def post_plain(
        self, line: Block, rows: Block, on_hand: np.ndarray, moments: Moments, out: Deltas
    ) -> None:
        """Post the variances of the plain counts in a timeline.

        Parameters
        ----------
        on_hand
            Per pair, before the batch.
        moments
            Gives the place of each row of the batch in the order of events.
        """
        at = np.flatnonzero(line["is_count"])
        if not len(at):
            return
        pair, q = line["pair"][at], line["q"][at]
        moved = np.cumsum(line["change"])
        start = np.searchsorted(line["pair"], pair)
        since_start = moved[at] - (moved[start] - line["change"][start])
        is_first = np.diff(pair, prepend=-1) != 0
        before = np.roll(q - since_start, 1)  # what the count before says of the start
        book = since_start + np.where(is_first, on_hand[pair], before)
        variance = q - book
        source = line["at"][at]
        off, time = rows["off"][source], line["time"][at]
        out.add(pair, time // HOUR_MS, off, {Field.ON_HAND: variance})
        self.last_count[pair] = time  # in order: the latest is written last
        self.last_variance[pair] = variance
        self.last_source[pair] = rows["source"][source]
        found = zip(moments(take(rows, source)), q.tolist(), variance.tolist(), strict=True)
        self.counts.add(pair.tolist(), map(Count._make, found))

    def post_anew(
        self, pairs: np.ndarray, off: int, recount: Recount, number: Number, out: Deltas
    ) -> None:
        """Post what changes when all counts of `pairs` are worked out anew.

        Parameters
        ----------
        number
            Gives the number of a source.
        """
        for pair, after in recount(pairs).items():
            for count in after if out.again else ():
                out.add_one(pair, count.moment[0] // HOUR_MS, off, Field.ON_HAND, 0)
            for time, change in corrections(self.counts.get(pair), after):
                out.add_one(pair, time // HOUR_MS, off, Field.ON_HAND, change)
            self.counts.replace(pair, after)
            self.last_count[pair] = after[-1].moment[0] if after else NEVER
            self.last_variance[pair] = after[-1].variance if after else 0
            self.last_source[pair] = number(after[-1].moment[2]) if after else -1

    def _timeline(self, rows: Block, moved: Movements, counted: np.ndarray) -> Block:
        """Return the movements and counts of the counted pairs, by pair and time."""
        mine = np.isin(moved.pair, rows["pair"][counted])
        at = np.concatenate((moved.at[mine], counted))
        pair = np.concatenate((moved.pair[mine], rows["pair"][counted]))
        is_count = np.arange(len(at)) >= len(at) - len(counted)
        change = np.concatenate((moved.on_hand[mine], np.zeros(len(counted), np.int64)))
        line = {
            "pair": pair,
            "time": rows["time"][at],
            "change": change,
            "is_count": is_count,
            "q": rows["q"][at],
            "at": at,
        }
        return take(line, np.lexsort((line["time"], pair)))
