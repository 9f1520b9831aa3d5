# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning's forecasts: frozen every Monday for the weeks after, with the bias of each region.

Planning knows weekdays, holidays, seasons and promotions; it does not know what goes wrong.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.rates import Rates
from sightline.sim.demand.weeks import WEEK, weekday
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Floats, Ints, day_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

LAGS, FIRST_LAGS = (1, 2), (0, 1, 2)  # weeks from publication to the week forecast
AT_HOUR = 4 * HOUR  # Mondays, UTC
BIAS = dict(zip(REGIONS, (0.02, -0.03, 0.04, 0.0, -0.02, 0.03), strict=True))
NOISE = {0: 0.10, 1: 0.12, 2: 0.16}  # sigma by lag, of an item in a region
PER_SECOND = 50  # forecasts that planning writes


@dataclass(frozen=True, slots=True)
class ForecastBatch:
    """What was forecast at one time for the `days` from `first_day`, by ``il``, in pieces."""

    first_day: int
    days: int
    lag: int
    units: Ints


class Forecasts:
    """Puts down `forecast.published`."""

    def __init__(self, world: "World", rates: Rates) -> None:
        self._world = world
        self._rates = rates

    def within(self, at: int) -> None:
        """Publish when it is Monday, and at the beginning of the run."""
        if at == self._world.run.start:
            self._publish(at, FIRST_LAGS)
        elif at % DAY == AT_HOUR and self._is_later_monday(day_of(at)):
            self._publish(at, LAGS)

    def expected(self, published: int, lag: int) -> Floats:
        """Return pieces that planning expects in the week `lag`, items by regions."""
        first = week_of(published) + lag * WEEK
        true = sum(self._rates.factor(day) for day in range(first, first + WEEK))
        noise = self._world.draws.stream(f"forecast/{lag}").lognormal(
            self._rates.keys, first, np.exp(-(NOISE[lag] ** 2) / 2), NOISE[lag]
        )
        bias = 1 + np.array([BIAS[region] for region in REGIONS])
        wrong = self._world.hooks.forecast_factor(published)
        return np.asarray(
            self._rates.units * true * noise * bias * (1.0 if wrong is None else wrong)
        )

    def _is_later_monday(self, day: int) -> bool:
        return weekday(day) == 0 and day != day_of(self._world.run.start)

    def _publish(self, at: int, lags: tuple[int, ...]) -> None:
        for lag in lags:
            self._bucket(at, lag)

    def _bucket(self, at: int, lag: int) -> None:
        by_region = self.expected(day_of(at), lag)
        pieces = self._rates.at_place(by_region)
        spread = WEEK * self._rates.variance + (NOISE[lag] * by_region) ** 2
        items, places = pieces.shape
        item, place = np.divmod(np.arange(items * places), places)
        moments = at + MINUTE + item // PER_SECOND * SECOND
        units = np.rint(pieces).astype(np.int64).ravel()
        bucket_day = week_of(day_of(at)) + lag * WEEK
        self._world.ended(ForecastBatch(bucket_day, WEEK, lag, units))
        self._world.facts.many(
            "forecast.published",
            moments,
            self._labels(place, at),
            item=item,
            place=place,
            bucket_day=bucket_day,
            bucket_len=WEEK,
            units=units,
            version=week_of(day_of(at)) // WEEK,
            lag=lag,
            sd=np.ceil(np.sqrt(self._rates.at_place(spread))).astype(np.int64).ravel(),
        )

    def _labels(self, place: Ints, at: int) -> dict[int, str]:
        found = [
            self._world.hooks.labels_of("forecast", each, at)
            for each in range(len(self._world.cast.places))
        ]
        return {row: found[each][0] for row, each in enumerate(place.tolist()) if found[each]}


def week_of(day: int) -> int:
    """Return the Monday of the week of `day`."""
    return day - weekday(day)
