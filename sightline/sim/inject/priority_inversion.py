# SPDX-License-Identifier: AGPL-3.0-or-later
"""X10: web orders take the stock that contract customers of a place should get first."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import CHANNELS
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import Ints
from sightline.sim.inject.hooks import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

WEB = CHANNELS.index("web")
REGION, FIRST_OF_ALL = 0, 0


class PriorityInversion(Injector):
    """From half of the run on the place of R1 allocates to the web before anybody else."""

    code = "X10"

    def begin(self, world: "World") -> None:
        """Choose the place and the time."""
        self._place = int(world.cast.place_of_region[REGION])
        self._since = world.run.begins(0.5)
        self._label = world.labels.add(
            Label(
                label_id="X10/1",
                kind="priority_inversion",
                scope={"loc": world.cast.places[self._place].code, "channel": "web"},
                start=self._since,
                end=world.run.end,
                expected={"kpi": "K49", "inversions": 0},
            )
        )

    def ranks(self, place: int, at: int, ranks: Ints, channel: Ints) -> Ints:
        """Put web orders first at the place."""
        if place != self._place or at < self._since:
            return ranks
        return np.where(channel == WEB, FIRST_OF_ALL, ranks)

    def inverted(self, place: int, at: int, count: int) -> tuple[str, ...]:
        """Count allocations that went to a line before its better."""
        if place != self._place or at < self._since:
            return ()
        self._label.expected["inversions"] += count
        return (self._label.label_id,)
