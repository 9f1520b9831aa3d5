# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is bought and how it comes."""

from datetime import date
from typing import Annotated, Literal

from msgspec import field

from sightline.events.blocks import (
    PER_UNIT,
    AsnLine,
    Data,
    Item,
    Loc,
    Moment,
    Money,
    Name,
    PoLine,
    Quantity,
    Text,
    Version,
    means,
)
from sightline.events.event_type import event


class PoLineEvent(Data, kw_only=True):
    """Something that concerns one line of a purchase order."""

    item: Item
    loc: Annotated[Loc, means("where the goods are to arrive")]
    po_line: PoLine
    po: Annotated[Text, means("purchase order")] = None
    supplier: Annotated[Text, means("supplier id")] = None


class OrderedPoLine(PoLineEvent, kw_only=True):
    """A version of what is ordered."""

    q: Annotated[Quantity, means("quantity ordered", unit="uom of the block")]
    due: Annotated[date | None, means("day the goods are needed")] = field(
        default=None, name="need_date"
    )
    money: Annotated[Money | None, means("price of one", unit=PER_UNIT)] = field(
        default=None, name="price"
    )
    version: Version = None


@event(
    20,
    "supply.po_created",
    objects="po supplier",
    effect="none (planned)",
    maps_from="requisition, PO draft, indented",
)
class PoCreated(OrderedPoLine, kw_only=True):
    """A purchase order is drawn up."""

    cancel_until: Annotated[date | None, means("last day to cancel at no cost")] = None
    emergency: Annotated[bool | None, means("outside the normal cycle")] = None


@event(
    21,
    "supply.po_released",
    objects="po",
    effect="OO + q (highest version wins)",
    maps_from="X12 850 out, Odoo purchase",
)
class PoReleased(OrderedPoLine, kw_only=True):
    """A purchase order goes to the supplier."""

    release_time: Annotated[Moment | None, means("when it was sent")] = None


@event(
    22,
    "supply.po_changed",
    objects="po",
    effect="OO recomputed; q is the new ordered total, 0 closes",
    maps_from="X12 860/865",
    zero_allowed=True,
)
class PoChanged(OrderedPoLine, kw_only=True):
    """A purchase order changes or is closed short."""

    closes: Annotated[bool | None, means("nothing more is expected")] = field(
        default=None, name="closed_short"
    )
    day: Annotated[date | None, means("new delivery date")] = field(default=None, name="date")


@event(
    23,
    "supply.po_acknowledged",
    objects="po",
    effect="none (expected date and quantity)",
    maps_from="X12 855/ORDRSP",
    zero_allowed=True,
)
class PoAcknowledged(PoLineEvent, kw_only=True):
    """The supplier accepts, changes or rejects."""

    mode: Annotated[Literal["accept", "change", "reject"], means("the answer")] = field(
        name="status"
    )
    confirmed_date: Annotated[date | None, means("day the supplier confirms")] = None
    q: Annotated[Quantity | None, means("quantity confirmed", unit="uom of the block")] = None
    version: Version = None


@event(
    24,
    "supply.asn",
    objects="shipment po",
    effect="OO - q, IT + q (at most what is open)",
    maps_from="X12 856/DESADV",
)
class Asn(PoLineEvent, kw_only=True):
    """The supplier says what is on its way."""

    asn_line: AsnLine
    q: Annotated[Quantity, means("quantity shipped", unit="uom of the block")]
    carrier: Annotated[Text, means("carrier id")] = None
    eta: Annotated[Moment | None, means("expected arrival")] = None
    ship_date: Annotated[date | None, means("day it left")] = None
    shipment: Annotated[Text, means("shipment id")] = None
    tracking: Annotated[Text, means("carrier's tracking number")] = None


@event(
    25,
    "supply.milestone",
    objects="shipment",
    effect="none (expected arrival)",
    maps_from="X12 214/IFTSTA, TMS",
)
class Milestone(Data, kw_only=True):
    """A shipment passes a point on its way."""

    mode: Annotated[
        Literal["departed", "arrived_port", "customs", "delayed", "delivered"],
        means("which point"),
    ] = field(name="code")
    shipment: Annotated[Name, means("shipment id")]
    carrier: Annotated[Text, means("carrier id")] = None
    eta: Annotated[Moment | None, means("expected arrival")] = None


@event(
    26,
    "supply.quality_reported",
    objects="supplier",
    effect="none (by way of inventory.hold_changed)",
    maps_from="X12 863, inspection",
)
class QualityReported(Data, kw_only=True):
    """An inspection finds fault with a delivery."""

    item: Item
    q: Annotated[Quantity, means("quantity rejected", unit="uom of the block")] = field(
        name="q_rejected"
    )
    supplier: Annotated[Name, means("supplier id")]
    defect: Annotated[Text, means("what is wrong")] = None
    loc: Annotated[Text, means("location id")] = None
    lot: Annotated[Text, means("lot or batch id")] = None
    po_line: Annotated[Text, means("line of a purchase order")] = None
