# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a supplier does with a released order: answers, ships, advises, arrives."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sightline.sim.cast.carriers import CARRIERS
from sightline.sim.cast.suppliers import FAR
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, MINUTE, SECOND, stamp
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import iso
from sightline.sim.procure.order import Advice, PurchaseLine, Reply
from sightline.sim.procure.sayings import EDI, TMS, post, say
from sightline.sim.procure.suppliers import Course, Share, course, share

Order = Sequence[PurchaseLine]
ADVISED_AFTER = (10, 150)  # minutes from leaving
AT_PORT, IN_CUSTOMS = 0.6, 0.75  # of the way from afar


class Load(NamedTuple):
    """What a shipment brings for one line: pieces truly, and as advised (0 when it is not)."""

    line: PurchaseLine
    part: int
    units: int
    advised: int


class Shipment(NamedTuple):
    """A truck on its way."""

    id: str
    po: str
    place: int
    carrier: str
    loads: tuple[Load, ...]
    ships_at: int
    arrives_at: int
    eta: int
    is_advised: bool
    is_held_up: bool


class Deliveries:
    """Lets suppliers serve orders.

    Parameters
    ----------
    answered
        Called with a line that a supplier answered, and the moment.
    arrived
        Called with a shipment at the dock, and the moment.
    """

    def __init__(
        self,
        world: World,
        answered: Callable[[PurchaseLine, int], None],
        arrived: Callable[[Shipment, int], None],
    ) -> None:
        self._world = world
        self._answered = answered
        self._arrived = arrived

    def begin(self, order: Order, at: int) -> None:
        """Set out what will become of an order released at `at`."""
        way = course(self._world, order, at)
        shares = [share(self._world, line, at) for line in order]
        agenda, po = self._world.agenda, order[0].po
        for line, mine in zip(order, shares, strict=True):
            line.awaited = (mine.first > 0) + (mine.rest > 0)
        if way.answers_at:
            answer = partial(self._answer, order, shares, way)
            agenda.at(way.answers_at, f"ack/{po}", answer)
        for shipment in self._shipments(order, shares, way):
            agenda.at(shipment.ships_at, f"ship/{shipment.id}", partial(self._ship, shipment))

    def _shipments(self, order: Order, shares: list[Share], way: Course) -> list[Shipment]:
        first = tuple(
            Load(line, 1, mine.first, mine.first_advised * way.is_advised)
            for line, mine in zip(order, shares, strict=True)
            if mine.first
        )
        rest = tuple(
            Load(line, 2, mine.rest, mine.rest_advised * way.is_rest_advised)
            for line, mine in zip(order, shares, strict=True)
            if mine.rest
        )
        nominal = way.eta - way.ships_at
        made = []
        if first:
            moments = (way.ships_at, way.arrives_at, way.eta, way.is_advised, way.is_held_up)
            made.append(self._shipment(order, 1, first, *moments))
        if rest:
            later = (way.rest_ships_at, way.rest_arrives_at, way.rest_ships_at + nominal)
            made.append(
                self._shipment(order, 2, rest, *later, way.is_rest_advised, False)  # noqa: FBT003
            )
        return made

    def _shipment(  # noqa: PLR0913, PLR0917  a shipment has that many parts
        self,
        order: Order,
        part: int,
        loads: tuple[Load, ...],
        ships_at: int,
        arrives_at: int,
        eta: int,
        is_advised: bool,  # noqa: FBT001
        is_held_up: bool,  # noqa: FBT001
    ) -> Shipment:
        head = order[0]
        name = f"SH-{head.po}-{part}"
        dice = self._world.draws.dice("carrier", name)
        dock = self._world.cast.calendar_of(head.place).add_work(arrives_at, 0)
        return Shipment(
            id=name,
            po=head.po,
            place=head.place,
            carrier=dice.choice(CARRIERS),
            loads=loads,
            ships_at=ships_at,
            arrives_at=dock + dice.whole(0, 60) * MINUTE,
            eta=eta,
            is_advised=is_advised,
            is_held_up=is_held_up,
        )

    def _answer(self, order: Order, shares: list[Share], way: Course, at: int) -> None:
        for line, mine in zip(order, shares, strict=True):
            moved = way.confirmed_day != line.need_day
            status = "change" if mine.status == "accept" and moved else mine.status
            line.replies.append(Reply(at, status, mine.confirmed, way.confirmed_day))
            more: dict[str, Any] = {} if status == "reject" else _confirmed(way)
            say(
                self._world,
                line,
                "supply.po_acknowledged",
                at,
                name=f"po_acknowledged/{line.id}",
                source=EDI,
                units=mine.confirmed,
                status=status,
                version=1,
                **more,
            )
            self._answered(line, at)

    def _ship(self, shipment: Shipment, at: int) -> None:
        dice = self._world.draws.dice("shipment", shipment.id)
        agenda = self._world.agenda
        latest = max(at + MINUTE, shipment.arrives_at - 10 * MINUTE)
        advised = min(at + dice.whole(*ADVISED_AFTER) * MINUTE, latest)
        left = min(at + dice.whole(20, 240) * MINUTE, latest)
        if shipment.is_advised:
            agenda.at(advised, f"asn/{shipment.id}", partial(self._advise, shipment))
        self._milestone(shipment, left, "departed", shipment.eta)
        for moment, code in self._stations(shipment):
            self._milestone(shipment, moment, code, shipment.arrives_at)
        self._milestone(shipment, shipment.arrives_at, "delivered", shipment.arrives_at)
        arrived = partial(self._arrived, shipment)
        agenda.at(shipment.arrives_at + MINUTE, f"dock/{shipment.id}", arrived)
        for load in shipment.loads:
            load.line.shipped += load.units

    def _stations(self, shipment: Shipment) -> list[tuple[int, str]]:
        supplier = self._world.cast.suppliers[shipment.loads[0].line.supplier]
        way = shipment.arrives_at - shipment.ships_at
        found = []
        if supplier.country in FAR:
            for part, code in ((AT_PORT, "arrived_port"), (IN_CUSTOMS, "customs")):
                moment = shipment.ships_at + round(part * way / SECOND) * SECOND
                found.append((moment, code))
        if shipment.is_held_up:
            found.append((shipment.arrives_at - way // (3 * SECOND) * SECOND, "delayed"))
        return found

    def _milestone(self, shipment: Shipment, due: int, code: str, eta: int) -> None:
        def tell(at: int) -> None:
            self._world.facts.one(_milestone(shipment, at, code, eta))

        self._world.agenda.at(due, f"milestone/{shipment.id}/{code}", tell)

    def _advise(self, shipment: Shipment, at: int) -> None:
        for line, part, _, units in shipment.loads:
            before = line.state()
            asn = f"ASN-{line.po}-{part}/{line.base['item']}"
            line.advices.append(Advice(at, asn, units, shipment.eta))
            own: dict[str, Any] = {"shipment": shipment.id, "asn_line": asn}
            say(
                self._world,
                line,
                "supply.asn",
                at,
                name=f"asn/{asn}",
                source=EDI,
                units=units,
                about=own,
                labels=line.labels,
                ship_date=iso(shipment.ships_at // DAY),
                eta=stamp(shipment.eta),
                carrier=shipment.carrier,
                tracking=f"{shipment.carrier}-{shipment.id[3:]}",
                **own,
            )
            post(self._world, line, at, before)


def _confirmed(way: Course) -> dict[str, Any]:
    return {"confirmed_date": iso(way.confirmed_day)}


def _milestone(shipment: Shipment, at: int, code: str, eta: int) -> Fact:
    return Fact(
        at=at,
        kind="supply.milestone",
        source=TMS,
        name=f"milestone/{shipment.id}/{code}",
        data={
            "code": code,
            "shipment": shipment.id,
            "eta": stamp(eta),
            "carrier": shipment.carrier,
        },
        about={"shipment": shipment.id, "po": shipment.po},
        key=shipment.id,
        flow=shipment.po,
        labels=shipment.loads[0].line.labels,
    )
