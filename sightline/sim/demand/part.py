# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand as a part of the world: hands out the hour's order lines, tells what runs ahead."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.demand.announcements import Announcements
from sightline.sim.demand.forecasts import Forecasts
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.demand.rates import Rates
from sightline.sim.demand.signals import Signals
from sightline.sim.engine.moments import HOUR, day_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World


class Demand:
    """What customers ask for, hour by hour."""

    def __init__(self, world: "World", rates: Rates) -> None:
        self._hooks = world.hooks
        self._lines_of_day = LinesOfDay(world, rates)
        self._ahead = (
            Announcements(world, rates.promotions),
            Forecasts(world, rates),
            Signals(world, rates),
        )
        self._day = -1
        self._lines: DayLines | None = None

    def tick(self, at: int) -> None:
        """Decide nothing: customers do."""

    def within(self, at: int) -> None:
        """Tell what runs ahead of orders."""
        for each in self._ahead:
            each.within(at)

    def taken(self, at: int) -> DayLines | None:
        """Return the lines placed in the hour from `at`, in order of time, if any.

        They are as the company's systems take them: with added lines, and misread ones.
        """
        lines = self._lines_on(day_of(at))
        first, after = np.searchsorted(lines.at, [at, at + HOUR])
        return lines.taken(np.arange(first, after)) if after > first else None

    def _lines_on(self, day: int) -> DayLines:
        if self._lines is None or day != self._day:
            self._day, self._lines = day, self._company_lines(day)
        return self._lines

    def _company_lines(self, day: int) -> DayLines:
        own = self._lines_of_day.of(day)
        more = self._hooks.more_lines(day, own)
        lines = self._hooks.misread(day, own if more is None else DayLines.joined([own, more]))
        return lines.taken(np.lexsort((lines.item, lines.nth, lines.customer, lines.at)))
