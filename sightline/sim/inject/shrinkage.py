# SPDX-License-Identifier: AGPL-3.0-or-later
"""X13: at one place stock vanishes unseen, until somebody counts it."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SHARE = 0.003  # of free stock, a day
RIPENS = 3 * DAY  # until counts show it


class Shrinkage(Injector):
    """From a quarter of the run on, at a place that the seed chooses."""

    code = "X13"

    def begin(self, world: "World") -> None:
        """Choose the place, make the label that collects what is lost and what is found."""
        places = world.cast.places
        self._place = world.draws.dice(self.code, "place").whole(0, len(places) - 1)
        self._since = world.run.begins(0.25, ripens=RIPENS)
        self._lost: dict[str, int] = {}
        self._found: dict[str, int] = {}
        self._items: list[str] = []
        self._label = world.labels.add(
            Label(
                label_id="X13/1",
                kind="shrinkage",
                of_class="inventory",
                scope={"loc": places[self._place].code, "items": self._items},
                start=self._since,
                end=world.run.end,
                expected={
                    "kpi": "K55",
                    "direction": "down",
                    "share_per_day": SHARE,
                    "alarm": "drift of count variance at the location",
                    "lost_units": self._lost,
                    "counted_units": self._found,
                },
            )
        )

    def leak_share(self, place: int, day: int) -> float:
        """Return the share at the place once it has begun."""
        return SHARE if place == self._place and day * DAY >= self._since else 0.0

    def leaked(self, place: int, day: int, units: dict[str, int]) -> tuple[str, ...]:
        """Write down what vanished."""
        if not self.leak_share(place, day):
            return ()
        for item, pieces in units.items():
            if item not in self._lost:
                self._items.append(item)
            self._lost[item] = self._lost.get(item, 0) + pieces
        return (self._label.label_id,)

    def revealed(self, label: str, item: str, units: int) -> None:
        """Write down what a count brought to light."""
        if label == self._label.label_id:
            self._found[item] = self._found.get(item, 0) + units
