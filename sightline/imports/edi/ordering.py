# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders of either standard: from a customer demand, to a supplier supply."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sightline.imports.edi.context import FROM_CUSTOMER, FROM_SUPPLIER, Context, Ids, day, said
from sightline.imports.edi.document import Draft
from sightline.imports.edi.lookup import Parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.times import When, written

CANCELS, REPLACES, STATES = "cancels", "replaces", "states"
PURPOSES = {
    "850": {"00": STATES, "07": STATES, "22": STATES, "05": REPLACES, "01": CANCELS},
    "ORDERS": {"9": STATES, "7": STATES, "31": STATES, "5": REPLACES, "1": CANCELS, "": STATES},
}
BLANKET = {"BE", "221"}
"""Kinds of order that commit to nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """What holds for every line.

    Attributes
    ----------
    form
        ``850`` or ``ORDERS``.
    purpose
        Whether the order is stated, replaced or cancelled as a whole.
    """

    form: str
    number: str
    purpose: str
    time: datetime
    currency: str
    contract: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line, as both standards state it.

    Attributes
    ----------
    price
        Of one unit of the quantity, "" where it cannot be said.
    stated_price
        What the line says, where that is something else.
    """

    number: str
    ids: Ids
    quantity: dict[str, str]
    price: str
    stated_price: str
    due: When | None
    parties: Parties


class Ordering:
    """Makes events of the lines of one order."""

    def __init__(self, context: Context, head: OrderHead) -> None:
        self._context = context
        self._head = head
        self._numbers: set[str] = set()

    def drafts(self, line: OrderLine) -> list[Draft]:
        """Return the events of `line`; raise Refused where its number came before."""
        if line.number in self._numbers:
            text = f"line {line.number} stands twice in order {self._head.number}"
            raise Refused("repeated_line", f"{text}; have the order sent again")
        self._numbers.add(line.number)
        return self._supply(line) if self._context.is_ours else self._demand(line)

    def _demand(self, line: OrderLine) -> list[Draft]:
        context, head = self._context, self._head
        customer = context.partner(line.parties.first("BY")) or context.other
        loc = context.location(line.parties.first("SF"), line.parties.first("ST", "DP"))
        common = self._common(line, FROM_CUSTOMER) | said(
            loc=loc,
            order=head.number,
            order_line=f"{head.number}/{line.number}",
            customer=customer,
        )
        if head.purpose == CANCELS:
            return [self._draft("demand.line_changed", common | {"initiator": "customer"})]
        more = said(channel="edi", contract=head.contract)
        return [self._draft("demand.line_placed", common | more)]

    def _supply(self, line: OrderLine) -> list[Draft]:
        context, head = self._context, self._head
        supplier = context.partner(line.parties.first("SU", "SE", "VN")) or context.other
        common = self._common(line, FROM_SUPPLIER) | said(
            loc=context.location(line.parties.first("ST", "DP", "BY")),
            po=head.number,
            po_line=f"{head.number}/{line.number}",
            supplier=supplier,
        )
        if "requested_date" in common:
            common["need_date"] = common.pop("requested_date")
        if head.purpose != STATES:
            return [self._draft("supply.po_changed", common)]
        released = context.sent or head.time
        return [
            self._draft("supply.po_created", common),
            Draft(
                "supply.po_released",
                max(released, head.time),
                common | {"release_time": written(released)},
            ),
        ]

    def _draft(self, kind: str, data: dict[str, Any]) -> Draft:
        # a cancellation or a replacement is known when it is sent, whatever the order's date
        sent = self._context.sent
        is_later = self._head.purpose != STATES and sent is not None and sent > self._head.time
        return Draft(kind, sent if is_later and sent else self._head.time, data)

    def _common(self, line: OrderLine, order: tuple[str, ...]) -> dict[str, Any]:
        head, context = self._head, self._context
        version = 1 if head.purpose == STATES else 2
        quantity = line.quantity | ({"qty": "0"} if head.purpose == CANCELS else {})
        price = said(amount=line.price, currency=head.currency) if line.price else {}
        is_priced = len(price) == 2  # noqa: PLR2004  an amount and its currency
        return said(
            item=context.item(line.ids, order),
            q=quantity,
            version=version,
            price=price if is_priced else None,
            requested_date=day(line.due),
            doc={"type": head.form, "id": head.number, "line": line.number, "version": version},
            ext=said(
                items=dict(line.ids),
                ship_to=line.parties.first("ST", "DP"),
                price=line.stated_price or ("" if is_priced else line.price),
            ),
        )


def purpose_of(code: str, form: str, field: str) -> str:
    """Return what an order of purpose `code` does; raise Refused where it is no such order."""
    if code in PURPOSES[form]:
        return PURPOSES[form][code]
    known = ", ".join(each for each in PURPOSES[form] if each)
    text = f"{field} is {code!r}; expected one of {known}: a change comes line by line"
    raise Refused("purpose", f"{text} in an order change message", field)


def check_kind(code: str, field: str) -> None:
    """Refuse a blanket order: what it names is not ordered yet."""
    if code in BLANKET:
        text = f"{field} is {code!r}, a blanket order that commits to no quantity"
        raise Refused("blanket_order", f"{text}; its releases are imported", field)
