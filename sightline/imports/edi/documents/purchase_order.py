# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12 850, purchase order."""

from sightline.imports.edi import numbers
from sightline.imports.edi.context import Context
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import date_of, line_number, only, parties
from sightline.imports.edi.ordering import (
    OrderHead,
    Ordering,
    OrderLine,
    check_kind,
    purpose_of,
)
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.times import When, x12_when

DUE = ("002", "106", "010")
"""Delivery requested, required by, requested ship."""
PER_EACH = {"PE", "LE", "RE", "WE"}
PER_MANY = {"HP": "100", "TP": "1000"}
PIECES = {"EA", "PC", "UN"}


class PurchaseOrder(Document):
    """One 850: a line for each PO1."""

    starts = frozenset({"PO1"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        beg = only(header, "BEG")
        if not beg.at(3):
            raise Refused("missing", "BEG03 is missing; expected the order's number", "BEG03")
        check_kind(beg.at(2), "BEG02")
        self._due = date_of(DUE, header)
        self._count = 0
        self._ordering = Ordering(
            context,
            OrderHead(
                form="850",
                number=beg.at(3),
                purpose=purpose_of(beg.at(1), "850", "BEG01"),
                time=context.time(x12_when(beg.at(5), "", "BEG05")),
                currency=only(header, "CUR").at(2) or context.profile.currency,
                contract=beg.at(6),
            ),
        )

    def line(self, section: Section) -> list[Draft] | None:
        """Return the events of a PO1."""
        self._count += 1
        po1 = section[0]
        price, stated = _price(po1)
        return self._ordering.drafts(
            OrderLine(
                number=line_number(po1.at(1)) or str(self._count),
                ids=po1.pairs(6),
                quantity=self._context.quantity(po1.at(2), po1.at(3), "PO102", "PO103"),
                price=price,
                stated_price=stated,
                due=self._due_of(section),
                parties=parties(section, self._header),
            )
        )

    def _due_of(self, section: Section) -> When | None:
        """Return when the line is due: its own date, the first of its schedule, the order's."""
        scheduled = [
            x12_when(each.at(6), each.at(7), "SCH06") for each in section if each.tag == "SCH"
        ]
        earliest = min((each for each in scheduled if each), key=_day, default=None)
        return date_of(DUE, section) or earliest or self._due


def _day(when: When) -> int:
    return when.day.toordinal()


def _price(po1: Segment) -> tuple[str, str]:
    """Return the price of one unit, or what is stated where it is that of something else."""
    if not po1.at(4):
        return "", ""
    stated, basis = numbers.decimal(po1.at(4), "PO104"), po1.at(5)
    if basis in PER_MANY:
        return numbers.each_of(stated, PER_MANY[basis]), ""
    if basis in PER_EACH and po1.at(3) not in PIECES:
        return "", f"{stated} {basis}"
    return stated, ""
