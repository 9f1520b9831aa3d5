# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who decides and who counts; known by role only, never by name.

How much somebody deals with in an hour grows with the world, so that queues form when somebody
is away and not for ever.
"""

import math

from sightline.sim.cast.kinds import REGIONS, Person, Place, Role
from sightline.sim.cast.places import ORDER_CYCLE_DAYS
from sightline.sim.engine.draws import Draws
from sightline.sim.profile import Profile

ALL_REGIONS = tuple(range(len(REGIONS)))
WORK_WEEK_HOURS = 40
PLANNER_RESERVE = 1.6  # capacity over mean load
LEAST_PER_HOUR = {"planner": 15.0, "buyer_lead": 10.0, "finance": 8.0, "exception_agent": 5.0}
CFO_PER_HOUR, COUNTS_PER_HOUR = 4.0, 30.0
REGION_HABIT, OWN_HABIT = 0.10, 0.25  # sd of log odds to override
MEAN_BIAS, BIAS = 0.02, 0.08  # mean and sd of log (final / recommended)
SHARE_TO_LEAD, SHARE_TO_FINANCE, SHARE_EXCEPTIONAL = 0.15, 0.03, 0.08  # of recommendations


def build(draws: Draws, profile: Profile, places: tuple[Place, ...]) -> tuple[Person, ...]:
    """Return planners, buyer leads, finance, CFO, exception agents and counters."""
    return (
        *(_planner(draws, profile, region, seat) for region in ALL_REGIONS for seat in "ab"),
        *(_lead(profile, region) for region in ALL_REGIONS),
        *_finance(profile),
        *(_agent(profile, region) for region in ALL_REGIONS),
        *(_counter(place, seat) for place in places for seat in "ab"),
    )


def recommendations_per_hour(profile: Profile) -> float:
    """Return how many recommendations a region brings per hour of office work, roughly."""
    a_week = 7 * profile.items * profile.places / ORDER_CYCLE_DAYS
    return a_week / len(REGIONS) / WORK_WEEK_HOURS


def _planner(draws: Draws, profile: Profile, region: int, seat: str) -> Person:
    code = _in_region("planner", region, seat)
    habit = draws.dice("region habit", REGIONS[region]).normal(0.0, REGION_HABIT)
    dice = draws.dice("planner habit", code)
    return _person(
        "planner",
        code,
        (region,),
        _in_region("planner", region, "b" if seat == "a" else "a"),
        _rate("planner", PLANNER_RESERVE * recommendations_per_hour(profile) / 2),
        overrides=round(habit + dice.normal(0.0, OWN_HABIT), 4),
        qty_bias=round(dice.normal(MEAN_BIAS, BIAS), 4),
    )


def _lead(profile: Profile, region: int) -> Person:
    stand_in = _in_region("lead", (region + 1) % len(REGIONS))
    load = SHARE_TO_LEAD * recommendations_per_hour(profile)
    per_hour = _rate("buyer_lead", PLANNER_RESERVE * load)
    return _person("buyer_lead", _in_region("lead", region), (region,), stand_in, per_hour)


def _finance(profile: Profile) -> tuple[Person, ...]:
    load = SHARE_TO_FINANCE * recommendations_per_hour(profile) * len(REGIONS) / 2
    per_hour = _rate("finance", PLANNER_RESERVE * load)
    return (
        _person("finance", "finance.a", ALL_REGIONS, "finance.b", per_hour),
        _person("finance", "finance.b", ALL_REGIONS, "finance.a", per_hour),
        _person("cfo", "cfo", ALL_REGIONS, "cfo.deputy", CFO_PER_HOUR),
        _person("cfo", "cfo.deputy", ALL_REGIONS, "", CFO_PER_HOUR),
    )


def _agent(profile: Profile, region: int) -> Person:
    stand_in = _in_region("agent", (region + 1) % len(REGIONS))
    load = SHARE_EXCEPTIONAL * recommendations_per_hour(profile)
    per_hour = _rate("exception_agent", PLANNER_RESERVE * load)
    return _person(
        "exception_agent", _in_region("agent", region), (region,), stand_in, per_hour
    )


def _counter(place: Place, seat: str) -> Person:
    code = f"counter.{place.code.lower()}"
    other = "b" if seat == "a" else "a"
    return _person("counter", code + seat, place.regions, code + other, COUNTS_PER_HOUR)


def _person(  # noqa: PLR0913  everybody has these
    role: Role,
    code: str,
    regions: tuple[int, ...],
    delegate: str,
    per_hour: float,
    *,
    overrides: float = 0.0,
    qty_bias: float = 0.0,
) -> Person:
    return Person(
        id=code,
        role=role,
        regions=regions,
        delegate=delegate,
        per_hour=per_hour,
        overrides=overrides,
        qty_bias=qty_bias,
    )


def _in_region(what: str, region: int, seat: str = "") -> str:
    return f"{what}.{REGIONS[region].lower()}{seat}"


def _rate(role: str, load: float) -> float:
    return max(LEAST_PER_HOUR[role], float(math.ceil(load)))
