# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock over time: every state of every item-location, weighted with how long it lasted."""

from typing import Any

import numpy as np

from sightline.sim.engine.book import MEASURES
from sightline.sim.engine.moments import DAY, HOUR, Flags, Ints
from sightline.sim.truth.kpi.flips import Flips
from sightline.sim.truth.kpi.tally import Dimensions
from sightline.sim.truth.states import States

UNKNOWN, MILLI = -1, 1000
ON_HAND, RESERVED, HOLD = (MEASURES.index(name) for name in ("on_hand", "reserved", "hold"))
BACKORDERED = MEASURES.index("backordered")
EPISODE = HOUR  # K07: a stock-out that lasts shorter is none


class Stock:
    """K06, K07, and the integrals that K09, K11 and K54 need.

    An item-location is stocked from its first state on. It is out of stock while available
    (on hand - reserved - hold) is 0 or less.

    Attributes
    ----------
    level, cost
        Levels now, and cents per piece, by item-location.
    cost_of_item
        Cents per piece, by item.
    value_time
        Integral of on hand x cost, cents x milliseconds.
    backorder_time
        Integral of backordered, pieces x milliseconds.
    """

    def __init__(self, dimensions: Dimensions, cost: Ints, places: int, start: int) -> None:
        count = len(cost) * places
        self.level = np.zeros((count, len(MEASURES)), dtype=np.int64)
        self.value_time, self.backorder_time = 0, 0
        self.flips = Flips(start)
        self.cost, self.cost_of_item = np.repeat(cost, places), cost
        self._places = places
        self._since = np.full(count, UNKNOWN, dtype=np.int64)
        self._out_since = np.full(count, UNKNOWN, dtype=np.int64)
        self._out = dimensions.tally("month", "place")
        self._episodes = dimensions.tally("place")

    def take(self, hour: int, states: States) -> None:
        """Take in the states that began in the hour from `hour`, µs."""
        if hour % DAY == 0:
            self.settle(hour)
        il, at = states.il, states.at
        first = np.ones(len(il), dtype=np.bool_)
        first[1:] = il[1:] != il[:-1]
        begun = np.roll(at, 1)
        begun[first] = self._since[il[first]]
        self._weigh(il, begun, at, states.before)
        last = np.roll(first, -1)
        self._since[il[last]] = at[last]
        self.level[il[last]] = states.level[last]
        self._turn(states)

    def settle(self, at: int) -> None:
        """Weigh all levels up to `at`."""
        known = np.flatnonzero(self._since != UNKNOWN)
        until = np.full(len(known), at)
        self._weigh(known, self._since[known], until, self.level[known])
        self._since[known] = at

    def close(self, at: int) -> None:
        """Weigh the last levels; stock-outs that go on end for the count of episodes."""
        self.settle(at)
        for il in np.flatnonzero(self._out_since != UNKNOWN).tolist():
            self._end(il, at)
        stocked = np.flatnonzero(self._since != UNKNOWN)
        self._episodes.add(np.zeros(len(stocked), np.int64), 1, place=stocked % self._places)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        return {"K06": self._out.told(), "K07": self._episodes.told()}

    def _weigh(self, il: Ints, begun: Ints, ended: Ints, level: Ints) -> None:
        """Add what lasted from `begun` to `ended`, which lie in one day."""
        lasted = np.where(begun == UNKNOWN, 0, ended - begun) // MILLI
        where = {"month": np.maximum(begun, 0) // DAY, "place": il % self._places}
        self._out.add(np.where(is_out(level), lasted, 0), lasted, **where)
        self.value_time += int((level[:, ON_HAND] * self.cost[il] * lasted).sum())
        self.backorder_time += int((level[:, BACKORDERED] * lasted).sum())

    def _turn(self, states: States) -> None:
        """Note where stock-outs begin and end."""
        now = is_out(states.level)
        turned = is_out(states.before) != now
        il, at, now = states.il[turned], states.at[turned], now[turned]
        self.flips.add(il, at, now)
        for where, when, out in zip(il.tolist(), at.tolist(), now.tolist(), strict=True):
            if not out:
                self._end(where, when)
            self._out_since[where] = when if out else UNKNOWN

    def _end(self, il: int, at: int) -> None:
        begun = self._out_since[il]
        if begun != UNKNOWN and at - begun >= EPISODE:
            self._episodes.one(1, 0, place=il % self._places)


def is_out(level: Ints) -> Flags:
    """Tell where nothing is available; one row of levels each."""
    return np.asarray(level[:, ON_HAND] - level[:, RESERVED] - level[:, HOLD] <= 0)
