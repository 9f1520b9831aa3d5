# SPDX-License-Identifier: AGPL-3.0-or-later
"""What systems record of a transfer, each with the change of stock that it means."""

from typing import Any

from sightline.sim.engine.facts import Fact, money, quantity
from sightline.sim.engine.moments import day_of, stamp
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import iso
from sightline.sim.procure.transfer import Transfer, Wish

ERP, TRANSPORT = "erp://sim", "tms://road"
NEED_DAYS = 3


class TransferFacts:
    """Writes the history into a transfer, posts the change and puts down the fact."""

    def __init__(self, world: World) -> None:
        self._world = world

    def requested(self, transfer: Transfer, at: int, units: int) -> None:
        """Ask for `units`, for the first time or anew; 0 cancels."""
        before = transfer.units if transfer.wishes else 0
        version = len(transfer.wishes) + 1
        transfer.wishes.append(Wish(at, version, units))
        self._world.book.post(at, transfer.il, on_order=units - before)
        need_by = iso(day_of(transfer.requested_at) + NEED_DAYS)
        urgency = "high" if transfer.is_urgent else "normal"
        self._put(
            transfer,
            "requested",
            f"requested/{transfer.id}/{version}",
            at,
            ERP,
            q=quantity(units, self._pack(transfer)),
            version=version,
            need_by=need_by,
            urgency=urgency,
        )

    def shipped(self, transfer: Transfer, at: int, eta: int, cost: int) -> None:
        """Let all that is asked for leave the donor."""
        units = transfer.units
        transfer.shipped_at, transfer.shipped = at, units
        transfer.eta, transfer.cost = eta, cost
        self._world.book.post(at, transfer.donor, on_hand=-units)
        self._world.book.post(at, transfer.il, on_order=-units, in_transit=units)
        self._put(
            transfer,
            "shipped",
            f"shipped/{transfer.id}",
            at,
            self._world.cast.places[transfer.from_place].source,
            q=quantity(units, self._pack(transfer)),
            eta=stamp(eta),
            cost=money(cost),
            shipment=_shipment(transfer),
        )

    def received(self, transfer: Transfer, at: int, short: int) -> None:
        """Let it arrive, `short` pieces of it lost."""
        units = transfer.shipped - short
        transfer.received_at, transfer.received, transfer.short = at, units, short
        self._world.book.post(at, transfer.il, on_hand=units, in_transit=-transfer.shipped)
        lost = {"short_q": quantity(short)} if short else {}
        self._put(
            transfer,
            "received",
            f"received/{transfer.id}",
            at,
            self._world.cast.places[transfer.to_place].source,
            q=quantity(units, self._pack(transfer)),
            shipment=_shipment(transfer),
            **lost,
        )

    def milestone(self, transfer: Transfer, at: int, point: str, eta: int) -> None:
        """Let the carrier tell where it is."""
        shipment = _shipment(transfer)
        self._world.facts.one(
            Fact(
                at=at,
                kind="supply.milestone",
                source=TRANSPORT,
                name=f"{point}/{shipment}",
                data={
                    "shipment": shipment,
                    "code": point,
                    "carrier": transfer.carrier,
                    "eta": stamp(eta),
                },
                about={"shipment": shipment},
                key=shipment,
                flow=transfer.transfer,
                labels=transfer.labels,
            )
        )

    def _put(
        self, transfer: Transfer, step: str, name: str, at: int, source: str, **more: Any
    ) -> None:
        cast = self._world.cast
        about = {
            "item": cast.items[transfer.item].code,
            "transfer": transfer.transfer,
            "transfer_line": transfer.id,
        }
        ways = {
            "from_loc": cast.places[transfer.from_place].code,
            "to_loc": cast.places[transfer.to_place].code,
        }
        shipment = {"shipment": more["shipment"]} if "shipment" in more else {}
        self._world.facts.one(
            Fact(
                at=at,
                kind=f"transfer.{step}",
                source=source,
                name=name,
                data=about | ways | more,
                about=about | shipment,
                key=about["item"],
                flow=transfer.transfer,
                labels=transfer.labels,
            )
        )

    def _pack(self, transfer: Transfer) -> int:
        return self._world.cast.items[transfer.item].pack


def _shipment(transfer: Transfer) -> str:
    return f"SH-{transfer.id}"
