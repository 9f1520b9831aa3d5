# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock that vanishes: the books do not know until somebody counts."""

import numpy as np

from sightline.sim.engine.moments import Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.shelves import Shelves


class Leaks:
    """What is gone from each shelf, and whose doing it is."""

    def __init__(self, world: World, shelves: Shelves) -> None:
        self._world = world
        self._shelves = shelves
        self._luck = world.draws.stream("leak")
        self._label: dict[int, str] = {}

    def tick(self, day: int) -> None:
        """Let vanish what vanishes on `day`: a share of free stock, in whole pieces."""
        for place in range(len(self._world.cast.places)):
            share = self._world.hooks.leak_share(place, day)
            if share:
                self._leak(place, day, share)

    def missed(self) -> Ints:
        """Return the shelves where a picker finds less than the books promise."""
        book = self._world.book
        gone = np.flatnonzero(book.leaked > 0)
        return np.asarray(gone[book.available[gone] < book.leaked[gone]])

    def revealed(self, il: Ints, gone: Ints) -> dict[int, str]:
        """Tell that counts of the shelves `il` found `gone` pieces missing.

        Returns
        -------
        dict[int, str]
            Row -> label of the counts that show what was done on purpose.
        """
        labels: dict[int, str] = {}
        for row, (shelf, units) in enumerate(zip(il.tolist(), gone.tolist(), strict=True)):
            if shelf in self._label:
                labels[row] = label = self._label.pop(shelf)
                self._world.hooks.revealed(label, self._code(shelf), units)
        return labels

    def _leak(self, place: int, day: int, share: float) -> None:
        book = self._world.book
        il = np.flatnonzero(self._shelves.place == place)
        there = np.maximum(book.available[il] - np.maximum(book.leaked[il], 0), 0)
        mean = share * there
        whole = np.floor(mean)
        more = self._luck.chance(self._shelves.keys[il], day, mean - whole)
        gone = np.minimum(whole.astype(np.int64) + more, there)
        book.leaked[il] += gone
        lost = dict(zip(il[gone > 0].tolist(), gone[gone > 0].tolist(), strict=True))
        units = {self._code(shelf): pieces for shelf, pieces in lost.items()}
        labels = self._world.hooks.leaked(place, day, units)
        if labels:
            self._label.update(dict.fromkeys(lost, labels[0]))

    def _code(self, il: int) -> str:
        return self._world.cast.items[int(self._shelves.item[il])].code
