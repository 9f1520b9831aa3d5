# SPDX-License-Identifier: AGPL-3.0-or-later
"""X15: planning expects a quarter too much in one region."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, Floats, day_of
from sightline.sim.inject.hooks import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

REGION = REGIONS.index("R6")
TIMES = 1.25
FIRST = (
    0.2  # of the run, so that whole weeks that were forecast with it are over before its end
)
RIPENS = 14 * DAY


class ForecastBias(Injector):
    """Forecasts published from its beginning on; true demand stays as it was."""

    code = "X15"

    def begin(self, world: "World") -> None:
        """Choose when."""
        self._cast = world.cast
        self._since = world.run.begins(FIRST, ripens=RIPENS)
        self._place = int(world.cast.place_of_region[REGION])
        self._factor = np.ones((len(world.cast.items), len(REGIONS)))
        self._factor[:, REGION] = TIMES
        world.labels.add(
            Label(
                label_id="X15/1",
                kind="forecast_bias",
                of_class="planning",
                scope={"region": REGIONS[REGION], "loc": world.cast.places[self._place].code},
                start=self._since,
                end=world.run.end,
                expected={
                    "kpi": "K15",
                    "sign": 1,
                    "region_factor": TIMES,
                    "loc_factor": self._factor_of_place(world),
                },
            )
        )

    def _factor_of_place(self, world: "World") -> float:
        """Return the factor over all pieces of the place, which may serve other regions too."""
        units = Rates(world.cast, world.draws).units.sum(axis=0)
        here = world.cast.place_of_region == self._place
        return round(float((units * self._factor[0])[here].sum() / units[here].sum()), 4)

    def forecast_factor(self, day: int) -> Floats | None:
        """Raise what is expected of the region."""
        return self._factor if day > day_of(self._since) else None

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label the forecasts of the place that serves the region."""
        is_hit = (
            what == "forecast" and which == self._place and day_of(at) > day_of(self._since)
        )
        return ("X15/1",) if is_hit else ()
