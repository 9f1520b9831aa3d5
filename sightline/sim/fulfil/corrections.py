# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small corrections by hand: breakage, finds, things used up; some are entered twice."""

from typing import Final

from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import HOUR, SECOND, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rota import Rota
from sightline.sim.fulfil.shelves import Shelves, truly_free
from sightline.sim.fulfil.stock_facts import Correction, StockFacts

ADJUSTED, ISSUED = 0.004, 0.003  # chance of a shelf on a working day
REASONS: Final = ("BREAKAGE", "DAMAGE", "FOUND")
REASON_WEIGHTS: Final = (0.6, 0.25, 0.15)
SIZES: Final = (1, 2, 3, 6)
SIZE_WEIGHTS: Final = (0.5, 0.25, 0.15, 0.1)
TWICE = 0.12  # share that is entered twice and taken back
PURPOSES: Final = ("consumption", "sample", "scrap", "gift")
PURPOSE_WEIGHTS: Final = (0.4, 0.3, 0.2, 0.1)
PLENTY = 4  # free pieces for each piece taken, so that nobody's order is touched


class Corrections:
    """Decided at the top of the hour, when free stock is known; happens within it."""

    def __init__(self, world: World, shelves: Shelves) -> None:
        self._world = world
        self._shelves = shelves
        self._facts = StockFacts(world)
        self._adjusting = Rota(world, shelves, "adjust", ADJUSTED)
        self._using = Rota(world, shelves, "issue", ISSUED)

    def plan(self, day: int) -> None:
        """Choose the shelves of `day`."""
        self._adjusting.plan(day)
        self._using.plan(day)

    def tick(self, at: int) -> None:
        """Do what falls into the hour from `at`."""
        for rota, act in ((self._adjusting, self._adjust), (self._using, self._use)):
            when, shelves = rota.due(at)
            for moment, il in zip(when.tolist(), shelves.tolist(), strict=True):
                act(moment, il)

    def _adjust(self, at: int, il: int) -> None:
        name = self._shelves.code(il, day_of(at))
        dice = self._world.draws.dice("adjust", name)
        units, reason = dice.choice(SIZES, SIZE_WEIGHTS), dice.choice(REASONS, REASON_WEIGHTS)
        if truly_free(self._world.book, il) < PLENTY * units:
            return
        signed = units if reason == "FOUND" else -units
        correction = Correction(il, signed, reason, name)
        self._facts.adjusted(at, correction)
        if dice.chance(TWICE):
            self._again(at, correction, dice)

    def _again(self, at: int, correction: Correction, dice: Dice) -> None:
        """Enter the same once more; whoever did it notices before the hour is over."""
        again = at + dice.whole(10, 240) * SECOND
        undone = again + dice.whole(120, 2_400) * SECOND
        if undone < at // HOUR * HOUR + HOUR:
            self._facts.entered_twice(again, undone, correction)

    def _use(self, at: int, il: int) -> None:
        name = self._shelves.code(il, day_of(at))
        dice = self._world.draws.dice("issue", name)
        units = dice.choice(SIZES, SIZE_WEIGHTS)
        if truly_free(self._world.book, il) >= PLENTY * units:
            purpose = dice.choice(PURPOSES, PURPOSE_WEIGHTS)
            self._facts.issued(at, il, units, name, purpose=purpose)
