# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which shelves get a chore on a day, and when: by draws of shelf and day alone."""

import numpy as np

from sightline.sim.engine.moments import HOUR, MINUTE, Floats, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.shelves import CLOSED, Shelves

NONE = np.zeros(0, dtype=np.int64)


class Rota:
    """One kind of chore.

    Parameters
    ----------
    purpose
        Names its draws.
    share
        Chance of a shelf on a working day.
    """

    def __init__(
        self, world: World, shelves: Shelves, purpose: str, share: Floats | float
    ) -> None:
        self._shelves = shelves
        self._share = share
        self._picks = world.draws.stream(f"{purpose}/pick")
        self._hours = world.draws.stream(f"{purpose}/hour")
        self._at, self._il = NONE, NONE

    def plan(self, day: int) -> None:
        """Add what falls on `day`."""
        picked = np.flatnonzero(self._picks.chance(self._shelves.keys, day, self._share))
        at = self._shelves.at_work(self._hours, day, picked)
        is_open = at != CLOSED
        self._at = np.concatenate([self._at, at[is_open]])
        self._il = np.concatenate([self._il, picked[is_open]])

    def due(self, at: int) -> tuple[Ints, Ints]:
        """Take out what falls into the hour from `at`: moments and shelves.

        Moments lie after the hour's first minute.
        """
        is_due = self._at < at + HOUR
        when, il = np.maximum(self._at[is_due], at + MINUTE), self._il[is_due]
        self._at, self._il = self._at[~is_due], self._il[~is_due]
        order = np.lexsort((il, when))
        return when[order], il[order]
