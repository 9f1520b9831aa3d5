# SPDX-License-Identifier: AGPL-3.0-or-later
"""X3: now and then one business customer orders what otherwise comes in twenty days."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.asked import Asked
from sightline.sim.demand.classes import EDI
from sightline.sim.demand.lines import NOT_CHANGED, DayLines
from sightline.sim.demand.lines_of_day import ROOM, LinesOfDay
from sightline.sim.demand.weeks import WEEKEND, weekday
from sightline.sim.engine.draws import key_of
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Floats, day_of
from sightline.sim.inject.hooks import Injector
from sightline.sim.inject.orders import ONE_TIME, joined, line_ids, mark_of, marked

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

DAYS_OF_DEMAND = 20
EVERY_DAYS, FEWEST = 10, 3  # one per so many days of the run, but at least three
FIRST, LAST = 0.5, 0.95  # share of the run
LEAST_LINES, LEAST_UNITS = 0.15, 40.0  # a day of the place, in twenty days of it
AT_HOUR = 9 * HOUR  # UTC, when nobody watches


class OneTimeOrder(Injector):
    """Orders whose item, region and customer are drawn before the run."""

    code = "X3"

    def begin(self, world: "World") -> None:
        """Choose what is ordered, where and when."""
        self._world = world
        self._lines_of_day = LinesOfDay(world)
        rates = self._lines_of_day.rates
        self._usual = rates.at_place(rates.units)
        cells = self._able(rates.at_place(rates.lines))
        self._lines = [
            self._ordered(number, at, cells)
            for number, at in enumerate(self._moments(), start=1)
        ]

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Add the order of the day, if there is one."""
        return joined([line for line in self._lines if line.day[0] == day])

    def _moments(self) -> list[int]:
        """Return when the orders come, on working days in the second part of the run."""
        run = self._world.run
        count = max(FEWEST, run.profile.days // EVERY_DAYS)
        apart = int((LAST - FIRST) * run.profile.days * DAY / count)
        begin = run.begins(FIRST)
        others = [_morning(begin + number * apart) for number in range(1, count)]
        return [
            at for at in (begin if run.strike else _morning(begin), *others) if at < run.end
        ]

    def _able(self, lines: Floats) -> list[tuple[int, int]]:
        """Return items and regions that sell enough for a large order to be told apart."""
        place_of_region = self._world.cast.place_of_region
        pieces = DAYS_OF_DEMAND * self._usual[:, place_of_region]
        is_able = (pieces >= LEAST_UNITS) & (lines[:, place_of_region] >= LEAST_LINES)
        return [(item, region) for item, region in np.argwhere(is_able).tolist()]

    def _ordered(self, number: int, at: int, cells: list[tuple[int, int]]) -> DayLines:
        dice = self._world.draws.dice("one_time_order", number)
        item, region = dice.choice(cells)
        line = self._lines_of_day.placed(_asked(number, item, region, day_of(at)), ONE_TIME)
        units = self._units(item, int(line.place[0]))
        line = replace(
            line,
            at=np.array([at + MINUTE + dice.whole(0, 1_800) * SECOND]),
            units=np.array([units]),
            in_cases=np.array([1]),
            new_units=np.array([NOT_CHANGED]),
            new_at=np.array([NOT_CHANGED]),
        )
        return marked(line, mark_of(self._world, self._label(number, line)))

    def _units(self, item: int, place: int) -> int:
        """Return twenty days' demand of the place in whole cases."""
        pack = int(self._world.cast.item_pack[item])
        return max(1, round(DAYS_OF_DEMAND * float(self._usual[item, place]) / pack)) * pack

    def _label(self, number: int, line: DayLines) -> Label:
        cast, item, place = self._world.cast, int(line.item[0]), int(line.place[0])
        at = int(line.at[0])
        return Label(
            label_id=f"X3/{number}",
            kind="one_time_order",
            of_class="demand",
            scope={
                "item": cast.items[item].code,
                "loc": cast.places[place].code,
                "region": REGIONS[int(line.region[0])],
                "customer": cast.customers[int(line.customer[0])].code,
                "order_line": line_ids(cast, line)[0],
            },
            start=at,
            end=at + HOUR,
            expected={
                "units": int(line.units[0]),
                "usual_units_a_day": round(float(self._usual[item, place]), 3),
                "is_lasting": False,
                "demand_class": cast.items[item].demand,
            },
        )


def _asked(number: int, item: int, region: int, day: int) -> Asked:
    return Asked(
        keys=np.array([key_of("one_time_order", number)], dtype=np.uint64),
        number=np.array([day * ROOM]),
        item=np.array([item]),
        region=np.array([region]),
        channel=np.array([EDI]),
        day=day,
    )


def _morning(at: int) -> int:
    """Return nine o'clock of the next day from `at` on that is no weekend."""
    day = day_of(at)
    while weekday(day) in WEEKEND:
        day += 1
    return day * DAY + AT_HOUR
