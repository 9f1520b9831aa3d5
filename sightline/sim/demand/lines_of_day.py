# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order lines of a day: how many per item and region, then each one's own draws.

A line's draws are named by (item, region, day, how manieth), so that more or fewer lines
elsewhere, or more lines of the same item and region, change none of them. A day of 28 000
lines takes some 25 ms of processor time.
"""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.asked import Asked
from sightline.sim.demand.buyers import Buyers
from sightline.sim.demand.changes import Changes
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.rates import Rates
from sightline.sim.demand.times import Times
from sightline.sim.engine.moments import Floats, Ints

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

ROOM = 1_024  # more than an item's lines in a region on a day
FEW = 3.0  # mean lines; what has more is drawn apart, since drawing takes a step for each


class LinesOfDay:
    """Draws what customers ask for, whatever the company does."""

    def __init__(self, world: "World", rates: Rates | None = None) -> None:
        cast, draws = world.cast, world.draws
        self.rates = rates or Rates(cast, draws)
        self.buyers = Buyers(cast, draws, self.rates)
        self.times = Times(cast, draws)
        self._changes = Changes(draws, cast.item_pack)
        self._place_of_region = cast.place_of_region
        self._hooks = world.hooks
        self._keys = self.rates.keys.ravel()
        self._stream = draws.stream

    def of(self, day: int) -> DayLines:
        """Return the lines of `day` in order of time, without added or misread ones."""
        return self.drawn(day, self._hooks.demand_factor(day))

    def drawn(self, day: int, factor: Floats | None = None) -> DayLines:
        """Return the lines of `day` when true demand is `factor` times the usual."""
        lines = self.placed(self._asked(day, factor))
        return lines.taken(np.lexsort((lines.item, lines.nth, lines.customer, lines.at)))

    def placed(self, asked: Asked, first_order: int = 0) -> DayLines:
        """Return what is asked as lines of orders numbered from `first_order`, as they come."""
        customer = self.buyers.customers(asked)
        nth = first_order + self.buyers.nth(asked, customer)
        units, in_cases = self._sizes(asked)
        at = self.times.of(customer, asked, nth)
        new_units, new_at = self._changes.of(asked, at, units, in_cases)
        return DayLines(
            at=at,
            item=asked.item,
            region=asked.region,
            place=self._place_of_region[asked.region],
            customer=customer,
            channel=asked.channel,
            day=np.full(len(asked), asked.day),
            nth=nth,
            units=units,
            in_cases=in_cases,
            price=self.buyers.price(asked.item, customer),
            requested_day=self.buyers.requested_day(asked, customer),
            new_units=new_units,
            new_at=new_at,
            checked_at=np.zeros(len(asked), dtype=np.int64),
            label=np.zeros(len(asked), dtype=np.int64),
        )

    def _asked(self, day: int, factor: Floats | None) -> Asked:
        by_channel = self.rates.channel_lines(day)
        if factor is not None:
            by_channel = by_channel * factor[:, :, None]
        by_channel = by_channel.reshape(len(self._keys), -1)
        cell, nth_of_cell = spread(self._counts(by_channel.sum(axis=1), day))
        keys, number = self._keys[cell], day * ROOM + nth_of_cell
        item, region = np.divmod(cell, len(REGIONS))
        even = self._stream("demand/channel").uniform(keys, number)
        return Asked(keys, number, item, region, _picked(even, by_channel[cell]), day)

    def _counts(self, mean: Floats, day: int) -> Ints:
        """Return negative binomial counts by item and region."""
        spread = np.repeat(1 / (9 * self.rates.shape), len(REGIONS))
        normal = self._stream("demand/mean").normal(self._keys, day)
        mean = mean * np.maximum(1 - spread + normal * np.sqrt(spread), 0.01) ** 3
        counts = np.zeros(len(mean), dtype=np.int64)
        count = self._stream("demand/count")
        for rows in (np.flatnonzero(mean < FEW), np.flatnonzero(mean >= FEW)):
            counts[rows] = count.poisson(self._keys[rows], day, mean[rows])
        return counts

    def _sizes(self, asked: Asked) -> tuple[Ints, Ints]:
        normal = self._stream("demand/size").normal(asked.keys, asked.number)
        even = self._stream("demand/cases").uniform(asked.keys, asked.number)
        return self.rates.sizes.drawn(asked.item, asked.channel, normal, even)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each thing counted its cell and its number within the cell."""
    cell = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return cell, np.arange(len(cell)) - first[cell]


def _picked(even: Floats, weights: Floats) -> Ints:
    """Return a column of `weights` for each row."""
    steps = np.cumsum(weights, axis=1)
    return np.asarray((even[:, None] * steps[:, -1:] >= steps[:, :-1]).sum(axis=1))
