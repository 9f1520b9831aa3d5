# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the systems report by themselves every hour: A items that are out of stock."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.engine.moments import SECOND, Flags, Ints
from sightline.sim.office.episode import Severity

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SECOND_OF_HOUR = 40  # when allocation and waves have been decided
PATIENCE_HOURS = 2
"""A shortage counts when it is seen so many hours running."""

MATERIAL = 50_000  # cents of demand that waits
GREAT = 500_000
A_ITEM = 0
KIND = "stock_out"


class Watch:
    """Opens and settles exceptions for stock that is out while customers wait."""

    def __init__(self, world: "World") -> None:
        self._world = world
        places = len(world.cast.places)
        self._is_watched: Flags = np.repeat(world.cast.item_abc == A_ITEM, places)
        self._price: Ints = np.repeat(world.cast.item_price, places)
        self._hours = np.zeros(len(self._price), dtype=np.int64)

    def tick(self, at: int) -> None:
        """Look at every stock that is watched."""
        book = self._world.book
        stakes = book.level[6] * self._price
        is_out = self._is_watched & (book.available <= 0) & (stakes >= MATERIAL)
        was_told = self._hours >= PATIENCE_HOURS
        self._hours = np.where(is_out, self._hours + 1, 0)
        when = at + SECOND_OF_HOUR * SECOND
        for il in np.flatnonzero(self._hours == PATIENCE_HOURS).tolist():
            self._open(when, il, int(stakes[il]))
        for il in np.flatnonzero(was_told & ~is_out).tolist():
            self._world.exceptions.settle(when, self._key(il), "no_longer_short")

    def _open(self, when: int, il: int, stake: int) -> None:
        item, place = divmod(il, len(self._world.cast.places))
        self._world.exceptions.open(
            when,
            KIND,
            self._severity(il, stake),
            self._key(il),
            region=self._world.cast.places[place].regions[0],
            item=item,
            place=place,
            money=stake,
        )

    def _severity(self, il: int, stake: int) -> Severity:
        level = self._world.book.level
        if level[3, il] + level[4, il] == 0:
            return "critical" if stake >= GREAT else "high"
        return "high" if stake >= GREAT else "medium"

    def _key(self, il: int) -> str:
        item, place = divmod(il, len(self._world.cast.places))
        return (
            f"{KIND}/{self._world.cast.items[item].code}/{self._world.cast.places[place].code}"
        )
