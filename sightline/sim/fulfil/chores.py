# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a warehouse does besides buying and selling: count, correct, use up, put on hold."""

from typing import TYPE_CHECKING

from sightline.sim.engine.moments import day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.corrections import Corrections
from sightline.sim.fulfil.counts import Counts
from sightline.sim.fulfil.holds import Holds
from sightline.sim.fulfil.leaks import Leaks
from sightline.sim.fulfil.shelves import Shelves

if TYPE_CHECKING:
    from sightline.sim.procure.params import Params


class Chores:
    """The first part of the hour: it opens the books, and later ones find them counted."""

    def __init__(self, world: World, params: "Params") -> None:
        self._world = world
        self._params = params
        shelves = Shelves(world.cast)
        self._leaks = Leaks(world, shelves)
        self._counts = Counts(world, shelves, self._leaks)
        self._corrections = Corrections(world, shelves)
        self._holds = Holds(world, shelves)
        self._day = -1

    def tick(self, at: int) -> None:
        """Count and correct what the hour from `at` brings; first of all, the opening stock."""
        if day_of(at) != self._day:
            self._begin_day(at)
        self._counts.tick(at)
        self._corrections.tick(at)
        self._holds.tick(at)

    def within(self, at: int) -> None:
        """Do nothing: chores are decided at the top of the hour."""

    def _begin_day(self, at: int) -> None:
        if self._day < 0:
            self._counts.open_books(at, self._params.opening())
        self._day = day_of(at)
        self._leaks.tick(self._day)
        for each in (self._counts, self._corrections, self._holds):
            each.plan(self._day)
