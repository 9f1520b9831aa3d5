# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ship notices of either standard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sightline.imports.edi.context import FROM_SUPPLIER, Context, Ids, day, said
from sightline.imports.edi.document import Draft
from sightline.imports.edi.lookup import Parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.times import When

ORIGINALS = {"00", "05", "06", "07", "9", "5", "6", "7", "31", ""}
"""Purposes that state a shipment; the same ASN line again replaces the earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What holds for every line; `form` is ``856`` or ``DESADV``."""

    form: str
    number: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    """One line, as both standards state it.

    Attributes
    ----------
    number
        Unique in its shipment.
    order_line
        Number of the order's line that it fills.
    """

    number: str
    order: str
    order_line: str
    ids: Ids
    quantity: dict[str, str]
    parties: Parties
    shipped: When | None
    arrives: When | None
    carrier: str
    tracking: str
    ext: Mapping[str, Any]


def check(context: Context, purpose: str, field: str) -> None:
    """Refuse a notice of ours, and one that takes a shipment back."""
    if context.is_ours:
        text = "we sent it: what leaves us is posted where the goods issue is"
        raise Refused("sent_by_us", f"{text}; a ship notice counts when a supplier sends it")
    if purpose not in ORIGINALS:
        text = f"{field} is {purpose!r}, which takes a shipment back; no event can"
        raise Refused("purpose", f"{text}: close the order line, or receive it short", field)


def draft(context: Context, shipment: Shipment, line: ShippedLine) -> Draft:
    """Return the event of `line`; raise Refused where it names no order."""
    if not line.order:
        text = "the line names no order, so it fills none"
        raise Refused("no_order", f"{text}; expected one, as in PRF01 or RFF+ON")
    supplier = context.partner(line.parties.first("SU", "SE", "VN", "SF")) or context.other
    data = said(
        item=context.item(line.ids, FROM_SUPPLIER),
        loc=context.location(line.parties.first("ST", "DP"), line.parties.first("BY")),
        po=line.order,
        po_line=f"{line.order}/{line.order_line}",
        shipment=shipment.number,
        asn_line=f"{shipment.number}/{line.number}",
        supplier=supplier,
        q=line.quantity,
        ship_date=day(line.shipped),
        eta=context.instant(line.arrives),
        carrier=line.carrier,
        tracking=line.tracking,
        doc={"type": shipment.form, "id": shipment.number, "line": line.number},
        ext=said(items=dict(line.ids), **line.ext),
    )
    return Draft("supply.asn", shipment.time, data)
