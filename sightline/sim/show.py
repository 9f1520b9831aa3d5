# SPDX-License-Identifier: AGPL-3.0-or-later
"""What keeps a watched demo moving: small orders, purchase requests, now and then a shortage.

Life goes on at its own slow pace underneath. The show comes on top, leaves no stock missing in
the end, and keeps books of its own: history must come out the same however often it was shown.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sightline.sim.approvals import Approvals, Services
from sightline.sim.assortment import CUSTOMERS, LOCATIONS, Customer
from sightline.sim.orders import terms
from sightline.sim.shelf import Line, Shelf
from sightline.sim.world import EDI, ERP, WMS, World, money, stamp

MINUTE = 60.0
OFFICE_PACE = 0.012  # a day's waiting in about seventeen minutes
SHORTAGES = ("SOAP-5L", "LED-TUBE-15", "MASK-FFP2", "BLADE-125", "WIPE-ROLL")
FIRST_SHORTAGE, BETWEEN_SHORTAGES = 15.0, 8 * MINUTE  # seconds
RELEASED, ADVISED, RECEIVED, SHIPPED = 20.0, 50.0, 150.0, 190.0  # seconds into a shortage


class Show:
    """One showing; `session` is part of every document number and event id."""

    def __init__(self, world: World, shelves: list[Shelf], session: str) -> None:
        self.world = world
        self.shelves = shelves
        self.session = session
        self.dice = world.dice("show", session)
        self.taken = dict.fromkeys(shelves, 0)
        office = Approvals(world, self.dice, pace=OFFICE_PACE, series=f"{session}-")
        self.services = Services(office)
        short = [s for s in shelves if s.item.code in SHORTAGES and s.loc is not LOCATIONS[-1]]
        self.short = sorted(short, key=lambda s: SHORTAGES.index(s.item.code))

    def begin(self) -> None:
        """Schedule the first of everything; each schedules its next."""
        for second, loc in enumerate(LOCATIONS, start=2):
            mine = [shelf for shelf in self.shelves if shelf.loc is loc]
            self._in(second, partial(self._order, self.dice.choice(mine)))
        self._in(6, self._keep_ordering)
        self._in(10, self._keep_requesting)
        self._in(FIRST_SHORTAGE, self._keep_running_short)

    def _keep_ordering(self) -> None:
        self._order(self.dice.choice(self.shelves))
        self._in(self.dice.uniform(8, 16), self._keep_ordering)

    def _keep_requesting(self) -> None:
        self.services.ask(self.dice.choice(LOCATIONS), 100 * self.dice.randint(80, 6000))
        self._in(self.dice.uniform(40, 80), self._keep_requesting)

    def _keep_running_short(self) -> None:
        self.short.append(shelf := self.short.pop(0))
        self._run_short(shelf)
        self._in(BETWEEN_SHORTAGES, self._keep_running_short)

    def _order(self, shelf: Shelf) -> None:
        units = self.dice.randint(1, 3)
        if shelf.free - self.taken[shelf] < units:
            return
        line = self._place(shelf, units, self.dice.choice(CUSTOMERS))
        self._in(self.dice.uniform(2, 6), partial(self._allocate, shelf, line))
        self._in(self.dice.uniform(20, 60), partial(self._ship, shelf, line))
        self.taken[shelf] += units
        if self.taken[shelf] >= 2 * shelf.item.pack:
            self._in(2 * MINUTE, partial(self._top_up, shelf, self.taken[shelf]))
            self.taken[shelf] = 0

    def _run_short(self, shelf: Shelf) -> None:
        units = max(0, shelf.free) + round(1.2 * shelf.daily) + 10
        line = self._place(shelf, units, next(c for c in CUSTOMERS if c.tier == 1))
        order = f"PO-{self._number('po')}"
        buy = partial(self._buy, shelf, order, units)
        self._in(RELEASED, partial(buy, "supply.po_created", version=1, emergency=True))
        self._in(RELEASED + 2, partial(buy, "supply.po_released", version=1))
        self._in(ADVISED, partial(self._advise, buy, order))
        received = partial(buy, "inventory.receipt", source=WMS, asn_line=f"ASN-{order}")
        cost = money(shelf.item.cost)
        self._in(RECEIVED, partial(received, final=True, bucket="available", unit_cost=cost))
        self._in(RECEIVED + 5, partial(self._allocate, shelf, line))
        self._in(SHIPPED, partial(self._ship, shelf, line))

    def _place(self, shelf: Shelf, units: int, customer: Customer) -> Line:
        line = Line(f"SO-{self._number('order')}", customer, units, self.world.now.date())
        self._line(shelf, line, "demand.line_placed", source=ERP, **terms(shelf, line))
        return line

    def _allocate(self, shelf: Shelf, line: Line) -> None:
        self._line(shelf, line, "allocation.changed", kind="hard", policy_rank=1)

    def _ship(self, shelf: Shelf, line: Line) -> None:
        self._line(shelf, line, "inventory.shipment", carrier="DHL")

    def _top_up(self, shelf: Shelf, units: int) -> None:
        cost = money(shelf.item.cost)
        shelf.move(
            "inventory.receipt", units, series=self.session, bucket="available", unit_cost=cost
        )

    def _advise(self, buy: Callable[..., None], order: str) -> None:
        eta = stamp(self.world.now + timedelta(seconds=RECEIVED - ADVISED))
        buy("supply.asn", source=EDI, asn_line=f"ASN-{order}", eta=eta, carrier="DHL")

    def _line(
        self, shelf: Shelf, line: Line, kind: str, /, *, source: str = WMS, **more: Any
    ) -> None:
        shelf.move(
            kind,
            line.ordered,
            source=source,
            about=line.names(),
            flow=line.order,
            series=self.session,
            order_line=line.code,
            **more,
        )

    def _buy(
        self,
        shelf: Shelf,
        order: str,
        units: int,
        kind: str,
        /,
        *,
        source: str = ERP,
        **more: Any,
    ) -> None:
        ours = {"po": order, "po_line": f"{order}/1", "supplier": shelf.item.supplier.code}
        about = ours | {"asn_line": str(more["asn_line"])} if "asn_line" in more else ours
        shelf.move(
            kind,
            units,
            source=source,
            about=about,
            flow=order,
            series=self.session,
            **ours,
            **more,
        )

    def _number(self, series: str) -> str:
        return f"{self.session}-{self.world.number(self.session + series)}"

    def _in(self, seconds: float, step: Callable[[], None]) -> None:
        self.world.after(seconds / 3600, step)
