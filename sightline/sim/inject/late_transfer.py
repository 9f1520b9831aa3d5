# SPDX-License-Identifier: AGPL-3.0-or-later
"""X16: one place asks for help from others only after its shelf has been bare for a while."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

WAIT_HOURS = 36.0
RIPENS = 2 * DAY  # until a shelf has been bare for so long
REGIONS = (1, 3)  # R2 and R4, where a surge would make it hurt


class LateTransfer(Injector):
    """From a fifth of the run on, at the place of a region that the seed chooses."""

    code = "X16"

    def begin(self, world: "World") -> None:
        """Choose the place; labels come line by line."""
        region = world.draws.dice(self.code, "region").choice(REGIONS)
        self._place = int(world.cast.place_of_region[region])
        self._code = world.cast.places[self._place].code
        self._since = world.run.begins(0.2, ripens=RIPENS)
        self._until = world.run.end
        self._labels = world.labels

    def transfer_wait_hours(self, place: int, at: int) -> float:
        """Return the wait at the place once it has begun."""
        return WAIT_HOURS if place == self._place and at >= self._since else 0.0

    def late_transfer(self, line: str, item: str, place: int, at: int) -> tuple[str, ...]:
        """Label the line."""
        if not self.transfer_wait_hours(place, at):
            return ()
        label = Label(
            label_id=f"{self.code}/{line}",
            kind="late_transfer",
            of_class="supply",
            scope={"transfer_line": line, "item": item, "loc": self._code},
            start=at // HOUR * HOUR - int(WAIT_HOURS * HOUR),
            end=self._until,
            expected={"kpi": "K32", "direction": "zero or below"},
        )
        return (self._labels.add(label).label_id,)
