# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12 855, purchase order acknowledgement: a supplier's answer, or ours to a customer."""

from typing import Any

from sightline.imports.edi.context import FROM_CUSTOMER, FROM_SUPPLIER, Context, day, said
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import line_number, only, parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.times import When, x12_when

ACCEPT, CHANGE, REJECT = "accept", "change", "reject"
LINES = dict.fromkeys(("AA", "AC", "AR", "IA", "IE", "SP"), ACCEPT)
LINES |= dict.fromkeys(("BP", "DR", "IB", "IC", "IF", "IH", "IP", "IQ", "IS", "IW"), CHANGE)
LINES |= dict.fromkeys(("ID", "IR", *(f"R{n}" for n in range(1, 9))), REJECT)
"""What ACK01, element 668, says about a line."""
ORDERS = {"AD": ACCEPT, "AK": ACCEPT, "AP": ACCEPT, "AT": ACCEPT, "RD": REJECT, "RJ": REJECT}
"""What BAK02, element 587, says about lines without an ACK of their own."""
BACKORDERED = {"IB", "BP"}


class OrderAcknowledgement(Document):
    """One 855: a line for each PO1, an event for each of its ACK."""

    starts = frozenset({"PO1"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        bak = only(header, "BAK")
        if not bak.at(3):
            raise Refused("missing", "BAK03 is missing; expected the order's number", "BAK03")
        self._order = bak.at(3)
        self._answer = bak.at(2)
        self._time = context.time(x12_when(bak.at(9), "", "BAK09"))
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return an event for each answer to a PO1."""
        self._count += 1
        answers = [each for each in section if each.tag == "ACK"]
        make = self._ours if self._context.is_ours else self._theirs
        return [make(section, answer) for answer in answers or [self._whole(section[0])]]

    def _whole(self, po1: Segment) -> Segment:
        """Return the ACK that a line without one stands for."""
        code = {ACCEPT: "IA", REJECT: "IR"}.get(ORDERS.get(self._answer, ""))
        if code is None:
            text = f"the line has no ACK and BAK02 is {self._answer!r}, which accepts nothing"
            raise Refused("no_answer", f"{text}; expected an ACK", "ACK01")
        return Segment("ACK", [[code], [po1.at(2)], [po1.at(3)]], "")

    def _theirs(self, section: Section, ack: Segment) -> Draft:
        named = parties(section, self._header)
        supplier = self._context.partner(named.first("SU", "SE", "VN")) or self._context.other
        number = self._number(section)
        data = self._common(section, ack, FROM_SUPPLIER) | said(
            loc=self._context.location(named.first("ST", "BY")),
            po=self._order,
            po_line=f"{self._order}/{number}",
            supplier=supplier,
            status=_status(ack),
            confirmed_date=day(_date(ack)),
        )
        if ack.at(2) or section[0].at(2):
            data["q"] = self._quantity(section, ack)
        return Draft("supply.po_acknowledged", self._time, data)

    def _ours(self, section: Section, ack: Segment) -> Draft:
        """Return what we answer to a customer: a promise, or that the line waits."""
        named = parties(section, self._header)
        customer = self._context.partner(named.first("BY")) or self._context.other
        number = self._number(section)
        data = self._common(section, ack, FROM_CUSTOMER) | said(
            loc=self._context.location(named.first("SF"), named.first("ST")),
            order=self._order,
            order_line=f"{self._order}/{number}",
            customer=customer,
            q=self._quantity(section, ack),
        )
        promised = _date(ack)
        if _status(ack) != REJECT and promised:
            more = {"promise_date": day(promised)}
            return Draft("demand.line_promised", self._time, data | more)
        if ack.at(1) in BACKORDERED:
            return Draft("demand.line_backordered", self._time, data | {"reason": ack.at(1)})
        text = f"ACK01 is {ack.at(1)!r} without a date, sent by us; it promises nothing"
        raise Refused("no_event", f"{text}, and the order changes where it is kept", "ACK01")

    def _common(self, section: Section, ack: Segment, order: tuple[str, ...]) -> dict[str, Any]:
        ids = section[0].pairs(6) or ack.pairs(7)
        number = self._number(section)
        return said(
            item=self._context.item(ids, order),
            reason_code=ack.at(1),
            doc={"type": "855", "id": self._order, "line": number},
            ext=said(items=dict(ids)),
        )

    def _number(self, section: Section) -> str:
        return line_number(section[0].at(1)) or str(self._count)

    def _quantity(self, section: Section, ack: Segment) -> dict[str, str]:
        """Return what is confirmed: nothing where the line is rejected."""
        po1 = section[0]
        text, unit = ack.at(2) or po1.at(2), ack.at(3) or po1.at(3)
        stated = self._context.quantity(text, unit, "ACK02", "ACK03")
        return stated | {"qty": "0"} if _status(ack) == REJECT else stated


def _status(ack: Segment) -> str:
    if ack.at(1) not in LINES:
        text = f"ACK01 is {ack.at(1)!r}; expected one of {', '.join(sorted(LINES))}"
        raise Refused("unknown_code", text, "ACK01")
    return LINES[ack.at(1)]


def _date(ack: Segment) -> When | None:
    return x12_when(ack.at(5), "", "ACK05")
