# SPDX-License-Identifier: AGPL-3.0-or-later
"""X6: a warehouse's events stay away for hours and come in a burst; calls to suppliers fail."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.inject.injector import Injector, Outage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline.sim.cast.kinds import Place
    from sightline.sim.engine.world import World

REGION = 2  # R3
AFTER_OPENING = 2 * HOUR
LASTS, FAILS_FOR = 5 * HOUR, 12 * HOUR
SERVICE, FAILING = "supplier-api", 0.3


class IntegrationOutage(Injector):
    """Halfway, on a day of work, the feed of the place of R3 is cut off for five hours.

    From the same moment on the suppliers' interface refuses every third call for half a day.
    Where nothing happens to events on their way, no feed is cut off, and none is said to be.
    """

    code = "X6"

    def begin(self, world: "World") -> None:
        """Choose the time, and say what must be seen."""
        place = world.cast.places[int(world.cast.place_of_region[REGION])]
        self._since = _during_work(world, place.index)
        self._outages: tuple[Outage, ...] = ()
        if world.run.is_noisy:
            self._cut_off(world, place)
        world.labels.add(
            Label(
                label_id="X6/2",
                kind="calls_failing",
                scope={"service": SERVICE},
                start=self._since,
                end=self._since + FAILS_FOR,
                of_class="integration",
                expected={"added_failing_share": FAILING},
            )
        )

    def _cut_off(self, world: "World", place: "Place") -> None:
        outage = Outage(place.source, self._since, self._since + LASTS, "X6/1")
        self._outages = (outage,)
        world.labels.add(
            Label(
                label_id=outage.label,
                kind="feed_missing",
                scope={"feed": place.source, "loc": place.code},
                start=outage.since,
                end=outage.until,
                of_class="integration",
                expected={"feed": "down", "kpi_drift_after_catch_up": 0},
            )
        )

    def failure_share(self, service: str, at: int) -> float:
        """Return how many calls to suppliers fail besides."""
        return FAILING if self._is_hit(service, at) else 0.0

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label the calls to suppliers that fail in that time."""
        return ("X6/2",) if what == "call" and self._is_hit(name, at) else ()

    def _is_hit(self, service: str, at: int) -> bool:
        return service == SERVICE and self._since <= at < self._since + FAILS_FOR

    def outages(self) -> "Sequence[Outage]":
        """Return when the warehouse is cut off."""
        return self._outages


def _during_work(world: "World", place: int) -> int:
    """Return when it begins: some hours after a place has opened, unless somebody waits."""
    begins = world.run.begins(0.5)
    if world.run.strike is not None:
        return begins
    calendar = world.cast.calendar_of(place)
    day = next(day for day in range(begins // DAY, begins // DAY + 14) if calendar.is_open(day))
    return (calendar.opens(day) + AFTER_OPENING) // HOUR * HOUR
