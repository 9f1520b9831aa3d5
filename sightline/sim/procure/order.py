# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line of a purchase order with all that became of it, and what it adds to the position."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sightline.sim.procure.recommendation import Recommendation

Status = Literal["accept", "change", "reject"]
Bucket = Literal["available", "quality", "blocked"]


class Statement(NamedTuple):
    """The company states a quantity: a release or a change, `day` is when it is due."""

    at: int
    version: int
    units: int
    closes: bool
    day: int


class Reply(NamedTuple):
    """The supplier answers."""

    at: int
    status: Status
    units: int
    day: int


class Advice(NamedTuple):
    """The supplier says what is on its way; `asn` is an ASN line."""

    at: int
    asn: str
    units: int
    eta: int


class Receipt(NamedTuple):
    """Goods came in; `asn` is "" when nothing announced them."""

    at: int
    name: str
    asn: str
    units: int
    is_final: bool
    bucket: Bucket


@dataclass(slots=True, kw_only=True)
class PurchaseLine:
    """One item of a purchase order; pieces, cents and µs.

    Attributes
    ----------
    id, po
        Ids of the line and of its order.
    il
        Index of item and place.
    price
        Cents per piece.
    ordered
        What was ordered at first; `statements` tell how it changed after release.
    need_day
        Day by which the company needs it, since 1970; the due day until one is confirmed.
    refused_at
        When approval was refused or the order was dropped before release; 0 for most.
    shipped
        Truth: pieces that left the supplier.
    rejected
        Pieces that inspection refused.
    approval
        Id of the request for approval; "" when none was needed.
    violation
        Rule that the order broke on purpose.
    awaited, on_inspection
        Deliveries that are still to come in; receipts that are not yet let go.
    late_since
        When it became late: the end of its due day; 0 for most.
    labels
        Labels of what the supplier does on purpose.
    """

    id: str
    po: str
    item: int
    place: int
    supplier: int
    region: int
    il: int
    pack: int
    price: int
    ordered: int
    need_day: int
    created_at: int
    is_emergency: bool
    requester: str
    about: dict[str, str]
    base: dict[str, Any]
    recommendation: Recommendation | None = None
    approval: str = ""
    violation: str = ""
    released_at: int = 0
    refused_at: int = 0
    closed_at: int = 0
    shipped: int = 0
    rejected: int = 0
    awaited: int = 0
    on_inspection: int = 0
    late_since: int = 0
    statements: list[Statement] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    advices: list[Advice] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    labels: tuple[str, ...] = ()

    @property
    def units(self) -> int:
        """Return the quantity that holds: the last stated one."""
        return self.statements[-1].units if self.statements else self.ordered

    @property
    def is_closed_short(self) -> bool:
        """Tell whether nothing more is expected."""
        return bool(self.statements) and self.statements[-1].closes

    @property
    def received(self) -> int:
        """Return the pieces that came in."""
        return sum(receipt.units for receipt in self.receipts)

    @property
    def confirmed_day(self) -> int:
        """Return the day that the supplier first confirmed, -1 when it never did."""
        return next((each.day for each in self.replies if each.status != "reject"), -1)

    @property
    def due_day(self) -> int:
        """Return the day it is due: first confirmed, else needed."""
        return self.confirmed_day if self.confirmed_day >= 0 else self.need_day

    @property
    def is_complete(self) -> bool:
        """Tell whether all that is ordered has come."""
        return self.received >= self.units

    def state(self) -> tuple[int, int]:
        """Return what the line adds to on order and in transit (EVENTS §4, RULINGS 4 and 5)."""
        if not self.statements:
            return 0, 0
        still_open = max(0, self.units - self.received)
        announced = self.unreceived()
        if self.is_closed_short:
            return 0, announced
        in_transit = min(announced, still_open)
        return still_open - in_transit, in_transit

    def unreceived(self) -> int:
        """Return what was announced and has neither come nor been closed."""
        left = {advice.asn: advice.units for advice in self.advices}
        if not left:
            return 0
        for receipt in self.receipts:
            if receipt.asn in left:
                left[receipt.asn] -= receipt.units
        for receipt in self.receipts:
            if receipt.asn in left and receipt.is_final:
                left[receipt.asn] = 0
        return _rest([max(0, units) for units in left.values()], self.receipts, set(left))


def _rest(left: list[int], receipts: list[Receipt], known: set[str]) -> int:
    """Return what is left once receipts that name no ASN consumed the oldest, in order."""
    for receipt in receipts:
        if receipt.asn not in known:
            _consume(left, receipt)
    return sum(left)


def _consume(left: list[int], receipt: Receipt) -> None:
    rest = receipt.units
    for place, units in enumerate(left):
        taken = min(rest, units)
        left[place] -= taken
        rest -= taken
        if units and not rest:
            if receipt.is_final:
                left[place] = 0
            return
