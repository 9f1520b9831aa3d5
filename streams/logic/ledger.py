# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger: changes per item-location and business hour, and the states they add up to."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from streams.logic.fields import WIDTH
from streams.logic.runs import Block, Runs

_HOUR_BITS = 32


class Hours(NamedTuple):
    """Closing states of hours; `changed` is False where the changes of an hour cancel out."""

    pair: np.ndarray
    hour: np.ndarray
    off: np.ndarray
    state: np.ndarray
    changed: np.ndarray


@dataclass(slots=True)
class Ledger:
    """Sums per pair, and every hour's change behind them.

    Attributes
    ----------
    totals, last_vector
        Shape (pairs, fields): the sum of all changes; the change within the latest hour.
    last_hour
        Shape (pairs,): latest hour with a change, since 1970; -1 before the first.
    """

    totals: np.ndarray = field(default_factory=lambda: np.zeros((0, WIDTH), np.int64))
    last_vector: np.ndarray = field(default_factory=lambda: np.zeros((0, WIDTH), np.int64))
    last_hour: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    hours: Runs = field(default_factory=lambda: Runs("key"))

    def grow(self, pairs: int) -> None:
        """Make room for `pairs` item-locations."""
        missing = pairs - len(self.last_hour)
        if missing > 0:
            empty = np.zeros((missing, WIDTH), np.int64)
            self.totals = np.concatenate((self.totals, empty))
            self.last_vector = np.concatenate((self.last_vector, empty))
            self.last_hour = np.concatenate((self.last_hour, np.full(missing, -1)))

    def post(self, changes: Block) -> Hours:
        """Add `changes` (summed per pair and hour, in that order); return the states touched.

        A change in the past restates every later hour of its pair.
        """
        pair, hour = changes["pair"], changes["hour"]
        if not len(pair):
            return Hours(pair, hour, changes["off"], changes["vector"], np.zeros(0, bool))
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        is_late = hour[first] < self.last_hour[pair[first]]
        late = np.repeat(is_late, np.diff(first, append=len(pair)))
        forward = self._forward({name: column[~late] for name, column in changes.items()})
        self._keep(changes)
        backward = [
            self._restated(int(p), int(h), off)
            for p, h, off in zip(
                pair[first][is_late],
                hour[first][is_late],
                np.maximum.reduceat(changes["off"], first)[is_late],
                strict=True,
            )
        ]
        return _joined([forward, *backward])

    def _forward(self, changes: Block) -> Hours:
        """Post changes that lie in the latest hour of their pair or after it."""
        pair, hour, vector = changes["pair"], changes["hour"], changes["vector"]
        if not len(pair):
            return Hours(pair, hour, changes["off"], vector, np.zeros(0, dtype=bool))
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        length = np.diff(first, append=len(pair))
        net = vector.copy()
        same = hour[first] == self.last_hour[pair[first]]
        net[first[same]] += self.last_vector[pair[first[same]]]
        running = np.cumsum(vector, axis=0)
        start = running[first] - vector[first]
        state = running + np.repeat(self.totals[pair[first]] - start, length, axis=0)
        last = first + length - 1
        self.totals[pair[last]] = state[last]
        self.last_hour[pair[last]] = hour[last]
        self.last_vector[pair[last]] = net[last]
        return Hours(pair, hour, changes["off"], state, _moves(net))

    def _restated(self, pair: int, since: int, off: int) -> Hours:
        """Recompute the states of one pair from the hour `since` on; its changes are kept."""
        hour, vector = self._from(pair, since)
        before = self._before(pair, since)
        state = before + np.cumsum(vector, axis=0)
        self.totals[pair], self.last_hour[pair] = state[-1], hour[-1]
        self.last_vector[pair] = vector[-1]
        count = len(hour)
        offs = np.full(count, off, np.uint64)
        return Hours(np.full(count, pair), hour, offs, state, _moves(vector))

    def _keep(self, changes: Block) -> None:
        self.hours.append(
            {"key": _key(changes["pair"], changes["hour"]), "vector": changes["vector"]}
        )

    def _from(self, pair: int, since: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.hours.between(pair << _HOUR_BITS | since, (pair + 1) << _HOUR_BITS)
        assert rows is not None  # noqa: S101 - the change that restates lies there
        key, vector = rows["key"], rows["vector"]
        order = np.argsort(key, kind="stable")
        distinct, first = np.unique(key[order], return_index=True)
        summed = np.add.reduceat(vector[order], first, axis=0)
        return (distinct & np.uint64((1 << _HOUR_BITS) - 1)).astype(np.int64), summed

    def _before(self, pair: int, until: int) -> np.ndarray:
        rows = self.hours.between(pair << _HOUR_BITS, pair << _HOUR_BITS | until)
        return rows["vector"].sum(axis=0) if rows else np.zeros(WIDTH, np.int64)


def _key(pair: np.ndarray, hour: np.ndarray) -> np.ndarray:
    return pair.astype(np.uint64) << np.uint64(_HOUR_BITS) | hour.astype(np.uint64)


def _moves(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector.any(axis=1))


def _joined(parts: list[Hours]) -> Hours:
    return Hours(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
