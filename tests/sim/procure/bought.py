# SPDX-License-Identifier: AGPL-3.0-or-later
"""A world that only buys: shelves are emptied by plain arithmetic, never by order lines."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from sightline.sim.cast.cast import Cast
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR, SECOND, Floats, day_of
from sightline.sim.engine.world import World
from sightline.sim.inject import catalogue
from sightline.sim.office.approvals import Approvals
from sightline.sim.office.exceptions import Exceptions
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.procure.params import Params
from sightline.sim.procure.part import Procure
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.profile import PROFILES, Run

DAYS = 24
SALES_AT = 10  # hours after midnight
BY_HAND = ("accepted", "modified", "rejected")


class Emptier:
    """Fills shelves once and takes a day's demand from each, as far as there is any.

    On day `fire`, counted from the first, all stock of the first place is lost.
    """

    def __init__(self, world: World, rates: Rates, params: Params, fire: int) -> None:
        self._world, self._rates, self._params = world, rates, params
        self._fire = world.run.start + fire * DAY if fire else 0

    def tick(self, at: int) -> None:
        book, places = self._world.book, len(self._world.cast.places)
        il = np.arange(len(book.on_hand))
        if at == self._world.run.start:
            book.post(at + SECOND, il, on_hand=self._params.opening())
        elif at % DAY == SALES_AT * HOUR:
            taken = np.minimum(self._wanted(day_of(at)), np.maximum(book.available, 0))
            book.post(at + SECOND, il, on_hand=-taken)
        elif at == self._fire:
            here = il[il % places == 0]
            book.post(at + SECOND, here, on_hand=-np.maximum(book.available[here], 0))

    def within(self, at: int) -> None:
        """Nothing happens in between."""

    def _wanted(self, day: int) -> Floats:
        rates, cast = self._rates, self._world.cast
        demand = rates.units * rates.factor(day, cast)
        true = self._world.hooks.demand_factor(day)
        luck = self._world.draws.stream("test/luck").lognormal(rates.keys, day, 0.9, 0.5)
        pieces = demand * luck * (1.0 if true is None else true)
        return np.rint(rates.at_place(pieces)).astype(np.int64).ravel()


@dataclass
class Bought:
    """What such a world went through."""

    world: World
    procure: Procure
    params: Params
    facts: list[Fact] = field(default_factory=list)
    ended: list[Any] = field(default_factory=list)

    @property
    def lines(self) -> list[PurchaseLine]:
        """Return all lines, closed ones first."""
        closed = [each for each in self.ended if isinstance(each, PurchaseLine)]
        return closed + self.procure.open_lines()

    @property
    def resolved(self) -> list[Recommendation]:
        """Return recommendations that came to an end."""
        return [each for each in self.ended if isinstance(each, Recommendation)]

    @property
    def by_hand(self) -> list[Recommendation]:
        """Return recommendations that a person decided."""
        return [each for each in self.resolved if each.outcome in BY_HAND]

    @property
    def label(self) -> Label:
        """Return the label of what was done; not that of a demand that it answers."""
        (label,) = (each for each in self.world.labels.all.values() if each.kind != "shift_up")
        return label

    def of(self, *kinds: str) -> list[Fact]:
        """Return facts of some kinds, by time."""
        found = [fact for fact in self.facts if fact.kind in kinds]
        return sorted(found, key=lambda fact: (fact.at, fact.name))

    def labelled(self, label: str) -> Iterator[Fact]:
        """Return the facts that belong to a label."""
        return (fact for fact in self.facts if label in fact.labels)


@cache
def life(
    *injectors: str, seed: int = 5, days: int = DAYS, profile: str = "tiny", fire: int = 0
) -> Bought:
    """Return what such a world went through; look, but do not touch."""
    run = Run(profile=PROFILES[profile], seed=seed, injectors=injectors).lasting(days)
    world = World(run, cast_of(profile, seed), catalogue.made(injectors))
    rates = Rates(world.cast, world.draws)
    params = Params(world, rates)
    world.approvals = Approvals(world)
    world.exceptions = Exceptions(world)
    procure = Procure(world, rates, params)
    emptier = Emptier(world, rates, params, fire)
    world.parts = [emptier, procure, world.approvals, world.exceptions]
    story = Bought(world, procure, params)
    gc.disable()  # it would search all lives so far again and again
    try:
        for hour in world.hours():
            story.facts += hour.one
            story.ended += hour.ended
    finally:
        gc.enable()
    return story


@cache
def cast_of(profile: str, seed: int) -> Cast:
    return Cast.build(PROFILES[profile], seed)
