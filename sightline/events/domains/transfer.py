# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock goes from one location to another, and is kept for somebody."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from sightline.events.blocks import (
    MAX_INT32,
    Data,
    Item,
    Loc,
    Moment,
    Money,
    Movement,
    OrderLine,
    Quantity,
    Text,
    TransferLine,
    Version,
    means,
)
from sightline.events.event_type import event

Rank = Annotated[int, Meta(ge=0, le=MAX_INT32)]


class Transfer(Data, kw_only=True):
    """A quantity of one item between two locations."""

    item: Item
    loc: Annotated[Loc, means("where it leaves")] = field(name="from_loc")
    q: Annotated[Quantity, means("quantity moved", unit="uom of the block")]
    to_loc: Annotated[Loc, means("where it is to arrive")]
    transfer_line: TransferLine
    lot: Annotated[Text, means("lot or batch id")] = None
    transfer: Annotated[Text, means("transfer order")] = None


@event(
    9,
    "transfer.requested",
    objects="transfer",
    effect="destination OO + q (highest version wins, 0 cancels)",
    maps_from="STO, SAP 303 planned, Material Request",
    zero_allowed=True,
)
class Requested(Transfer, kw_only=True):
    """A location asks another one for goods."""

    need_by: Annotated[date | None, means("day the goods are needed")] = None
    urgency: Annotated[Text, means("how urgent, in the source's words")] = None
    version: Version = None


@event(
    10,
    "transfer.shipped",
    objects="transfer shipment",
    effect="from OH - q; destination OO - q, IT + q",
    maps_from="SAP 303/641, X12 943, Transfer Shipment",
)
class Shipped(Transfer, kw_only=True):
    """A transfer leaves."""

    eta: Annotated[Moment | None, means("expected arrival")] = None
    money: Annotated[Money | None, means("cost of the transport")] = field(
        default=None, name="cost"
    )
    shipment: Annotated[Text, means("shipment id")] = None


@event(
    11,
    "transfer.received",
    objects="transfer",
    effect="to OH + q; IT - q - short; the short goes to in_transit_loss",
    maps_from="SAP 305/101, X12 944",
    zero_allowed=True,
)
class Received(Transfer, kw_only=True):
    """A transfer arrives, perhaps short."""

    shipment: Annotated[Text, means("shipment id")] = None
    short_q: Annotated[Quantity | None, means("quantity that never arrived")] = None


@event(
    12,
    "allocation.changed",
    objects="order_line",
    effect="RS + q",
    maps_from="Odoo assigned/unreserved, SAP requirement and delivery, X12 940",
    signed=True,
    zero_allowed=True,
)
class AllocationChanged(Movement, kw_only=True):
    """Stock is kept for an order line, or taken from it."""

    order_line: OrderLine
    from_order_line: Annotated[Text, means("line that gave it up; by itself no effect")] = None
    mode: Annotated[Literal["soft", "hard"] | None, means("strength of the claim")] = field(
        default=None, name="kind"
    )
    policy_rank: Annotated[Rank | None, means("rank in the allocation policy, 1 first")] = None
