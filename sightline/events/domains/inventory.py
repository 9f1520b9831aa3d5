# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock moves, is counted, held and put right."""

from typing import Annotated, Literal

from msgspec import field

from sightline.events.blocks import (
    PER_UNIT,
    Data,
    Item,
    Loc,
    Money,
    Movement,
    Name,
    OrderLine,
    Quantity,
    Text,
    means,
)
from sightline.events.event_type import event


@event(
    1,
    "inventory.receipt",
    objects="item loc po_line shipment",
    effect="OH + q (also HD + q in bucket quality or blocked); OO and IT recomputed",
    maps_from="SAP 101/103/105, X12 861/944, RECADV, Odoo incoming done, EPCIS receiving",
    default_mode="available",
)
class Receipt(Movement, kw_only=True):
    """Goods arrive at a location."""

    asn_line: Annotated[Text, means("ASN line that the receipt consumes")] = None
    closes: Annotated[bool | None, means("last receipt of the ASN line; closes it")] = field(
        default=None, name="final"
    )
    mode: Annotated[
        Literal["available", "quality", "blocked"] | None,
        means("where the goods go; absent: available"),
    ] = field(default=None, name="bucket")
    money: Annotated[Money | None, means("cost of one", unit=PER_UNIT)] = field(
        default=None, name="unit_cost"
    )
    po: Annotated[Text, means("purchase order")] = None
    po_line: Annotated[Text, means("line of a purchase order")] = None
    shipment: Annotated[Text, means("shipment that brought it")] = None
    supplier: Annotated[Text, means("supplier id")] = None


@event(
    2,
    "inventory.shipment",
    objects="order_line wave",
    effect="OH - q; RS and OUT recomputed",
    maps_from="SAP 601, X12 945, Delivery Note, EPCIS shipping",
)
class Shipment(Movement, kw_only=True):
    """Goods leave for a customer."""

    order_line: OrderLine
    carrier: Annotated[Text, means("carrier id")] = None
    customer: Annotated[Text, means("customer id")] = None
    expedite: Annotated[bool | None, means("sent faster than planned")] = None
    freight: Annotated[Money | None, means("cost of the transport")] = None
    money: Annotated[Money | None, means("price of one", unit=PER_UNIT)] = field(
        default=None, name="price"
    )
    order: Annotated[Text, means("customer order")] = None
    shipment: Annotated[Text, means("shipment id")] = None
    wave: Annotated[Text, means("picking wave")] = None


@event(
    3,
    "inventory.issue",
    objects="item loc",
    effect="OH - q",
    maps_from="SAP 201/261/551",
)
class Issue(Movement, kw_only=True):
    """Goods are used up without a customer order."""

    customer: Annotated[Text, means("customer id, of a gift or a sample")] = None
    mode: Annotated[
        Literal["consumption", "scrap", "sample", "gift"] | None, means("what for")
    ] = field(default=None, name="purpose")
    money: Annotated[Money | None, means("cost of one", unit=PER_UNIT)] = field(
        default=None, name="unit_cost"
    )


@event(
    4,
    "inventory.adjusted",
    objects="item loc",
    effect="OH + q",
    maps_from="SAP 711/712, X12 947, positive and negative adjustment",
    signed=True,
)
class Adjusted(Movement, kw_only=True):
    """The book quantity is put right by a difference."""

    money: Annotated[Money | None, means("cost of one", unit=PER_UNIT)] = field(
        default=None, name="unit_cost"
    )


@event(
    5,
    "inventory.counted",
    objects="item loc count",
    effect="OH := q at time; variance = q - book (none when authoritative is false)",
    maps_from="SAP 701/702 derived, Stock Reconciliation, X12 846/INVRPT snapshot",
    zero_allowed=True,
    absolute=True,
)
class Counted(Movement, kw_only=True):
    """Somebody counted what is there."""

    authoritative: Annotated[
        bool | None, means("false: another system's figure, only compared; absent: true")
    ] = None
    count_id: Annotated[Text, means("id of the count")] = None
    counter: Annotated[Text, means("who counted")] = None
    money: Annotated[Money | None, means("cost of one", unit=PER_UNIT)] = field(
        default=None, name="unit_cost"
    )


@event(
    6,
    "inventory.hold_changed",
    objects="item loc lot",
    effect="HD + q",
    maps_from="SAP 321/343/344, blocked receipt",
    signed=True,
    zero_allowed=True,
)
class HoldChanged(Movement, kw_only=True):
    """Stock is put on hold or let go."""

    mode: Annotated[
        Literal["quality", "blocked", "finance", "recall"], means("kind of hold")
    ] = field(name="hold")


@event(
    7,
    "inventory.returned",
    objects="order_line",
    effect="OH + q (also HD + q unless resalable)",
    maps_from="SAP 651/653, X12 180, RMA",
)
class Returned(Movement, kw_only=True):
    """A customer sends goods back."""

    order_line: OrderLine
    customer: Annotated[Text, means("customer id")] = None
    mode: Annotated[
        Literal["resalable", "inspect", "damaged", "scrap"], means("what becomes of it")
    ] = field(name="disposition")
    money: Annotated[Money | None, means("price of one", unit=PER_UNIT)] = field(
        default=None, name="price"
    )
    order: Annotated[Text, means("customer order")] = None


@event(
    8,
    "inventory.reversed",
    objects="item loc",
    effect="undoes the original exactly, at the original's time",
    maps_from="SAP type + 1, cancelled ledger entry, EPCIS errorDeclaration",
)
class Reversed(Data, kw_only=True):
    """An earlier movement never happened."""

    item: Item
    loc: Loc
    reverses: Annotated[Name, means("id of the event that this one undoes")]
    order_line: Annotated[Text, means("order line of the original")] = None
    stated: Annotated[Quantity | None, means("quantity of the original, for readers only")] = (
        field(default=None, name="q")
    )
    reason: Annotated[Text, means("why, in the source's codes")] = None
    reverses_source: Annotated[Text, means("source of the original; absent: same")] = None
    to_loc: Annotated[Text, means("destination, when the original is a transfer")] = None
    transfer_line: Annotated[Text, means("transfer line of the original")] = None
