# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dock: one line after another is taken in, as fast as the place can."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sightline.sim.engine.facts import money
from sightline.sim.engine.moments import HOUR, MINUTE
from sightline.sim.engine.world import World
from sightline.sim.procure.deliveries import Load, Shipment
from sightline.sim.procure.inspection import Inspection
from sightline.sim.procure.order import PurchaseLine, Receipt
from sightline.sim.procure.sayings import say

IN_TWO = 0.03  # of lines are taken in by two receipts
SECOND_AFTER = 1.5  # hours of work
UNLOADING = 30 * MINUTE


class Dock:
    """Takes in what arrives at all places.

    Parameters
    ----------
    received
        Called with a line whose delivery came in, and the moment.
    """

    def __init__(
        self,
        world: World,
        inspection: Inspection,
        received: Callable[[PurchaseLine, int], None],
    ) -> None:
        self._world = world
        self._inspection = inspection
        self._received = received
        self._busy_until = [0] * len(world.cast.places)
        self._waiting = [0] * len(world.cast.places)

    def waiting(self, place: int) -> int:
        """Return how many lines wait at the dock of `place`."""
        return self._waiting[place]

    def take(self, shipment: Shipment, at: int) -> None:
        """Put an arrived shipment in the queue."""
        place = shipment.place
        calendar, pace = self._world.cast.calendar_of(place), self._hours_a_line(place, at)
        begin = max(at + UNLOADING, self._busy_until[place])
        for load in shipment.loads:
            begin = calendar.add_work(begin, pace)
            receive = partial(self._receive, load, shipment)
            self._world.agenda.at(begin, f"receipt/{load.line.id}/{load.part}", receive)
        self._busy_until[place] = begin
        self._waiting[place] += len(shipment.loads)

    def _hours_a_line(self, place: int, at: int) -> float:
        calendar = self._world.cast.calendar_of(place)
        day = at // (24 * HOUR)
        hours = (calendar.closes(day) - calendar.opens(day)) / HOUR
        return hours / self._world.cast.places[place].receive_lines

    def _receive(self, load: Load, shipment: Shipment, at: int) -> None:
        self._waiting[shipment.place] -= 1
        dice = self._world.draws.dice("receipt", load.line.id, load.part)
        in_two, first_part = dice.chance(IN_TWO), dice.uniform(0.3, 0.7)
        first = max(1, int(load.units * first_part)) if in_two else load.units
        if first == load.units:
            self._book(load, shipment, 1, load.units, at)
            return
        self._book(load, shipment, 1, first, at)
        calendar = self._world.cast.calendar_of(shipment.place)
        later = calendar.add_work(at, SECOND_AFTER)
        self._world.agenda.at(
            later,
            f"receipt/{load.line.id}/{load.part}/2",
            lambda now: self._book(load, shipment, 2, load.units - first, now),
        )

    def _book(self, load: Load, shipment: Shipment, piece: int, units: int, at: int) -> None:
        line, asn = load.line, f"ASN-{load.line.po}-{load.part}/{load.line.base['item']}"
        name = f"{line.id}/{load.part}/{piece}"
        done_before = sum(each.units for each in line.receipts if each.name[:-2] == name[:-2])
        is_last = done_before + units == load.units
        bucket, labels = self._inspection.bucket(line, name, at)
        receipt = Receipt(
            at, name, asn if load.advised else "", units, is_last and load.advised > 0, bucket
        )
        self._put(line, receipt, shipment, labels)
        self._inspection.begin(line, receipt, labels)
        if is_last:
            line.awaited -= 1
            self._received(line, at)

    def _put(
        self, line: PurchaseLine, receipt: Receipt, shipment: Shipment, labels: tuple[str, ...]
    ) -> None:
        at, units = receipt.at, receipt.units
        on_order, in_transit = line.state()
        line.receipts.append(receipt)
        on_order_now, in_transit_now = line.state()
        self._world.book.post(
            at,
            line.il,
            on_hand=units,
            hold=0 if receipt.bucket == "available" else units,
            on_order=on_order_now - on_order,
            in_transit=in_transit_now - in_transit,
        )
        own: dict[str, Any] = {"shipment": shipment.id}
        if receipt.asn:
            own["asn_line"] = receipt.asn
        say(
            self._world,
            line,
            "inventory.receipt",
            at,
            name=f"receipt/{receipt.name}",
            source=self._world.cast.places[line.place].source,
            units=units,
            about=own,
            labels=line.labels + labels,
            final=receipt.is_final,
            bucket=receipt.bucket,
            unit_cost=money(line.price),
            **own,
        )
