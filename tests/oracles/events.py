# SPDX-License-Identifier: AGPL-3.0-or-later
"""What CloudEvents say to the oracle, once each, and which of them still stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

REVERSIBLE = {
    "inventory.receipt",
    "inventory.shipment",
    "inventory.issue",
    "inventory.adjusted",
    "inventory.counted",
    "inventory.hold_changed",
    "inventory.returned",
    "transfer.requested",
    "transfer.shipped",
    "transfer.received",
    "allocation.changed",
}


class Place(NamedTuple):
    """One item at one location of one tenant."""

    tenant: str
    item: str
    loc: str


class Line(NamedTuple):
    """A line of an order, purchase order or transfer."""

    tenant: str
    item: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a CloudEvent says, without its paper."""

    kind: str
    id: str
    source: str
    sequence: str
    time: datetime
    recorded: datetime
    tenant: str
    data: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes two deliveries the same event."""
        return self.tenant, self.source, self.id

    @property
    def order(self) -> tuple[datetime, datetime, str, str, str]:
        """Return the tie-break of EVENTS §5."""
        return self.time, self.recorded, self.source, self.sequence, self.id

    @property
    def qty(self) -> Decimal:
        """Return the quantity in the base unit."""
        return base(self.data["q"])

    @property
    def version(self) -> int:
        """Return the version of the document; one without is the first."""
        return int(self.data.get("version", 1))

    def at(self, name: str = "loc") -> Place:
        """Return the place that field `name` points to."""
        return Place(self.tenant, self.data["item"], self.data[name])

    def line(self, name: str) -> Line:
        """Return the line that field `name` points to."""
        return Line(self.tenant, self.data["item"], self.data[name])


@dataclass
class World:
    """Events that count at one moment, and the reversals known about them.

    Attributes
    ----------
    events
        Events that stand: not reversed, not after the moment, in tie-break order.
    undone
        Reversed events up to the moment with the time of their (earliest) reversal.
    """

    events: list[Event] = field(default_factory=list)
    undone: list[tuple[Event, datetime]] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Event]:
        """Return the standing events of `kinds`, in tie-break order."""
        return [event for event in self.events if event.kind in kinds]


def read(clouds: Iterable[dict[str, Any]]) -> list[Event]:
    """Take every event once: the first of its key in delivery order stays (RULINGS 11)."""
    first: dict[tuple[str, str, str], Event] = {}
    for cloud in clouds:
        event = Event(
            kind=cloud["type"].removeprefix("io.sightline.").removesuffix(".v1"),
            id=cloud["id"],
            source=cloud["source"],
            sequence=cloud.get("sequence", ""),
            time=datetime.fromisoformat(cloud["time"]),
            recorded=datetime.fromisoformat(cloud.get("recordedtime") or cloud["time"]),
            tenant=cloud.get("tenantid", "main"),
            data=cloud["data"],
        )
        first.setdefault(event.key, event)
    return sorted(first.values(), key=lambda event: event.order)


def world_of(events: list[Event], until: datetime | None) -> World:
    """Take out what is reversed, whenever that became known, then what is later than `until`.

    RULINGS 10: types 1-7 and 9-12 only, once, same tenant and source unless
    `reverses_source` says otherwise; and of the same item, for another item's events lie in
    another partition. Events are in order of time, so the first reversal
    found is the earliest.
    """
    when: dict[tuple[tuple[str, str, str], str], datetime] = {}
    for event in events:
        if event.kind == "inventory.reversed":
            source = event.data.get("reverses_source") or event.source
            original = (event.tenant, source, event.data["reverses"])
            when.setdefault((original, event.data["item"]), event.time)
    world = World()
    for event in events:
        if until is not None and event.time > until:
            continue
        reversed_at = when.get((event.key, event.data.get("item", "")))
        if event.kind in REVERSIBLE and reversed_at is not None:
            world.undone.append((event, reversed_at))
        else:
            world.events.append(event)
    return world


def base(quantity: dict[str, Any]) -> Decimal:
    if "base_qty" in quantity:
        return Decimal(quantity["base_qty"])
    factor = Decimal(quantity.get("conv_num", 1)) / Decimal(quantity.get("conv_den", 1))
    return Decimal(quantity["qty"]) * factor
