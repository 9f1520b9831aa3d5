# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a count or a hold leaves less than is reserved, lines lose what is not there."""

import numpy as np

from sightline.sim.engine.moments import SECOND, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.allocation import shared_out
from sightline.sim.fulfil.rows import NEVER, OpenLines

SECOND_OF_HOUR = 9  # counts are in by then, allocation begins after it


class TakingBack:
    """Takes reservations back, from the worst rank first."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows

    def run(self, at: int) -> None:
        """Take back what is reserved at `at` and not there."""
        available = self._world.book.available
        if not (available < 0).any():
            return
        rows = self._holding(available)
        if len(rows):
            il, held = self._rows.at(rows, "il", "allocated")
            held = held - self._rows.at(rows, "shipped")[0]
            back = shared_out(il, held, -available)
            self._take(at, rows[back > 0], back[back > 0])

    def _holding(self, available: Ints) -> Ints:
        """Return lines with stock of items that lack it, by item and place, the worst first."""
        column = self._rows.column
        holds = column("allocated") > column("shipped")
        rows = np.flatnonzero(holds & (available[column("il")] < 0))
        il, rank, requested, key = self._rows.at(rows, "il", "rank", "requested_day", "key")
        return rows[np.lexsort((key, -requested, -rank, il))]

    def _take(self, at: int, rows: Ints, units: Ints) -> None:
        il, allocated, picking = self._rows.at(rows, "il", "allocated", "picking")
        self._rows.put(
            rows,
            allocated=allocated - units,
            picking=np.minimum(picking, allocated - units - self._rows.at(rows, "shipped")[0]),
        )
        when = np.full(len(rows), at + SECOND_OF_HOUR * SECOND)
        self._world.book.post(when, il, reserved=-units, backordered=units)
        self._world.facts.many(
            "allocation.changed",
            when,
            **self._rows.named(rows),
            units=-units,
            hard=1,
            rank=self._rows.at(rows, "rank")[0],
            from_customer=NEVER,
            from_day=NEVER,
            from_nth=NEVER,
        )
