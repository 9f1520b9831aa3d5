# SPDX-License-Identifier: AGPL-3.0-or-later
"""The books of one item at one location, as its warehouse would keep them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sightline.sim.assortment import Customer, Item, Location
from sightline.sim.world import WMS, Event, World, quantity


@dataclass(slots=True)
class Line:
    """An order line; quantities in units."""

    order: str
    customer: Customer
    ordered: int
    requested: date
    allocated: int = 0

    @property
    def code(self) -> str:
        """Return the id of the order's only line."""
        return f"{self.order}/1"

    @property
    def missing(self) -> int:
        """Return what is ordered and not yet allocated."""
        return self.ordered - self.allocated

    def names(self) -> dict[str, str]:
        """Return the objects that every event of this line is about."""
        return {"order": self.order, "order_line": self.code, "customer": self.customer.code}


@dataclass(slots=True, eq=False)
class Shelf:
    """One item at one location; all quantities in units.

    Attributes
    ----------
    pipeline
        On its way here or asked for: purchase orders and transfers not yet received.
    owed
        Ordered by customers and not yet shipped.
    waiting
        Lines that found too little stock, oldest first.
    serve
        Called when something may be promised that could not be before.
    """

    world: World
    item: Item
    loc: Location
    on_hand: int = 0
    reserved: int = 0
    hold: int = 0
    pipeline: int = 0
    owed: int = 0
    waiting: deque[Line] = field(default_factory=deque)
    serve: Callable[[], None] = lambda: None

    @property
    def daily(self) -> float:
        """Return mean demand, units a day."""
        return self.item.daily * self.loc.share

    @property
    def free(self) -> int:
        """Return what may still be promised."""
        return self.on_hand - self.reserved - self.hold

    @property
    def net(self) -> int:
        """Return what will be left when everything has come in and gone out."""
        return self.on_hand - self.hold + self.pipeline - self.owed

    def pass_inspection(self, units: int) -> None:
        """Let go of `units` that were on hold."""
        self.hold -= units
        self.move("inventory.hold_changed", -units, hold="quality", reason_code="PASSED")
        self.serve()

    def move(  # noqa: PLR0913  as many as the envelope has parts
        self,
        kind: str,
        units: int,
        /,
        *,
        source: str = WMS,
        about: dict[str, str] | None = None,
        flow: str = "",
        series: str = "",
        **more: Any,
    ) -> Event:
        """Emit an event of `kind` over `units`, signed where the type is signed."""
        return self.world.emit(
            kind,
            source,
            self.names() | {"q": quantity(units)} | more,
            about=self.names() | (about or {}),
            key=self.item.code,
            flow=flow,
            series=series,
        )

    def names(self) -> dict[str, str]:
        """Return the objects that every event of this shelf is about."""
        return {"item": self.item.code, "loc": self.loc.code}
