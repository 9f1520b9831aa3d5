# SPDX-License-Identifier: AGPL-3.0-or-later
"""An office by itself: people with desks, and whatever a test has them do."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.draws import Dice
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, SECOND
from sightline.sim.engine.world import Hour, World
from sightline.sim.inject import catalogue
from sightline.sim.inject.hooks import Hooks, Injector
from sightline.sim.office.approvals import Approvals, Request
from sightline.sim.office.episode import Episode
from sightline.sim.office.exceptions import Exceptions
from sightline.sim.office.request import Trail
from sightline.sim.profile import PROFILES, Run

TINY = PROFILES["tiny"]
SEED = 1


@dataclass
class Lived:
    """What an office brought."""

    world: World
    hours: list[Hour]
    answers: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        return sorted((f for hour in self.hours for f in hour.one), key=lambda fact: fact.at)

    @property
    def trails(self) -> dict[str, Trail]:
        done = [each for hour in self.hours for each in hour.ended if isinstance(each, Trail)]
        return {trail.request.id: trail for trail in done}

    @property
    def episodes(self) -> list[Episode]:
        return [each for hour in self.hours for each in hour.ended if isinstance(each, Episode)]

    def of(self, **wanted: str) -> list[Fact]:
        """Return facts by fields of their data, in order of time."""
        return [f for f in self.facts if all(f.data.get(k) == v for k, v in wanted.items())]

    def by_request(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            if fact.kind.startswith("approval."):
                found[fact.data["request_id"]].append(fact)
        return found


def office(
    days: int = 28, *, codes: Sequence[str] = (), hooks: Sequence[Injector] = ()
) -> World:
    """Return a world in which nothing is bought or sold."""
    run = Run(profile=TINY, seed=SEED, injectors=tuple(codes)).lasting(days)
    injectors = Hooks([*catalogue.made(codes).injectors, *hooks])
    world = World(run, Cast.build(TINY, SEED), injectors)
    world.approvals = Approvals(world)
    world.exceptions = Exceptions(world)
    world.parts = [world.approvals, world.exceptions]
    return world


def live(world: World, *plan: tuple[int, Callable[[int], object]]) -> Lived:
    """Live through the run of `world` and do what is planned, by moment after its start."""
    for after, action in plan:
        world.agenda.at(world.run.start + after, f"test/{after}", action)
    return Lived(world, list(world.hours()))


def busy(world: World, requests: int) -> Lived:
    """Have so many requests asked in the hours of work of the run, and live through it."""
    lived = Lived(world, [])
    for nth in range(requests):
        request = drawn(world, nth, lived)
        world.approvals.ask(request, at=moment(world, nth))
    lived.hours.extend(world.hours())
    return lived


def drawn(world: World, nth: int, lived: Lived) -> Request:
    """Return a request like others, who keeps the answers that it hears."""
    dice = Dice(SEED, "request", nth)
    region = dice.whole(0, 5)
    heard = lived.answers.setdefault(f"APR-{nth}", [])
    return Request(
        id=f"APR-{nth}",
        object_type="po",
        object_id=f"PO-{nth}",
        region=region,
        amount=500_000 + round(dice.lognormal(1_500_000, 1.2)),
        requester=dice.choice(world.cast.people_of("planner", region)).id,
        then=lambda at, is_yes: heard.append((at, is_yes)),
    )


def moment(world: World, nth: int) -> int:
    """Return when the `nth` request is asked: on a day of work, not in the last week."""
    dice = Dice(SEED, "moment", nth)
    weeks = world.run.profile.days // 7 - 1
    day = 7 * dice.whole(0, weeks - 1) + dice.whole(0, 4)
    return world.run.start + day * DAY + 7 * HOUR + dice.whole(0, 8 * 3_600) * SECOND


def is_at_work(world: World, person: str, at: int) -> bool:
    """Tell whether somebody's office is open at `at` and he or she has no leave."""
    who = world.cast.person(person)
    hours = world.cast.office_of(who.regions[0])
    day = at // DAY
    is_open = hours.is_open(day) and hours.opens(day) <= at <= hours.closes(day)
    return is_open and not world.approvals.desks.shifts.is_on_leave(who, day)
