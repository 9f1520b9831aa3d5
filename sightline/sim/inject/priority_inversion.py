# SPDX-License-Identifier: AGPL-3.0-or-later
"""X10: web orders take the stock that contract customers of a place should get first."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import CHANNELS
from sightline.sim.demand.lines import NOT_CHANGED, DayLines
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import HOUR, SECOND, Ints
from sightline.sim.inject.hooks import Injector
from sightline.sim.inject.orders import mark_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

WEB = CHANNELS.index("web")
REGION, FIRST_OF_ALL, NO_CONTRACT = 0, 0, 3
A_DAY = 3  # web orders a day for what contract customers order in the same hour
ORDER = 600  # number of an order that no usual order has


class PriorityInversion(Injector):
    """From half of the run on the place of R1 allocates to the web before anybody else.

    Somebody on the web wants just what contract customers want, where little is left of it.
    """

    code = "X10"

    def begin(self, world: "World") -> None:
        """Choose the place and the time."""
        self._world = world
        self._place = int(world.cast.place_of_region[REGION])
        self._since = world.run.begins(0.5)
        self._label = world.labels.add(
            Label(
                label_id="X10/1",
                kind="priority_inversion",
                scope={"loc": world.cast.places[self._place].code, "channel": "web"},
                of_class="allocation",
                start=self._since,
                end=world.run.end,
                expected={"kpi": "K49", "inversions": 0},
            )
        )
        self._mark = mark_of(world, self._orders())

    def _orders(self) -> Label:
        """Return the label of the web orders, which a demand detector may well find."""
        return Label(
            label_id="X10/orders",
            kind="one_time_order",
            of_class="demand",
            scope=dict(self._label.scope),
            start=self._since,
            end=self._label.end,
            expected={"orders_a_day": A_DAY},
        )

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Add web orders beside the contract lines for which least is left."""
        contract = self._world.cast.customer_contract_rank[lines.customer] < NO_CONTRACT
        here = (lines.place == self._place) & (lines.at >= self._since)
        rows = np.flatnonzero(contract & here)
        left = self._left(lines)[rows] - lines.units[rows]
        _, first = np.unique(lines.item[rows], return_index=True)
        rows, left = rows[first], left[first]
        scarce = rows[np.lexsort((lines.item[rows], left))][:A_DAY]
        return self._beside(lines.taken(scarce)) if len(scarce) else None

    def ranks(self, place: int, at: int, ranks: Ints, channel: Ints) -> Ints:
        """Put web orders first at the place."""
        if place != self._place or at < self._since:
            return ranks
        first: Ints = np.where(channel == WEB, FIRST_OF_ALL, ranks)
        return first

    def inverted(self, place: int, at: int, count: int) -> tuple[str, ...]:
        """Count allocations that went to a line before its better."""
        if place != self._place or at < self._since:
            return ()
        self._label.expected["inversions"] += count
        return (self._label.label_id,)

    def _left(self, lines: DayLines) -> Ints:
        il = lines.item * len(self._world.cast.places) + lines.place
        left: Ints = np.maximum(self._world.book.available[il], 0)
        return left

    def _beside(self, lines: DayLines) -> DayLines:
        """Return web lines that leave too little for `lines`, placed earlier in the hour."""
        customers, weights = self._world.cast.customers_of(REGION, WEB)
        dice = self._world.draws.dice("priority_inversion", int(lines.day[0]))
        buyer = dice.choice(customers.tolist(), weights.tolist())
        size = len(lines)
        hour = lines.at // HOUR * HOUR
        return replace(
            lines,
            at=hour + (lines.at - hour) // 2 // SECOND * SECOND,
            label=np.full(size, self._mark),
            customer=np.full(size, buyer),
            channel=np.full(size, WEB),
            region=np.full(size, REGION),
            nth=ORDER + np.arange(size),
            units=np.maximum(1, self._left(lines) - lines.units // 2),
            in_cases=np.zeros(size, dtype=np.int64),
            price=self._world.cast.item_price[lines.item],
            new_units=np.full(size, NOT_CHANGED),
            new_at=np.full(size, NOT_CHANGED),
            checked_at=np.zeros(size, dtype=np.int64),
        )
