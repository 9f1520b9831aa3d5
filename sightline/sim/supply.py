# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a shelf is filled again: review, purchase order, approval, advice, receipt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sightline.sim.approvals import Approvals, Request
from sightline.sim.shelf import Shelf
from sightline.sim.world import EDI, ERP, WMS, money, stamp

APPROVAL_DAYS, SAFETY_DAYS, COVER_DAYS = 3, 1, 7
IN_TWO_PARTS, LATER, INSPECTED = 0.12, 0.1, 0.06


@dataclass(slots=True)
class Purchase:
    """A purchase order of one line."""

    code: str
    units: int
    advised: int = 0

    @property
    def line(self) -> str:
        """Return the id of the order's only line."""
        return f"{self.code}/1"


class Supply:
    """Replenishment of one shelf."""

    def __init__(self, shelf: Shelf, office: Approvals) -> None:
        self.shelf = shelf
        self.world = shelf.world
        self.office = office
        self.dice = self.world.dice("supply", shelf.item.code, shelf.loc.code)

    def target(self) -> int:
        """Return the units to order up to."""
        return self.trigger() + round(COVER_DAYS * self.shelf.daily)

    def trigger(self) -> int:
        """Return the net units below which an order is placed."""
        days = self.shelf.item.supplier.lead_days + APPROVAL_DAYS + SAFETY_DAYS
        return round(days * self.shelf.daily)

    def review(self, morning: datetime) -> None:
        """Order when too little is left, now and every morning after `morning`."""
        if self.shelf.net < self.trigger():
            packs = -((self.shelf.net - self.target()) // self.shelf.item.pack)
            self._request(packs * self.shelf.item.pack)
        tomorrow = morning + timedelta(days=1)
        self.world.at(tomorrow, lambda: self.review(tomorrow))

    def _request(self, units: int) -> None:
        order = Purchase(f"PO-{self.world.number('po', 4001)}", units)
        self.shelf.pipeline += units
        need = self.world.now + timedelta(
            days=self.shelf.item.supplier.lead_days + APPROVAL_DAYS
        )
        self._say(
            "supply.po_created",
            order,
            units,
            version=1,
            price=money(self.shelf.item.cost),
            need_date=need.date().isoformat(),
            emergency=False,
        )
        amount = units * self.shelf.item.cost
        self.office.ask(
            Request(
                order.code,
                self.shelf.loc,
                amount,
                then=lambda: self._release(order),
                otherwise=lambda: self._drop(order),
            )
        )

    def _drop(self, order: Purchase) -> None:
        self.shelf.pipeline -= order.units

    def _release(self, order: Purchase) -> None:
        self._say("supply.po_released", order, order.units, version=1)
        self.world.after(self.dice.uniform(2, 20), lambda: self._acknowledge(order))
        days = self.shelf.item.supplier.lead_days * self.dice.uniform(0.8, 1.25) - 1
        split = self.dice.random() < IN_TWO_PARTS
        first = order.units // 2 if split else order.units
        self.world.after(24 * days, lambda: self._advise(order, first))
        if split:
            self.world.after(
                24 * (days + 1.5), lambda: self._advise(order, order.units - first)
            )

    def _acknowledge(self, order: Purchase) -> None:
        late = 2 if self.dice.random() < LATER else 0
        arrival = self.world.now + timedelta(days=self.shelf.item.supplier.lead_days + late)
        self._say(
            "supply.po_acknowledged",
            order,
            order.units,
            source=EDI,
            confirmed_date=arrival.date().isoformat(),
            status="change" if late else "accept",
        )

    def _advise(self, order: Purchase, units: int) -> None:
        order.advised += 1
        asn = f"ASN-{order.code}-{order.advised}"
        hours = self.dice.uniform(18, 32)
        self._say(
            "supply.asn",
            order,
            units,
            source=EDI,
            asn_line=asn,
            ship_date=self.world.now.date().isoformat(),
            eta=stamp(self.world.now + timedelta(hours=hours)),
            carrier=self.dice.choice(("DHL", "DB-SCHENKER", "RABEN")),
        )
        self.world.after(hours, lambda: self._receive(order, asn, units))

    def _receive(self, order: Purchase, asn: str, units: int) -> None:
        checked = self.dice.random() < INSPECTED
        self.shelf.on_hand += units
        self.shelf.pipeline -= units
        self._say(
            "inventory.receipt",
            order,
            units,
            source=WMS,
            asn_line=asn,
            final=True,
            bucket="quality" if checked else "available",
            unit_cost=money(self.shelf.item.cost),
        )
        if checked:
            self.shelf.hold += units
            hours = self.dice.uniform(20, 44)
            self.world.after(hours, lambda: self.shelf.pass_inspection(units))
        self.shelf.serve()

    def _say(
        self, kind: str, order: Purchase, units: int, *, source: str = ERP, **more: Any
    ) -> None:
        supplier = self.shelf.item.supplier.code
        ours = {"po": order.code, "po_line": order.line, "supplier": supplier}
        about = ours | {"asn_line": more["asn_line"]} if "asn_line" in more else ours
        self.shelf.move(
            kind, units, source=source, about=about, flow=order.code, **ours, **more
        )
