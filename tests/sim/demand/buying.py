# SPDX-License-Identifier: AGPL-3.0-or-later
"""A world in which customers ask and nobody answers: what demand alone brings about."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sightline.sim.cast.cast import Cast
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.part import Demand
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.facts import Fact, Many
from sightline.sim.engine.moments import DAY
from sightline.sim.engine.world import World
from sightline.sim.inject import catalogue
from sightline.sim.profile import PROFILES, Run

DAYS = 20
TELLING = 1
Key = tuple[int, int, int, int]


class Listener:
    """Takes the lines of every hour, as the company would."""

    def __init__(self, demand: Demand) -> None:
        self._demand = demand
        self.taken: list[DayLines] = []

    def tick(self, at: int) -> None:
        """Do nothing."""

    def within(self, at: int) -> None:
        """Take the hour's lines."""
        lines = self._demand.taken(at)
        if lines is not None:
            self.taken.append(lines)


@dataclass(frozen=True)
class Bought:
    """What a run brought; `lines` in order of time."""

    world: World
    rates: Rates
    lines: DayLines
    facts: list[Fact]
    many: list[Many]


@cache
def world_of(profile: str = "tiny", seed: int = 1) -> World:
    """Return a world without injectors, before its first hour."""
    run = Run(profile=PROFILES[profile], seed=seed)
    return World(run, Cast.build(run.profile, seed), catalogue.made(()))


@cache
def rates_of(profile: str = "tiny", seed: int = 1) -> Rates:
    """Return its rates."""
    world = world_of(profile, seed)
    return Rates(world.cast, world.draws)


@cache
def bought(seed: int, *codes: str, strike_day: float | None = None) -> Bought:
    """Live through three weeks of a tiny world with some injectors.

    Facts are told for the first seed only.
    """
    run = Run(profile=PROFILES["tiny"], seed=seed, injectors=codes).lasting(DAYS)
    if strike_day is not None:
        run = replace(run, strike=run.start + int(strike_day * DAY))
    world = World(run, world_of("tiny", seed).cast, catalogue.made(codes))
    demand = Demand(world, rates_of("tiny", seed))
    listener = Listener(demand)
    world.parts = [demand, listener] if seed == TELLING else [listener]
    hours = list(world.hours())
    facts = [fact for hour in hours for fact in hour.one]
    many = [each for hour in hours for each in hour.many]
    return Bought(world, rates_of("tiny", seed), DayLines.joined(listener.taken), facts, many)


def keys_of_lines(lines: DayLines) -> list[Key]:
    """Return what names each line."""
    columns = (lines.customer, lines.day, lines.nth, lines.item)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def same(one: DayLines, other: DayLines) -> bool:
    """Tell whether two sets of lines are equal, column by column."""
    names = DayLines.__slots__
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
