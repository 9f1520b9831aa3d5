# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers want, are promised and are expected to want."""

from datetime import date
from typing import Annotated, Literal

from msgspec import field

from sightline.events.blocks import (
    PER_UNIT,
    Count,
    Data,
    Item,
    Loc,
    Money,
    Movement,
    Name,
    OrderLine,
    Quantity,
    Text,
    Version,
    means,
)
from sightline.events.event_type import event


class OrderLineEvent(Data, kw_only=True):
    """Something that concerns one line of a customer order."""

    item: Item
    loc: Loc
    order_line: OrderLine
    customer: Annotated[Text, means("customer id")] = None
    order: Annotated[Text, means("customer order")] = None


@event(
    13,
    "demand.line_placed",
    objects="order order_line customer",
    effect="OUT := q (highest version wins)",
    maps_from="X12 850/ORDERS in, sales order submitted",
)
class LinePlaced(OrderLineEvent, kw_only=True):
    """A customer orders a quantity of one item."""

    q: Annotated[Quantity, means("quantity ordered", unit="uom of the block")]
    channel: Annotated[Text, means("sales channel")] = None
    contract: Annotated[Text, means("contract id")] = None
    due: Annotated[date | None, means("day the customer wants it; absent: due")] = field(
        default=None, name="requested_date"
    )
    money: Annotated[Money | None, means("price of one", unit=PER_UNIT)] = field(
        default=None, name="price"
    )
    segment: Annotated[Text, means("customer segment")] = None
    tier: Annotated[int | str | None, means("service tier, 1 first")] = None
    version: Version = None


@event(
    14,
    "demand.line_changed",
    objects="order_line",
    effect="OUT recomputed; q is the new ordered total",
    maps_from="X12 860/ORDCHG",
    zero_allowed=True,
)
class LineChanged(OrderLineEvent, kw_only=True):
    """The ordered quantity or the requested date changes."""

    q: Annotated[Quantity, means("new ordered total", unit="uom of the block")]
    due: Annotated[date | None, means("day the customer wants it")] = field(
        default=None, name="requested_date"
    )
    initiator: Annotated[Text, means("who wanted the change")] = None
    money: Annotated[Money | None, means("price of one", unit=PER_UNIT)] = field(
        default=None, name="price"
    )
    version: Version = None


@event(
    15,
    "demand.line_cancelled",
    objects="order_line",
    effect="OUT - q; RS released",
    maps_from="X12 860, sales order cancelled",
)
class LineCancelled(OrderLineEvent, kw_only=True):
    """A quantity of an order line is no longer wanted."""

    q: Annotated[Quantity, means("quantity cancelled", unit="uom of the block")]
    initiator: Annotated[Literal["customer", "company"] | None, means("who cancelled")] = None
    version: Version = None


@event(
    16,
    "demand.line_promised",
    objects="order_line",
    effect="none (available to promise is consumed)",
    maps_from="X12 855 out, Odoo commitment_date",
)
class LinePromised(OrderLineEvent, kw_only=True):
    """The company promises a delivery date."""

    promise_date: Annotated[date, means("day promised")]
    basis: Annotated[
        Literal["atp", "leadtime", "manual"] | None, means("what the promise rests on")
    ] = None
    promise_no: Annotated[Count | None, means("first, second, … promise of the line")] = None
    q: Annotated[Quantity | None, means("quantity promised", unit="uom of the block")] = None
    version: Version = None


@event(
    17,
    "demand.line_backordered",
    objects="order_line",
    effect="none (checks the derived BO)",
    maps_from="X12 855 code, BO status",
)
class LineBackordered(Data, kw_only=True):
    """The source says that a line waits for stock."""

    order_line: OrderLine
    customer: Annotated[Text, means("customer id")] = None
    item: Annotated[Text, means("item id")] = None
    loc: Annotated[Text, means("location id")] = None
    order: Annotated[Text, means("customer order")] = None
    q: Annotated[Quantity | None, means("quantity that waits", unit="uom of the block")] = None
    reason: Annotated[Text, means("why, in the source's codes")] = None


@event(
    18,
    "demand.signal",
    objects="item customer",
    maps_from="X12 852/867/SLSRPT, CRM, tickets",
)
class Signal(Data, kw_only=True):
    """Something that runs ahead of orders moved."""

    metric: Annotated[
        Literal["ticket", "web", "opportunity", "pos"], means("what was measured")
    ]
    value: Annotated[float, means("how much of it")]
    customer: Annotated[Text, means("customer id")] = None
    family: Annotated[Text, means("item family")] = None
    item: Annotated[Text, means("item id")] = None
    loc: Annotated[Text, means("location id")] = None


@event(
    19,
    "forecast.published",
    objects="item loc",
    effect="none (projected available balance)",
    maps_from="X12 830, MPS",
    zero_allowed=True,
)
class ForecastPublished(Movement, kw_only=True):
    """Planning says what it expects for a period."""

    bucket_start: Annotated[date, means("first day of the period")]
    bucket_len: Annotated[int | str | None, means("length of the period", unit="days")] = None
    lag: Annotated[int | None, means("periods between publication and period")] = None
    sd: Annotated[float | str | None, means("standard deviation", unit="base unit")] = None
    version: Version = None


@event(
    40,
    "demand.promotion_changed",
    objects="promotion item",
    effect="none (calendar for demand)",
    maps_from="promotion calendars, X12 879/889",
)
class PromotionChanged(Data, kw_only=True):
    """A promotion is planned, approved or cancelled."""

    promotion: Annotated[Name, means("promotion id")]
    mode: Annotated[Literal["planned", "approved", "cancelled"], means("its state")] = field(
        name="state"
    )
    begins: Annotated[date | None, means("first day")] = field(default=None, name="from")
    ends: Annotated[date | None, means("last day")] = field(default=None, name="to")
    expected_uplift: Annotated[float | None, means("expected factor on demand")] = None
    family: Annotated[Text, means("item family, in place of items")] = None
    items: Annotated[list[str] | None, means("item ids")] = None
    kind: Annotated[Text, means("kind of promotion")] = None
    locations: Annotated[list[str] | None, means("location ids")] = None
    regions: Annotated[list[str] | None, means("regions, in place of locations")] = None
    version: Version = None
