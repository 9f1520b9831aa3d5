# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is wanted on average: by item and region, and what a day does to it.

Money in an order line depends on channel and class alone, so order lines follow the cast's
shares of value and regions, and pieces follow the price.
"""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.classes import BEHAVIOURS, CLASSES, EDI, LUMPY, SEASONAL
from sightline.sim.demand.promotions import Promotions
from sightline.sim.demand.sizes import Sizes
from sightline.sim.demand.weeks import PATTERN, WEEK, WEEKEND, Weeks, weekday
from sightline.sim.engine.draws import Draws, keys_of, mixed
from sightline.sim.engine.moments import Floats

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

LOCAL_TASTE = 0.3  # sigma of what an item means in one region rather than another
YEAR = 365.25
BIG_DAY, OTHER_DAYS = 3.0, 0.5  # of lumpy EDI demand: one weekday has most of it
MONDAY_TO_FRIDAY = 5
LUMPS = OTHER_DAYS + (BIG_DAY - OTHER_DAYS) * PATTERN[EDI] / WEEK  # mean by big day


class Rates:
    """Mean demand by item by region, without anything that goes wrong on purpose.

    Attributes
    ----------
    lines, units
        Mean order lines and pieces a day.
    variance
        Variance of the pieces of a day at its usual mean: what weekdays, seasons and
        promotions add is known ahead and not in it.
    shape
        Gamma shape of a day's mean, by item.
    sizes, promotions
        Order sizes; promotions.
    """

    def __init__(self, cast: "Cast", draws: Draws) -> None:
        behaviours = [BEHAVIOURS[each] for each in CLASSES]
        self._cast = cast
        self._draws = draws
        self.sizes = Sizes(cast)
        self.promotions = Promotions(cast, draws)
        self._weeks = Weeks(cast)
        self.shape = np.array([each.shape for each in behaviours])[cast.item_class]
        self.lines = self._mean_lines()
        mix = np.array([each.mix for each in behaviours])[cast.item_class]
        self._by_channel = self.lines[:, :, None] * mix[:, None, :]
        self.units = self._pieces(self._by_channel)
        self.variance = self._daily_variance()
        self._season = self._seasons()
        self._big_day = draws.stream("demand/big_day").whole(self.keys, 0, MONDAY_TO_FRIDAY)

    @property
    def keys(self) -> "np.ndarray[tuple[int, int], np.dtype[np.uint64]]":
        """Return keys of the cells, items by regions."""
        return mixed(self._cast.item_keys[:, None], keys_of(REGIONS)[None, :])

    def factor(self, day: int, cast: "Cast | None" = None) -> Floats:  # noqa: ARG002
        """Return expected pieces of `day` relative to `units`, items by regions."""
        return np.asarray(self._pieces(self.channel_lines(day)) / self.units)

    def channel_lines(self, day: int) -> Floats:
        """Return expected order lines of `day`, items by regions by channels."""
        usual = self._by_channel * self._weeks.factor(day)[None, :, :]
        usual[:, :, EDI] *= self._lump(day)
        factor = self._seasonal(day)[:, None] * self.promotions.factor(day)
        return np.asarray(usual * factor[:, :, None])

    def at_place(self, by_region: Floats) -> Floats:
        """Return the sums over the regions that each place serves, items by places."""
        total = np.zeros((len(by_region), len(self._cast.places)))
        for region, place in enumerate(self._cast.place_of_region.tolist()):
            total[:, place] += by_region[:, region]
        return total

    def usual_lines(self) -> Floats:
        """Return mean order lines a day, items by regions by channels."""
        return np.asarray(self._by_channel)

    def _pieces(self, channel_lines: Floats) -> Floats:
        return np.asarray((channel_lines * self.sizes.mean[:, None, :]).sum(axis=2))

    def _mean_lines(self) -> Floats:
        cast = self._cast
        behaviours = [BEHAVIOURS[each] for each in CLASSES]
        frequency = np.array([each.lines for each in behaviours])[cast.item_class]
        most = np.array([each.most_lines for each in behaviours])[cast.item_class]
        local = self._draws.stream("demand/local").lognormal(self.keys, 0, 1.0, LOCAL_TASTE)
        weight = (cast.item_value * frequency)[:, None] * cast.region_share * local
        wanted = cast.profile.lines_per_day
        lines = weight * wanted / weight.mean()
        for _ in range(20):  # what is cut off goes to the others
            lines = np.minimum(lines, most[:, None])
            free = lines < most[:, None]
            short = wanted * lines.size - lines.sum()
            lines = np.where(free, lines * (1 + short / lines[free].sum()), lines)
        return np.asarray(np.round(lines, 6))

    def _daily_variance(self) -> Floats:
        square = (self._by_channel * self.sizes.square[:, None, :]).sum(axis=2)
        return np.asarray(square + self.units**2 / self.shape[:, None])

    def _seasons(self) -> tuple[Floats, Floats]:
        """Return swing and day of the peak by item; only the seasonal class swings."""
        cast = self._cast
        swing = 0.3 + 0.4 * self._draws.stream("demand/swing").uniform(cast.item_keys, 0)
        of_family = keys_of(cast.families)[cast.item_family]
        peak = YEAR * self._draws.stream("demand/peak").uniform(of_family, 0)
        return np.where(cast.item_class == SEASONAL, swing, 0.0), peak

    def _seasonal(self, day: int) -> Floats:
        swing, peak = self._season
        return np.asarray(np.round(1 + swing * np.cos(2 * np.pi * (day - peak) / YEAR), 6))

    def _lump(self, day: int) -> Floats:
        if weekday(day) in WEEKEND:
            return np.ones(self.lines.shape)
        lump = np.where(self._big_day == weekday(day), BIG_DAY, OTHER_DAYS)
        lump = lump / LUMPS[self._big_day]
        return np.where((self._cast.item_class == LUMPY)[:, None], lump, 1.0)
