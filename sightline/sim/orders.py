# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers do to a shelf: order, wait, receive, cancel, send back."""

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sightline.sim.assortment import CUSTOMERS, Customer
from sightline.sim.shelf import Line, Shelf
from sightline.sim.world import ERP, WMS, money

WEEKDAY = (1.0, 1.05, 1.0, 1.05, 1.0, 0.8, 0.7)
LINES_A_DAY = 2.2
NOTICE_DAYS = {"edi": 2, "sales": 1, "web": 0}
SURGE_LINES = 7
CANCELLED, SENT_BACK, RESALABLE = 0.015, 0.05, 0.7


class Orders:
    """Demand on one shelf, day after day."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.world = shelf.world
        self.dice = self.world.dice("demand", shelf.item.code, shelf.loc.code)
        shelf.serve = self._serve_waiting

    def open_day(self, midnight: datetime) -> None:
        """Schedule the orders of the day that begins at `midnight`, and the next day."""
        weight = WEEKDAY[midnight.weekday()]
        for _ in range(_lines(self.dice, weight)):
            typical = self.shelf.daily / LINES_A_DAY
            ordered = max(1, round(typical * self.dice.lognormvariate(-0.04, 0.28)))
            when = midnight + timedelta(hours=self.dice.uniform(6.5, 18))
            customer = self.dice.choice(CUSTOMERS)
            self.world.at(when, partial(self.place, ordered, customer))
        tomorrow = midnight + timedelta(days=1)
        self.world.at(tomorrow, partial(self.open_day, tomorrow))

    def surge(self, midnight: datetime) -> None:
        """Schedule far more than usual on the day that begins at `midnight`, due in a week."""
        dice = self.world.dice("surge", self.shelf.item.code)
        for _ in range(SURGE_LINES):
            ordered = round(self.shelf.daily * dice.uniform(0.7, 1.1))
            when = midnight + timedelta(hours=dice.uniform(8, 17))
            customer = dice.choice(CUSTOMERS)
            self.world.at(when, partial(self.place, ordered, customer, notice=7))

    def place(self, ordered: int, customer: Customer, *, notice: int | None = None) -> None:
        """Take an order; `notice` is the days until it is wanted, by default the channel's."""
        days = NOTICE_DAYS[customer.channel] if notice is None else notice
        order = f"SO-{self.world.number('order', 100_001)}"
        line = Line(order, customer, ordered, self.world.now.date() + timedelta(days=days))
        self._line("demand.line_placed", line, ordered, **terms(self.shelf, line))
        self.shelf.owed += ordered
        chance = self.dice.random()
        step = self._cancel if chance < CANCELLED else self._allocate
        self.world.after(self.dice.uniform(0.08, 0.5), lambda: step(line))

    def _serve_waiting(self) -> None:
        while self.shelf.waiting and self.shelf.free > 0:
            self._allocate(self.shelf.waiting.popleft())

    def _allocate(self, line: Line) -> None:
        units = min(self.shelf.free, line.missing)
        if units > 0:
            line.allocated += units
            self.shelf.reserved += units
            self._line("allocation.changed", line, units, kind="hard", policy_rank=1)
            self.world.at(self._pick_time(line), lambda: self._ship(line, units))
        if line.missing:
            self.shelf.waiting.append(line)

    def _pick_time(self, line: Line) -> datetime:
        day = self.world.now.replace(hour=0, minute=0, second=0)
        wanted = day + (line.requested - self.world.now.date())
        morning = wanted + timedelta(hours=self.dice.uniform(8, 14))
        return max(morning, self.world.now + timedelta(hours=self.dice.uniform(0.7, 3)))

    def _ship(self, line: Line, units: int) -> None:
        self.shelf.on_hand -= units
        self.shelf.reserved -= units
        self.shelf.owed -= units
        carrier = self.dice.choice(("DHL", "DB-SCHENKER", "GEODIS"))
        self._line("inventory.shipment", line, units, carrier=carrier)
        if self.dice.random() < SENT_BACK:
            back = max(1, round(units * self.dice.uniform(0.05, 0.3)))
            self.world.after(self.dice.uniform(20, 90), lambda: self._give_back(line, back))

    def _give_back(self, line: Line, units: int) -> None:
        resalable = self.dice.random() < RESALABLE
        how = "resalable" if resalable else "inspect"
        self.shelf.on_hand += units
        self._line("inventory.returned", line, units, disposition=how)
        if resalable:
            self.shelf.serve()
        else:
            self.shelf.hold += units
            hours = self.dice.uniform(18, 40)
            self.world.after(hours, lambda: self.shelf.pass_inspection(units))

    def _cancel(self, line: Line) -> None:
        self.shelf.owed -= line.ordered
        self._line("demand.line_cancelled", line, line.ordered, version=2, initiator="customer")

    def _line(self, kind: str, line: Line, units: int, /, **more: Any) -> None:
        self.shelf.move(
            kind,
            units,
            source=ERP if kind.startswith("demand.") else WMS,
            about=line.names(),
            flow=line.order,
            order_line=line.code,
            **more,
        )


def _lines(dice: Random, weight: float) -> int:
    """Return one line and up to three more."""
    return 1 + sum(dice.random() < (LINES_A_DAY * weight - 1) / 3 for _ in range(3))


def terms(shelf: Shelf, line: Line) -> dict[str, Any]:
    """Return what an order line says beside item, location and quantity."""
    return {
        "version": 1,
        "price": money(shelf.item.price),
        "requested_date": line.requested.isoformat(),
        "channel": line.customer.channel,
        "segment": line.customer.segment,
        "tier": line.customer.tier,
        "customer": line.customer.code,
        "region": shelf.loc.region,
    }
