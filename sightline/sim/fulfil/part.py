# SPDX-License-Identifier: AGPL-3.0-or-later
"""Order lines from the order to the dock, as one part of the world."""

from sightline.sim.demand.part import Demand
from sightline.sim.engine.moments import DAY
from sightline.sim.engine.world import World
from sightline.sim.fulfil.allocation import Allocation
from sightline.sim.fulfil.changes import Changes
from sightline.sim.fulfil.placing import Placing
from sightline.sim.fulfil.promising import Promising
from sightline.sim.fulfil.reallocation import Reallocation
from sightline.sim.fulfil.rows import LineBatch, OpenLines
from sightline.sim.fulfil.shipping import Shipping
from sightline.sim.fulfil.taking_back import TakingBack
from sightline.sim.fulfil.waves import Waves
from sightline.sim.procure.params import Params


class Fulfil:
    """Serves what `demand` places.

    Attributes
    ----------
    rows
        Lines that are open.
    """

    def __init__(self, world: World, demand: Demand, params: Params) -> None:
        self._world = world
        self._demand = demand
        self.rows = OpenLines()
        self._placing = Placing(world, self.rows, params)
        self._ticks = (
            TakingBack(world, self.rows),
            Reallocation(world, self.rows),
            Allocation(world, self.rows),
            Waves(world, self.rows),
            Promising(world, self.rows, self._placing),
        )
        self._changes = Changes(world, self.rows)
        self._shipping = Shipping(world, self.rows)

    def tick(self, at: int) -> None:
        """Take back, reallocate, allocate, release, promise anew; tidy up at midnight."""
        if at % DAY == 0:
            self._world.ended(self.rows.tidied())
        for each in self._ticks:
            each.run(at)

    def within(self, at: int) -> None:
        """Take in what is placed and changed in the hour, and ship what leaves."""
        self._changes.run(at)
        self._shipping.run(at)
        lines = self._demand.taken(at)
        if lines is not None and len(lines):
            self._placing.place(lines)

    def open(self) -> LineBatch:
        """Return the lines that are still open."""
        return self.rows.open()
