# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promotions: which items of a family are pushed where and when; known ahead, like a calendar.

Every family with items of class promo may have one promotion in each slot of four weeks. All of
it follows from the family and the slot, so a promotion does not depend on when the run begins.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.classes import PROMO
from sightline.sim.engine.draws import Draws
from sightline.sim.engine.moments import Floats, date_of

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

SLOT = 28  # days
SHARE = 0.7  # of the slots of a family that have one
CANCELLED = 0.1
PLANNED_AHEAD, SETTLED_AHEAD = 14, 7  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promotion; days since 1970, `last` included; items and regions by index."""

    code: str
    family: int
    items: tuple[int, ...]
    regions: tuple[int, ...]
    first: int
    last: int
    uplift: float
    is_cancelled: bool


class Promotions:
    """All promotions of a world."""

    def __init__(self, cast: "Cast", draws: Draws) -> None:
        self._cast = cast
        self._draws = draws
        self._items = self._items_by_family()
        self._of_slot = cache(self._made)

    def on(self, day: int) -> list[Promotion]:
        """Return what runs on `day`."""
        return [
            each for each in self.begun(day - SLOT, day) if day <= each.last and _runs(each)
        ]

    def begun(self, first: int, last: int) -> list[Promotion]:
        """Return what begins from `first` to `last`, cancelled ones too."""
        slots = range(first // SLOT, last // SLOT + 1)
        found = [each for slot in slots for each in self._of_slot(slot)]
        return [each for each in found if first <= each.first <= last]

    def factor(self, day: int) -> Floats:
        """Return factors on demand, items by regions."""
        factor = np.ones((len(self._cast.items), len(REGIONS)))
        for each in self.on(day):
            factor[np.ix_(each.items, each.regions)] *= each.uplift
        return factor

    def _items_by_family(self) -> dict[int, tuple[int, ...]]:
        promoted = np.flatnonzero(self._cast.item_class == PROMO)
        families = self._cast.item_family[promoted]
        return {
            int(family): tuple(promoted[families == family].tolist())
            for family in np.unique(families)
        }

    def _made(self, slot: int) -> tuple[Promotion, ...]:
        made = (self._promotion(family, slot) for family in self._items)
        return tuple(each for each in made if each)

    def _promotion(self, family: int, slot: int) -> Promotion | None:
        code = self._cast.families[family]
        dice = self._draws.dice("promotion", code, slot)
        if not dice.chance(SHARE):
            return None
        first = slot * SLOT + dice.whole(0, SLOT - 1)
        regions = [region for region in range(len(REGIONS)) if dice.chance(0.5)]
        return Promotion(
            code=f"PR-{code}-{date_of(first):%y%m%d}",
            family=family,
            items=self._items[family],
            regions=tuple(regions or [dice.whole(0, len(REGIONS) - 1)]),
            first=first,
            last=first + dice.whole(4, 9),
            uplift=round(dice.uniform(1.5, 2.8), 2),
            is_cancelled=dice.chance(CANCELLED),
        )


def _runs(promotion: Promotion) -> bool:
    return not promotion.is_cancelled
