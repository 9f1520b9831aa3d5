# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits that other departments set, and how much of them is used: looks every morning."""

from typing import Any, Final, NamedTuple

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Ints, date_of, day_of
from sightline.sim.engine.world import World

LOOK_HOUR = 4  # UTC
FINANCE, TRANSPORT = "erp://sim", "tms://road"
SPACE, THOUSAND = 1.4, 1_000  # room over the opening stock; whole thousands of pieces
STOCK_DAYS, WEEK = 20, 7  # an opening stock lasts about so long
BUDGET, STEP = 1.5, 1_000_00  # over what a week uses up; whole 1 000 euro
DOCK_DAYS = 5  # working days that the dock looks ahead
TRUCK_G, SPARE = 9_000_000, 1.5  # load of a truck; trucks over those that a day needs
CREDIT_HOLD = 0.005  # chance of a customer on a Monday
CREDIT_LIMITS: Final = (5_000_00, 20_000_00, 50_000_00, 100_000_00)
CREDIT_DAYS: Final = (3, 12)
MONDAY: Final = 4  # 1970-01-05


class Limit(NamedTuple):
    """What a department says; `about` names what it holds for."""

    at: int
    kind: str
    source: str
    about: dict[str, str]
    data: dict[str, Any]


class Constraints:
    """Tells of limits; whether anybody heeds them is another matter."""

    def __init__(self, world: World) -> None:
        self._world = world
        items, places = world.cast.items, len(world.cast.places)
        self._weight = np.repeat([item.weight_g for item in items], places)
        self._cost = np.repeat([item.cost for item in items], places)
        self._place = np.tile(np.arange(places), len(items))
        self._opening: Ints | None = None

    def tick(self, at: int) -> None:
        """Do nothing: the morning's decisions come first."""

    def within(self, at: int) -> None:
        """Look at every place once a day, at budgets and credit on Mondays."""
        if self._opening is None:
            self._opening = self._world.book.on_hand.copy()
        if at % DAY != LOOK_HOUR * HOUR:
            return
        for place in range(len(self._world.cast.places)):
            self._look_at(at + 5 * MINUTE + place * SECOND, place, self._opening)
        if day_of(at) % WEEK == MONDAY:
            self._budgets(at + 10 * MINUTE, self._opening)
            self._credit(at + 15 * MINUTE)

    def _look_at(self, at: int, place: int, opening: Ints) -> None:
        where, book = self._world.cast.places[place], self._world.book
        here = self._place == place
        room = _up(SPACE * int(opening[here].sum()), THOUSAND)
        load = int((self._weight * opening)[here].sum()) / STOCK_DAYS
        leaving = int((self._weight * book.reserved)[here].sum())
        announced = int((book.level[4][here] > 0).sum())
        for kind, source, limit, used, unit in (
            ("warehouse_capacity", where.source, room, int(book.on_hand[here].sum()), "EA"),
            (
                "receiving_capacity",
                where.source,
                DOCK_DAYS * where.receive_lines,
                announced,
                "lines in five days",
            ),
            (
                "transport",
                TRANSPORT,
                _up(SPARE * load / TRUCK_G, 1),
                round(leaving / TRUCK_G, 2),
                "trucks",
            ),
        ):
            about = {"loc": where.code}
            data = about | {"limit": limit, "used": used, "scope": {"unit": unit}}
            self._tell(Limit(at, kind, source, about, data))

    def _budgets(self, at: int, opening: Ints) -> None:
        ordered = self._cost * self._world.book.level[3]
        for region, place in enumerate(self._world.cast.place_of_region.tolist()):
            here = self._place == place
            served = len(self._world.cast.places[place].regions)
            stock = int((self._cost * opening)[here].sum()) / served
            limit = _up(BUDGET * stock * WEEK / STOCK_DAYS, STEP)
            code = REGIONS[region]
            data = _euro(limit, int(ordered[here].sum()) // served) | {
                "region": code,
                "scope": {"region": code, "currency": "EUR"},
                "until": _date(at, WEEK - 1),
            }
            self._tell(Limit(at + region * SECOND, "budget", FINANCE, {"region": code}, data))

    def _credit(self, at: int) -> None:
        cast, day = self._world.cast, day_of(at)
        draws = self._world.draws.stream("credit_hold")
        for customer in np.flatnonzero(
            draws.chance(cast.customer_keys, day, CREDIT_HOLD)
        ).tolist():
            code = cast.customers[customer].code
            dice = self._world.draws.dice("credit_hold", code, day)
            limit = dice.choice(CREDIT_LIMITS)
            when = at + dice.whole(0, 1_800) * SECOND
            data = _euro(limit, int(limit * dice.uniform(1.02, 1.6))) | {
                "customer": code,
                "scope": {"currency": "EUR"},
                "until": _date(at, dice.whole(*CREDIT_DAYS)),
            }
            self._tell(Limit(when, "credit_hold", FINANCE, {"customer": code}, data))

    def _tell(self, limit: Limit) -> None:
        scope = next(iter(limit.about.values()))
        self._world.facts.one(
            Fact(
                at=limit.at,
                kind="constraint.snapshot",
                source=limit.source,
                name=f"constraint/{limit.kind}/{scope}/{_date(limit.at, 0)}",
                data={"kind": limit.kind} | limit.data,
                about=limit.about,
                key=scope,
            )
        )


def _up(amount: float, step: int) -> int:
    """Return `amount`, raised to a whole multiple of `step`, at least one."""
    return max(1, -int(-amount // step)) * step


def _euro(limit: int, used: int) -> dict[str, str]:
    return {"limit": f"{limit // 100}.00", "used": f"{used / 100:.2f}"}


def _date(at: int, later: int) -> str:
    return date_of(day_of(at) + later).isoformat()
