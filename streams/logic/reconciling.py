# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements: what another system believes to be on hand, held against what we work out.

A statement moves nothing. It is compared with the position of its own moment, and compared
again whenever something up to that moment becomes known later, so that what is written about
it is a function of the set of events as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from streams.logic.counting import NEVER
from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.movements import Movements
from streams.logic.past import Compared, Past
from streams.logic.runs import Block, Runs, concat, take

if TYPE_CHECKING:
    from streams.logic.positions import PartitionState

_KEPT = ("pair", "time", "q", "event", "off", "kind")
_LATEST = np.iinfo(np.int64).max


@dataclass(slots=True)
class Statements:
    """The statements of a partition and what a batch changes about them.

    Attributes
    ----------
    last
        Shape (pairs,): time of the latest statement in ms, `NEVER` without one.
    settled
        Shape (pairs,): a statement after the latest count, and out of reach of its doubts,
        agrees with on hand.
    since
        Places of this batch from which on statements are to be compared anew.
    fresh
        Statements of this batch.
    reread
        Pairs with a known statement that was reversed or restated.
    """

    known: Runs = field(default_factory=lambda: Runs("pair"))
    last: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    settled: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    since: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    fresh: list[Block] = field(default_factory=list)
    reread: list[np.ndarray] = field(default_factory=list)

    def grow(self, pairs: int) -> None:
        """Make room for `pairs` item-locations."""
        missing = pairs - len(self.last)
        self.last = np.concatenate((self.last, np.full(missing, NEVER)))
        self.settled = np.concatenate((self.settled, np.zeros(missing, dtype=bool)))

    def take_in(self, rows: Block) -> None:
        """Keep the statements among `rows` of a batch.

        One that is reversed already is told of too: an earlier run, cut otherwise, may have
        written it.
        """
        is_stated = rows["kind"] == Kind.STATED
        if is_stated.any():
            found = {name: rows[name][is_stated] for name in _KEPT}
            self.known.append(found | {"pair": found["pair"].astype(np.uint64)})
            np.maximum.at(self.last, found["pair"], found["time"])
            self.fresh.append(found)
            self.since.append((found["pair"], found["time"]))

    def note(self, rows: Block, moved: Movements, *, known: bool = False) -> None:
        """Note where `rows` bear on statements; `known` ones went or changed."""
        if not len(self.known):
            return
        if known:
            self.reread.append(rows["pair"][rows["kind"] == Kind.STATED])
        anchors = np.flatnonzero((rows["kind"] == Kind.COUNTED) | (rows["kind"] == Kind.STATED))
        pair = np.concatenate((moved.pair, rows["pair"][anchors]))
        time = rows["time"][np.concatenate((moved.at, anchors))]
        before = time <= self.last[pair]
        if before.any():
            self.since.append((pair[before], time[before]))

    def compare(self, state: PartitionState, doubtful: np.ndarray) -> Compared | None:
        """Return every statement that this batch brought, changed or took back.

        Parameters
        ----------
        doubtful
            Pairs whose doubts were weighed anew (sorted, distinct).
        """
        if not len(self.known):
            return None
        self.settled[doubtful] = False
        since = np.full(len(self.last), _LATEST)
        for pair, time in self.since:
            np.minimum.at(since, pair, time)
        plain, odd = self._plain(state, since)
        again = doubtful[self._may_settle(state, doubtful)]
        pairs = np.unique(np.concatenate((odd, again)))
        for noted in (self.since, self.fresh, self.reread):
            noted.clear()
        found = [plain] if plain is not None else []
        if len(pairs):
            found += Past(state, self).compare(pairs, since[pairs])
        return _joined(found) if found else None

    def rows_of(self, state: PartitionState, pairs: np.ndarray) -> Block | None:
        """Return the statements of `pairs` with what they say now.

        Those that count for nothing any more are `gone`; reversed ones are among them all.
        """
        rows = self.known.gather(pairs.astype(np.uint64))
        if rows is None:
            return None
        rows = rows | {
            "pair": rows["pair"].astype(np.int64),
            "short": np.zeros(len(rows["q"]), np.int64),
            "gone": np.ones(len(rows["q"]), dtype=bool),
        }
        counting = state.journal.restated.read(rows)
        lost = take(rows, ~np.isin(rows["event"], counting["event"]))
        return concat([counting | {"gone": np.zeros(len(counting["q"]), dtype=bool)}, lost])

    def _plain(
        self, state: PartitionState, since: np.ndarray
    ) -> tuple[Compared | None, np.ndarray]:
        """Compare with the position as it is now what nothing known lies after.

        Returns
        -------
        tuple
            What was compared, and the pairs of all other statements.
        """
        touched = np.unique(np.concatenate([_NO_PAIR, *(pair for pair, _ in self.since)]))
        if not self.fresh:
            return None, touched
        rows = concat(self.fresh)
        earliest = np.full(len(self.last), _LATEST)
        np.minimum.at(earliest, rows["pair"], rows["time"])
        is_new = since[touched] >= earliest[touched]
        quiet = earliest[touched] >= state.counting.last_seen[touched]
        sure = (state.near.low[touched] == 0) & (state.near.high[touched] == 0)
        left = ~np.isin(touched, np.concatenate([_NO_PAIR, *self.reread]))
        is_plain = is_new & quiet & sure & left
        mine = np.zeros(len(self.last), dtype=bool)
        mine[touched[is_plain]] = True
        rows = take(rows, mine[rows["pair"]])
        computed = state.ledger.totals[rows["pair"], Field.ON_HAND]
        stands = ~state.is_reversed(rows)
        return Compared(rows, computed, computed, computed, stands), touched[~is_plain]

    def _may_settle(self, state: PartitionState, pairs: np.ndarray) -> np.ndarray:
        count = state.counting.last_count[pairs]
        doubted = (state.near.low[pairs] != 0) | (state.near.high[pairs] != 0)
        return np.asarray(doubted & (self.last[pairs] > count + state.near.window))


_NO_PAIR = np.zeros(0, np.int64)


def _joined(parts: list[Compared]) -> Compared:
    names = parts[0].rows
    rows = {name: np.concatenate([part.rows[name] for part in parts]) for name in names}
    rest = zip(*[part[1:] for part in parts], strict=True)
    return Compared(rows, *(np.concatenate(columns) for columns in rest))
