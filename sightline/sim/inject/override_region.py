# SPDX-License-Identifier: AGPL-3.0-or-later
"""X7: one region overrides three times as often, for one of three reasons."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, Floats, day_of
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

REGION = REGIONS.index("R5")
ODDS = 3.0
FIRST = 0.25  # of the run
RIPENS = 5 * DAY


class OverrideRegion(Injector):
    """What the three variants share: region, time, label."""

    kind: ClassVar[str]
    cause: ClassVar[str]
    is_right: ClassVar[bool]
    log_odds: ClassVar[float]  # that come on top of what the cause itself brings

    def begin(self, world: "World") -> None:
        """Make the label."""
        self._since = world.run.begins(FIRST, ripens=RIPENS)
        self._place = int(world.cast.place_of_region[REGION])
        self._items = len(world.cast.items)
        self._label = world.labels.add(
            Label(
                label_id=f"{self.code}/1",
                kind=self.kind,
                scope={
                    "region": REGIONS[REGION],
                    "loc": world.cast.places[self._place].code,
                    "planners": [each.id for each in world.cast.people_of("planner", REGION)],
                },
                start=self._since,
                end=world.run.end,
                of_class="planning",
                expected={
                    "kpi": ["K22", "K23", "K26"],
                    "override_odds_ratio": ODDS,
                    "cause": self.cause,
                    "overrides_add_value": self.is_right,
                    **self._details(),
                },
            )
        ).label_id

    def override_log_odds(self, region: int, at: int) -> float:
        """Return what is added in the region."""
        return self.log_odds if region == REGION and at >= self._since else 0.0

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label the overrides of the region."""
        is_mine = what == "decision" and which == REGION and at >= self._since
        return (self._label,) if is_mine else ()

    def _details(self) -> dict[str, Any]:
        return {}


class OverrideHabit(OverrideRegion):
    """Planners change what was right: mostly upwards, because they always do."""

    code = "X7a"
    kind, cause, is_right = "override_habit", "habit", False
    log_odds = math.log(ODDS)


class OverrideTrueDemand(OverrideRegion):
    """Customers of the region want more; planners see it and the model does not."""

    code = "X7b"
    kind, cause, is_right = "override_true_demand", "true_demand", True
    log_odds = 0.4
    times: ClassVar[float] = 1.6

    def begin(self, world: "World") -> None:
        """Make factors and both labels: of the overrides and of what they answer."""
        super().begin(world)
        self._factor = np.ones((self._items, len(REGIONS)))
        self._factor[:, REGION] = self.times
        world.labels.add(self._demand_label(world))

    def _demand_label(self, world: "World") -> Label:
        """Return the label of the demand; no line alone is its event, all of them are."""
        return Label(
            label_id=f"{self.code}/demand",
            kind="shift_up",
            scope={
                "region": REGIONS[REGION],
                "loc": world.cast.places[self._place].code,
                "items": [each.code for each in world.cast.items],
            },
            start=(day_of(self._since) + 1) * DAY,
            end=world.run.end,
            of_class="demand",
            first_detectable=self._first_difference(world),
            expected={"factor": self.times},
        )

    def _first_difference(self, world: "World") -> int:
        """Return when the first line comes that would not, or fails to; 0 if none does."""
        lines_of_day = LinesOfDay(world)
        for day in range(day_of(self._since) + 1, day_of(world.run.end - 1) + 1):
            usual = _lines(lines_of_day.drawn(day))
            different = usual ^ _lines(lines_of_day.drawn(day, self._factor))
            if different:
                return min(different)[0]
        return 0

    def demand_factor(self, day: int) -> Floats | None:
        """Raise true demand of the region."""
        return self._factor if day > day_of(self._since) else None

    def _details(self) -> dict[str, Any]:
        return {"demand_factor": self.times}


class OverrideWrongMaster(OverrideRegion):
    """Lead times and lots of the region's place are too small in the system."""

    code = "X7c"
    kind, cause, is_right = "override_wrong_master", "wrong_master", True
    log_odds = 0.7
    times: ClassVar[float] = 0.6

    def master_factor(self, place: int, day: int) -> float:
        """Return how wrong the place's parameters are."""
        is_mine = place == self._place and day > day_of(self._since)
        return self.times if is_mine else 1.0

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label the wrong records too."""
        is_record = what == "parameters" and which == self._place and at >= self._since
        return (self._label,) if is_record else super().labels_of(what, which, at, name)

    def _details(self) -> dict[str, Any]:
        return {"parameter_factor": self.times}


def _lines(lines: DayLines) -> set[tuple[int, ...]]:
    """Return what the books see of the lines, each with its moment first."""
    columns = (lines.at, lines.customer, lines.nth, lines.item, lines.units)
    return set(zip(*(column.tolist() for column in columns), strict=True))
