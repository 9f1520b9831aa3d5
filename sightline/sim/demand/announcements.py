# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promotions as the company hears of them: planned two weeks ahead, settled one week ahead."""

from typing import TYPE_CHECKING, Any

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.promotions import (
    PLANNED_AHEAD,
    SETTLED_AHEAD,
    Promotion,
    Promotions,
)
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, date_of, day_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SOURCE = "mdm://hub"
AT_HOUR = 9 * HOUR  # of a day, UTC


class Announcements:
    """Puts down `demand.promotion_changed`."""

    def __init__(self, world: "World", promotions: Promotions) -> None:
        self._world = world
        self._promotions = promotions

    def within(self, at: int) -> None:
        """Announce what is due, and at first what was known before the run."""
        day = day_of(at)
        if at == self._world.run.start:
            self._known_before(at, day)
        elif at % DAY == AT_HOUR:
            for each in self._promotions.begun(day + PLANNED_AHEAD, day + PLANNED_AHEAD):
                self._tell(at, each, "planned")
            for each in self._promotions.begun(day + SETTLED_AHEAD, day + SETTLED_AHEAD):
                self._tell(at, each, _settled(each))

    def _known_before(self, at: int, day: int) -> None:
        for each in self._promotions.begun(day - PLANNED_AHEAD, day + PLANNED_AHEAD - 1):
            if each.last >= day:
                self._tell(at, each, "planned")
                if each.first < day + SETTLED_AHEAD:
                    self._tell(at + HOUR // 2, each, _settled(each))

    def _tell(self, at: int, each: Promotion, state: str) -> None:
        dice = self._world.draws.dice("promotion/told", each.code)
        version = 1 if state == "planned" else 2
        self._world.facts.one(
            Fact(
                at=at + MINUTE + dice.whole(0, 1_500) * SECOND,
                kind="demand.promotion_changed",
                source=SOURCE,
                name=f"promotion/{each.code}/{version}",
                data=self._data(each) | {"state": state, "version": version},
                about={"promotion": each.code},
                key=each.code,
                flow=each.code,
            )
        )

    def _data(self, each: Promotion) -> dict[str, Any]:
        cast = self._world.cast
        return {
            "promotion": each.code,
            "items": [cast.items[item].code for item in each.items],
            "regions": [REGIONS[region] for region in each.regions],
            "from": date_of(each.first).isoformat(),
            "to": date_of(each.last).isoformat(),
            "kind": "discount",
            "expected_uplift": each.uplift,
        }


def _settled(each: Promotion) -> str:
    return "cancelled" if each.is_cancelled else "approved"
