# SPDX-License-Identifier: AGPL-3.0-or-later
"""Standing counts per item-location, as a table: a snapshot costs what changed, not all.

A count that is worked out anew is a new row; of rows about the same moment the latest holds,
and one that is gone takes the count away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from streams.logic.anchors import Count
from streams.logic.runs import Block, Runs

_SHORT_BYTES = 64  # longer sequences and ids are rare enough for a list
_AT_HAND = 4096  # item-locations whose counts are kept as they were last asked for

Entry = tuple[int, Count, bool]


@dataclass(slots=True)
class CountLog:
    """All counts ever made of each pair.

    Attributes
    ----------
    long
        Sequence and id in full, where a row has no room for them.
    at_hand
        Counts of pairs that were asked for; no state, after a restart they are read again.
    """

    rows: Runs = field(default_factory=lambda: Runs("pair"))
    long: list[tuple[bytes, bytes]] = field(default_factory=list)
    at_hand: dict[int, list[Count]] = field(default_factory=dict)

    def __reduce__(
        self,
    ) -> tuple[type["CountLog"], tuple[Runs, list[tuple[bytes, bytes]]]]:
        """Leave what is at hand out of a snapshot."""
        return CountLog, (self.rows, self.long)

    def get(self, pair: int) -> list[Count]:
        """Return the standing counts of `pair`, in order."""
        found = self.at_hand.get(pair)
        if found is None:
            if len(self.at_hand) >= _AT_HAND:
                self.at_hand.clear()
            found = self.at_hand[pair] = self._read(pair)
        return found

    def add(self, pairs: Iterable[int], counts: Iterable[Count]) -> None:
        """Keep counts that are the latest of their pairs, one entry each."""
        entries = [(pair, count, False) for pair, count in zip(pairs, counts, strict=True)]
        for pair, count, _ in entries:
            if pair in self.at_hand:
                self.at_hand[pair].append(count)
        self._append(entries)

    def replace(self, pair: int, after: list[Count]) -> None:
        """Keep `after`, in order, as the counts of `pair`: what differs is written."""
        before = {count.moment: count for count in self.get(pair)}
        now = {count.moment: count for count in after}
        gone = [(pair, count, True) for moment, count in before.items() if moment not in now]
        new = [
            (pair, count, False) for moment, count in now.items() if before.get(moment) != count
        ]
        self._append([*gone, *new])
        self.at_hand[pair] = list(after)

    def _append(self, entries: list[Entry]) -> None:
        if entries:
            self.rows.append(self._block(entries))

    def _block(self, entries: list[Entry]) -> Block:
        pairs, counts, gone = zip(*entries, strict=True)
        time, recorded, source, sequence, id_ = zip(*(c.moment for c in counts), strict=True)
        long = np.full(len(entries), -1)
        for at, tie in enumerate(zip(sequence, id_, strict=True)):
            if max(map(len, tie)) > _SHORT_BYTES:
                long[at] = len(self.long)
                self.long.append(tie)
        return {
            "pair": np.array(pairs, np.uint64),
            "time": np.array(time, np.int64),
            "recorded": np.array(recorded, np.int64),
            "source": np.array([name.encode() for name in source]),
            "sequence": np.array([text[:_SHORT_BYTES] for text in sequence]),
            "id": np.array([text[:_SHORT_BYTES] for text in id_]),
            "long": long,
            "q": np.array([count.q for count in counts], np.int64),
            "variance": np.array([count.variance for count in counts], np.int64),
            "gone": np.array(gone, bool),
        }

    def _read(self, pair: int) -> list[Count]:
        rows = self.rows.gather(np.array([pair], np.uint64))
        if rows is None:
            return []
        names = (
            "time",
            "recorded",
            "source",
            "sequence",
            "id",
            "long",
            "q",
            "variance",
            "gone",
        )
        found = dict[object, Count]()
        for time, recorded, source, *tie, long, q, variance, gone in zip(
            *(rows[name].tolist() for name in names), strict=True
        ):
            sequence, id_ = self.long[long] if long >= 0 else tie
            moment = (time, recorded, source.decode(), sequence, id_)
            found.pop(moment, None)
            if not gone:
                found[moment] = Count(moment, q, variance)
        return sorted(found.values(), key=lambda count: count.moment)
