# SPDX-License-Identifier: AGPL-3.0-or-later
"""EDIFACT ORDERS, purchase order message."""

from decimal import Decimal

from sightline.imports.edi import numbers, units
from sightline.imports.edi.context import Context, first
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import (
    date_of,
    item_codes,
    line_number,
    only,
    parties,
    references,
)
from sightline.imports.edi.ordering import (
    OrderHead,
    Ordering,
    OrderLine,
    check_kind,
    purpose_of,
)
from sightline.imports.edi.quantities import quantity_of
from sightline.imports.edi.refused import Refused

DUE = ("2", "63", "64")
"""Delivery requested, latest, earliest."""
ORDERED = ("21",)
NET, GROSS = ("AAA", "CAL"), ("AAB",)
CONTRACT = "CT"


class Order(Document):
    """One ORDERS: a line for each LIN."""

    starts = frozenset({"LIN"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        bgm = only(header, "BGM")
        if not bgm.at(2):
            raise Refused(
                "missing", "BGM 1004 is missing; expected the order's number", "BGM 1004"
            )
        check_kind(bgm.at(1), "BGM 1001")
        self._due = date_of(DUE, header)
        self._ordering = Ordering(
            context,
            OrderHead(
                form="ORDERS",
                number=bgm.at(2),
                purpose=purpose_of(bgm.at(3), "ORDERS", "BGM 1225"),
                time=context.time(date_of(("137",), header)),
                currency=only(header, "CUX").at(1, 2) or context.profile.currency,
                contract=references(header).get(CONTRACT, ""),
            ),
        )
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return the events of a LIN."""
        self._count += 1
        quantity = quantity_of(self._context, section, ORDERED)
        price, stated = self._price(section, quantity["uom"])
        return self._ordering.drafts(
            OrderLine(
                number=line_number(section[0].at(1)) or str(self._count),
                ids=item_codes(section),
                quantity=quantity,
                price=price,
                stated_price=stated,
                due=date_of(DUE, section) or self._due,
                parties=parties(section, self._header),
            )
        )

    def _price(self, section: Section, uom: str) -> tuple[str, str]:
        """Return the price of one unit, net before gross, or what is stated otherwise."""
        found = {each.at(1): each for each in section if each.tag == "PRI"}
        pri = first(found, (*NET, *GROSS))
        if pri is None:
            return "", ""
        price = self._context.number(pri.at(1, 2), "PRI 5118")
        basis = self._context.number(pri.at(1, 5) or "1", "PRI 5284")
        if not Decimal(basis) > 0:
            raise Refused(
                "not_a_decimal", f"PRI 5284 is {basis!r}; expected more than 0", "PRI"
            )
        unit = pri.at(1, 6)
        own = self._context.profile.units
        if unit and units.unit_of(unit, "EDIFACT", own, "PRI 6411") != uom:
            return "", f"{price} per {basis} {unit}"
        return (numbers.each_of(price, basis) if Decimal(basis) != 1 else price), ""
