# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12 867, product transfer and resale report: what a customer sold on."""

from decimal import Decimal

from sightline.imports.edi.context import FROM_CUSTOMER, Context, said
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import date_of, only, parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.times import x12_when

SOLD, RETURNED = ("32", "39", "01"), ("76",)
"""Sold, shipped, discrete quantity; returned."""
SALE = ("003", "011", "004")
"""Invoice, shipped, purchase order."""
PERIOD_ENDS = ("091",)
REPORTS = ("DS", "DB", "SE")
BUYS = ("EN", "BY", "ST")


class Resale(Document):
    """One 867: a line for each QTY with its LIN, explained by the PTD before it."""

    starts = frozenset({"PTD", "QTY"})

    def __init__(self, context: Context, header: Section) -> None:
        if context.is_ours:
            text = "we sent it: our own sales come as shipments"
            raise Refused(
                "sent_by_us", f"{text}; a resale report counts when a customer sends it"
            )
        self._context = context
        self._header = header
        self._transfer: Section = []
        bpt = only(header, "BPT")
        self._report = bpt.at(2)
        self._stated = date_of(PERIOD_ENDS, header) or x12_when(bpt.at(3), "", "BPT03")
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return the signal of a QTY, None for a PTD."""
        if section[0].tag == "PTD":
            self._transfer = section
            return None
        self._count += 1
        qty, context = section[0], self._context
        around = (section, self._transfer)
        lin = only([*section, *self._transfer], "LIN")
        block = context.quantity(qty.at(2), qty.at(3), "QTY02", "QTY03")
        value = Decimal(block["qty"]) * _sign(qty.at(1))
        ids = lin.pairs(2)
        reporter = parties(self._header).first(*REPORTS)
        data = said(
            metric="pos",
            value=float(value),
            item=context.item(ids, FROM_CUSTOMER),
            customer=context.partner(reporter) or context.other,
            doc={"type": "867", "id": self._report, "line": str(self._count)},
            ext=said(
                items=dict(ids),
                uom=block["uom"],
                end_customer=parties(*around).first(*BUYS),
            ),
        )
        when = context.time(date_of(SALE, *around), self._stated)
        return [Draft("demand.signal", when, data)]


def _sign(qualifier: str) -> int:
    if qualifier in SOLD:
        return 1
    if qualifier in RETURNED:
        return -1
    known = ", ".join((*SOLD, *RETURNED))
    raise Refused(
        "no_event", f"QTY01 is {qualifier!r}; expected one of {known}: sold, returned"
    )
