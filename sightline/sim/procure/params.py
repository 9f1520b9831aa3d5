# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning parameters of every item at every place, right ones and those in the system."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.engine.moments import Floats, Ints
from sightline.sim.engine.world import World
from sightline.sim.procure.levels import COVER_BY_ABC, Z_BY_ABC, Levels, Needs, levels

if TYPE_CHECKING:
    from sightline.sim.demand.rates import Rates

AHEAD_DAYS = range(0, 28, 4)  # days that stand for the four weeks to come
WEEK = 7


class Params:
    """How every item is planned at every place; flat arrays are by `il`.

    Attributes
    ----------
    needs
        Mean demand, lead times and so on, items by places.
    reorder_point, target, safety
        Pieces, for demand as it is over the year.
    lead_days
        From released order to dock, as the supplier's master record has it.
    """

    def __init__(self, world: World, rates: "Rates") -> None:
        self._world = world
        self._rates = rates
        self.needs = _needs(world, rates)
        usual = levels(self.needs)
        self.reorder_point = usual.reorder_point.ravel()
        self.safety = usual.safety.ravel()
        self.target = usual.target.ravel()
        self.lead_days = self.needs.lead_days.ravel()
        self._season: tuple[int, Floats] | None = None
        self._surprise: tuple[int, Floats] | None = None

    def opening(self) -> Ints:
        """Return what lies on each shelf as the world begins: between the two levels."""
        places = len(self._world.cast.places)
        keys = self._world.cast.item_keys.repeat(places)
        which = np.tile(np.arange(places), len(self._world.cast.items))
        share = self._world.draws.stream("opening").uniform(keys, which)
        span = self.target - self.reorder_point
        return np.asarray(self.reorder_point + (share * span).astype(np.int64))

    def season(self, day: int) -> Floats:
        """Return expected over mean demand for the weeks after `day`, items by places.

        Planning knows weekdays, seasons and promotions, and whatever biases its forecast; it is
        made anew every week.
        """
        week = day // WEEK
        if self._season is None or self._season[0] != week:
            self._season = (week, self._expected(week * WEEK))
        return self._season[1]

    def at_place(self, place: int, day: int, *, is_right: bool = False) -> Levels:
        """Return the levels at `place` for the season around `day`, one per item.

        `is_right` leaves out what is wrong in the system's parameters and knows true demand.
        """
        season = self.season(day)[:, place]
        if is_right:
            return levels(self.wrong_by(1.0, place, season * self.surprise(day)[:, place]))
        return levels(self.wrong_by(self._world.hooks.master_factor(place, day), place, season))

    def surprise(self, day: int) -> Floats:
        """Return true over expected demand on `day`, items by places."""
        if self._surprise is None or self._surprise[0] != day:
            factor = self._world.hooks.demand_factor(day)
            usual = self.needs.demand
            true = usual if factor is None else self._rates.at_place(self._rates.units * factor)
            self._surprise = (day, np.round(true / np.maximum(usual, 1e-9), 4))
        return self._surprise[1]

    def wrong_by(self, factor: float, place: int, season: Floats | float = 1.0) -> Needs:
        """Return the needs at `place` with lead time and lot wrong by `factor`."""
        mine = self.needs
        demand = mine.demand[:, place] * season
        return replace(
            mine,
            demand=demand,
            variance=mine.variance[:, place] * season,
            lead_days=mine.lead_days[:, place] * factor,
            lead_cv=mine.lead_cv[:, place],
            z=mine.z[:, place],
            cover_days=mine.cover_days[:, place] * factor,
            lot=mine.lot[:, place],
        )

    def _expected(self, first: int) -> Floats:
        rates, cast = self._rates, self._world.cast
        bias = self._world.hooks.forecast_factor(first)  # of the week in which it is made
        total = np.zeros(rates.units.shape)
        for ahead in AHEAD_DAYS:
            factor = rates.factor(first + ahead, cast)
            total += rates.units * factor * (1.0 if bias is None else bias)
        mean = np.maximum(self.needs.demand, 1e-9)
        return np.asarray(np.round(rates.at_place(total) / len(AHEAD_DAYS) / mean, 4))


def _needs(world: World, rates: "Rates") -> Needs:
    cast = world.cast
    demand = rates.at_place(rates.units)
    by_supplier = cast.item_supplier

    def per_item(values: Floats | Ints) -> Floats:
        return np.repeat(np.asarray(values, np.float64)[:, None], demand.shape[1], axis=1)

    lead = np.array([each.lead_days for each in cast.suppliers])[by_supplier]
    spread = np.array([each.lead_cv for each in cast.suppliers])[by_supplier]
    moq = np.array([max(each.moq, each.pack) for each in cast.items])
    return Needs(
        demand=demand,
        variance=rates.at_place(rates.variance),
        lead_days=per_item(lead),
        lead_cv=per_item(spread),
        z=per_item(Z_BY_ABC[cast.item_abc]),
        cover_days=per_item(COVER_BY_ABC[cast.item_abc]),
        lot=per_item(moq).astype(np.int64),
    )
