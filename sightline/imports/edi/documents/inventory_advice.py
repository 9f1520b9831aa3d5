# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12 846, inventory inquiry or advice."""

from sightline.imports.edi.context import Context
from sightline.imports.edi.counts import Report, Stock, draft
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import date_of, line_number, only, parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.times import x12_when

ON_HAND = "17"
AS_OF = ("366", "167")
"""Dates at which a stock is stated."""
INQUIRY = "IQ"


class InventoryAdvice(Document):
    """One 846: a line for each LIN."""

    starts = frozenset({"LIN"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        bia = only(header, "BIA")
        if not bia.at(3):
            raise Refused("missing", "BIA03 is missing; expected the report's number", "BIA03")
        if bia.at(2) == INQUIRY:
            raise Refused(
                "no_event", "BIA02 is 'IQ': it asks for stock and states none", "BIA02"
            )
        stated = date_of(AS_OF, header) or x12_when(bia.at(4), bia.at(5), "BIA04")
        self._report = Report(form="846", number=bia.at(3), time=context.time_of_count(stated))
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return the count of a LIN."""
        self._count += 1
        lin = section[0]
        quantities = {each.at(1): each for each in section if each.tag == "QTY"}
        on_hand = quantities.pop(ON_HAND, None)
        if on_hand is None:
            stated = ", ".join(quantities) or "none"
            text = f"the line has no QTY with qualifier {ON_HAND}, on hand; it has {stated}"
            raise Refused("not_on_hand", text, "QTY01")
        named = parties(section, self._header)
        stock = Stock(
            line=line_number(lin.at(1)) or str(self._count),
            ids=lin.pairs(2),
            loc=self._context.location(named.first("WH", "LW"), named.first("ST", "SF")),
            quantity=self._context.quantity(on_hand.at(2), on_hand.at(3), "QTY02", "QTY03"),
            others={name: each.at(2) for name, each in quantities.items()},
        )
        return [draft(self._context, self._report, stock)]
