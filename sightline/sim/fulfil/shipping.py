# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was picked leaves the dock."""

import numpy as np

from sightline.sim.cast.carriers import CARRIERS
from sightline.sim.engine.moments import DAY, HOUR, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import OpenLines

BASE_FREIGHT, FREIGHT_PER_KG, EXPRESS = 120, 18, 3  # cents a line, cents, factor
EXPRESS_SHARE, FIRST_TIERS = 0.25, 3  # of late lines with rank up to 3


class Shipping:
    """Shipments, hour by hour."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows
        self._express = world.draws.stream("shipping/express")
        self._weight = np.array([item.weight_g for item in world.cast.items], dtype=np.int64)

    def run(self, at: int) -> None:
        """Ship what leaves in the hour from `at`."""
        column = self._rows.column
        when = column("ship_at")
        leaves = (column("picking") > 0) & (when >= at) & (when < at + HOUR)
        rows = np.flatnonzero(leaves)
        if len(rows):
            self._ship(rows)

    def _ship(self, rows: Ints) -> None:
        when, il, units, shipped = self._rows.at(rows, "ship_at", "il", "picking", "shipped")
        self._world.book.post(when, il, on_hand=-units, reserved=-units, outstanding=-units)
        expedite = self._expedited(rows, when)
        self._keep(rows, when, units, shipped, expedite)
        self._tell(rows, when, units, expedite)

    def _expedited(self, rows: Ints, when: Ints) -> Ints:
        promise, rank, key = self._rows.at(rows, "promise_first", "rank", "key")
        drawn = self._express.chance(key.view(np.uint64), 0, EXPRESS_SHARE)
        late = when // DAY > promise
        return np.asarray(late & (rank <= FIRST_TIERS) & drawn, dtype=np.int64)

    def _keep(self, rows: Ints, when: Ints, units: Ints, shipped: Ints, expedite: Ints) -> None:
        on = when // DAY
        names = ("promise_first", "promise_last", "requested_day")
        for name, due in zip(
            ("by_promise", "by_last_promise", "by_request"), names, strict=True
        ):
            so_far, day = self._rows.at(rows, name, due)
            self._rows.put(rows, **{name: so_far + np.where(on <= day, units, 0)})
        self._rows.put(
            rows, shipped=shipped + units, shipped_at=when, picking=0, expedited=expedite
        )

    def _tell(self, rows: Ints, when: Ints, units: Ints, expedite: Ints) -> None:
        named = self._rows.named(rows)
        in_cases, price, day, number, cut, item = self._rows.at(
            rows, "in_cases", "price", "wave_day", "wave_no", "wave_cut", "item"
        )
        kilos = self._weight[item] * units // 1000
        freight = (BASE_FREIGHT + FREIGHT_PER_KG * kilos) * np.where(expedite, EXPRESS, 1)
        self._world.facts.many(
            "inventory.shipment",
            when,
            **named,
            units=units,
            in_cases=in_cases,
            price=price,
            wave_day=day,
            wave_no=number,
            wave_cut=cut,
            carrier=(named["customer"] + named["place"]) % len(CARRIERS),
            freight=freight,
            expedite=expedite,
        )
        self._world.returns.shipped(when, **named, units=units, price=price)
