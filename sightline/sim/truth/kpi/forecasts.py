# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far forecasts were off."""

from typing import Any

import numpy as np

from sightline.sim.demand.forecasts import ForecastBatch
from sightline.sim.demand.weeks import WEEK
from sightline.sim.engine.moments import Ints
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.truth.kpi.tally import Dimensions, Tally


class ForecastErrors:
    """K15 and K16 by lag in weeks, of weeks that lie in the run.

    Demand is what was ordered in the end for a requested day of the week, shipped or not. The
    first week is left out, for what was ordered for it before the run began is not known.
    """

    def __init__(self, dimensions: Dimensions, cells: int, days: tuple[int, int]) -> None:
        self._dimensions = dimensions
        self._cells, self._places = cells, len(dimensions.place)
        self._first_day, self._end_day = days
        weeks = -(-(days[1] - days[0]) // WEEK)
        self._demand = np.zeros((weeks, cells), dtype=np.int64)
        self._forecasts: list[ForecastBatch] = []

    def take(self, batch: ForecastBatch) -> None:
        """Take in forecasts of one week, made at one time."""
        if (
            batch.first_day >= self._first_day + WEEK
            and batch.first_day + batch.days <= self._end_day
        ):
            self._forecasts.append(batch)

    def lines(self, batch: LineBatch) -> None:
        """Take in order lines, of which every one comes once."""
        columns = batch.columns
        week = (columns["requested_day"] - self._first_day) // WEEK
        inside = (week >= 0) & (week < len(self._demand))
        where = (week[inside], columns["il"][inside])
        np.add.at(self._demand, where, columns["ordered"][inside])

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; ``K15`` is above 0 where too much was expected."""
        told = {}
        for lag in sorted({batch.lag for batch in self._forecasts}):
            bias, error = self._tallies(lag)
            told[f"K15.lag{lag}"], told[f"K16.lag{lag}"] = bias.told(), error.told()
        return told

    def _tallies(self, lag: int) -> tuple[Tally, Tally]:
        bias, error = (self._dimensions.tally("month", "place") for _ in range(2))
        place: Ints = np.arange(self._cells) % self._places
        for batch in self._forecasts:
            if batch.lag != lag:
                continue
            actual = self._demand[(batch.first_day - self._first_day) // WEEK]
            off = batch.units - actual
            where = {"month": np.full(self._cells, batch.first_day), "place": place}
            bias.add(off, actual, **where)
            error.add(np.abs(off), actual, **where)
        return bias, error
