# SPDX-License-Identifier: AGPL-3.0-or-later
"""A promise that was missed is replaced by a new one, once a day."""

import numpy as np

from sightline.sim.engine.moments import DAY, HOUR, SECOND, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.placing import Placing
from sightline.sim.fulfil.rows import OpenLines

AT_HOUR, SECOND_OF_HOUR = 5, 50
LATER_DAYS, BY_HAND = 2, 2


class Promising:
    """Looks every morning (UTC) for lines whose day has passed."""

    def __init__(self, world: World, rows: OpenLines, placing: Placing) -> None:
        self._world = world
        self._rows = rows
        self._placing = placing

    def run(self, at: int) -> None:
        """Promise anew what should have left by yesterday."""
        if at % DAY != AT_HOUR * HOUR:
            return
        column = self._rows.column
        open_units = column("ordered") - column("shipped")
        late = (column("promise_last") < day_of(at)) & (open_units > 0)
        rows = np.flatnonzero(late)
        if not len(rows):
            return
        promises, place = self._rows.at(rows, "promises", "place")
        days = np.full(len(rows), day_of(at) + LATER_DAYS)
        day = self._placing.open_days(days, place)
        self._rows.put(rows, promises=promises + 1, promise_last=day)
        self._world.facts.many(
            "demand.line_promised",
            np.full(len(rows), at + SECOND_OF_HOUR * SECOND),
            **self._rows.named(rows),
            promise_day=day,
            promise_no=promises + 1,
            basis=BY_HAND,
            units=open_units[rows],
        )
