# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every morning: orders that should have left, by worth and by what was agreed."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sightline.sim.cast.cast import SAME_DAY
from sightline.sim.engine.moments import DAY, HOUR, SECOND, Ints
from sightline.sim.systems.naming import order

if TYPE_CHECKING:
    from sightline.sim.engine.world import World
    from sightline.sim.fulfil.rows import OpenLines

KIND = "late_order"
MORNING, SECOND_OF_HOUR = 6, 45
DAYS_LATE = 2
WORTH, WORTH_AGREED = 200_000, 50_000
"""Cents still to be shipped that make an order an exception; less for same-day customers."""


class Late(NamedTuple):
    """What an order still lacks: its lines' item, place and region, and cents."""

    name: str
    items: Ints
    place: int
    region: int
    worth: int


class LateOrders:
    """Opens an exception for each order that is late enough, and settles it when it is not."""

    def __init__(self, world: "World", rows: "OpenLines") -> None:
        self._world = world
        self._rows = rows
        self._told: dict[str, None] = {}

    def tick(self, at: int) -> None:
        """Look once a day."""
        if at % DAY != MORNING * HOUR:
            return
        when = at + SECOND_OF_HOUR * SECOND
        late = {each.name: each for each in self._late(at // DAY)}
        for name in [name for name in self._told if name not in late]:
            del self._told[name]
            self._world.exceptions.settle(when, f"{KIND}/{name}", "shipped")
        for name in sorted(late.keys() - self._told.keys()):
            self._told[name] = None
            self._open(when, late[name])

    def _late(self, today: int) -> list[Late]:
        column = self._rows.column
        lacking = column("ordered") - column("shipped")
        rows = np.flatnonzero((lacking > 0) & (column("requested_day") <= today - DAYS_LATE))
        if not len(rows):
            return []
        of = self._rows.at(rows, "customer", "day", "nth")
        names, which = np.unique(np.stack(of), axis=1, return_inverse=True)
        worth = np.bincount(which, lacking[rows] * column("price")[rows]).astype(np.int64)
        ranks = self._world.cast.customer_contract_rank[names[0]]
        counts = worth >= np.where(ranks == SAME_DAY, WORTH_AGREED, WORTH)
        return [
            self._of(names[:, each], rows[which == each], int(worth[each]))
            for each in np.flatnonzero(counts).tolist()
        ]

    def _of(self, name: Ints, rows: Ints, worth: int) -> Late:
        customer, day, nth = name.tolist()
        items, place, region = self._rows.at(rows, "item", "place", "region")
        code = self._world.cast.customers[customer].code
        return Late(order(code, day, nth), items, int(place[0]), int(region[0]), worth)

    def _open(self, when: int, late: Late) -> None:
        self._world.exceptions.open(
            when,
            KIND,
            "high" if late.worth >= WORTH else "medium",
            f"{KIND}/{late.name}",
            region=late.region,
            item=int(late.items[0]) if len(late.items) == 1 else -1,
            place=late.place,
            object=f"order/{late.name}",
            money=late.worth,
        )
