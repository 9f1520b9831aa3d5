# SPDX-License-Identifier: AGPL-3.0-or-later
"""EDIFACT INVRPT, inventory report message."""

from sightline.imports.edi.context import Context
from sightline.imports.edi.counts import Report, Stock, draft
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import date_of, item_codes, line_number, only, parties
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment

ON_HAND = ("145", "17")
"""Actual stock, quantity on hand."""
AS_OF = ("366", "137")
KEEPS = ("WH", "LW", "GY", "ST", "DP")
"""Parties that keep the goods."""


class InventoryReport(Document):
    """One INVRPT: a line for each LIN, a count for each place that it names."""

    starts = frozenset({"LIN"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        bgm = only(header, "BGM")
        if not bgm.at(2):
            raise Refused(
                "missing", "BGM 1004 is missing; expected the report's number", "BGM 1004"
            )
        stated = context.time_of_count(date_of(AS_OF, header))
        self._report = Report(form="INVRPT", number=bgm.at(2), time=stated)
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return the counts of a LIN."""
        self._count += 1
        quantities = [each for each in section if each.tag == "QTY"]
        counted = [each for each in quantities if each.at(1) in ON_HAND]
        others = {each.at(1): each.at(1, 2) for each in quantities if each not in counted}
        if not counted:
            stated = ", ".join(others) or "none"
            text = f"the line has no QTY with qualifier 145 or 17; it has {stated}"
            raise Refused("not_on_hand", text, "QTY 6063")
        number = line_number(section[0].at(1)) or str(self._count)
        stocks: dict[str, Stock] = {}
        for qty in counted:
            stock = self._stock(section, qty, number, others)
            if stock.loc in stocks:
                text = f"line {number} states the stock at {stock.loc} twice; expected it once"
                raise Refused("repeated_line", text, "QTY 6063")
            stocks[stock.loc] = stock
        return [draft(self._context, self._report, each) for each in stocks.values()]

    def _stock(
        self, section: Section, qty: Segment, number: str, others: dict[str, str]
    ) -> Stock:
        named = parties(section, self._header)
        return Stock(
            line=number,
            ids=item_codes(section),
            loc=self._context.location(
                _place(section, qty), _place(self._header, None), named.first(*KEEPS)
            ),
            quantity=self._context.quantity(
                qty.at(1, 2), qty.at(1, 3), f"QTY 6060 ({qty.at(1)})", "QTY 6411"
            ),
            others=others,
        )


def _place(section: Section, qty: Segment | None) -> str:
    """Return the place in the LOC that follows `qty`, else in the first LOC of the section."""
    places = [each.at(2) for each in section if each.tag == "LOC"]
    if qty is None:
        return next(iter(places), "")
    after = section[section.index(qty) + 1 :]
    for segment in after:
        if segment.tag == "QTY":
            break
        if segment.tag == "LOC":
            return segment.at(2)
    before = section[: next(at for at, each in enumerate(section) if each.tag == "QTY")]
    return next((each.at(2) for each in before if each.tag == "LOC"), "")
