# SPDX-License-Identifier: AGPL-3.0-or-later
"""EDIFACT DESADV, despatch advice message."""

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
from sightline.imports.edi.quantities import quantity_of
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.shipping import Shipment, ShippedLine, check, draft

SHIPPED = ("11",)
ARRIVES = ("17", "132", "2")
"""Delivery estimated, arrival estimated, delivery requested."""
DESPATCHED = ("12",)
ORDER, ORDER_LINE = "ON", "LI"
TRACKING = ("CN", "AAS", "AAM")
CARRIER = 5
CARRIER_NAME = 4


class Despatch(Document):
    """One DESADV: a line for each LIN; each CPS explains those that follow."""

    starts = frozenset({"CPS", "LIN"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        self._package: Section = []
        bgm = only(header, "BGM")
        if not bgm.at(2):
            raise Refused(
                "missing", "BGM 1004 is missing; expected the advice's number", "BGM 1004"
            )
        check(context, bgm.at(3), "BGM 1225")
        stated = date_of(("137",), header)
        self._shipment = Shipment(form="DESADV", number=bgm.at(2), time=context.time(stated))
        self._numbers: set[str] = set()
        self._count = 0

    def line(self, section: Section) -> list[Draft] | None:
        """Return the event of a LIN, None for a CPS."""
        if section[0].tag == "CPS":
            self._package = section
            return None
        self._count += 1
        around = (section, self._package, self._header)
        shared = references(*around)
        stated = line_number(section[0].at(1)) or str(self._count)
        transport = only(self._header, "TDT")
        return [
            draft(
                self._context,
                self._shipment,
                ShippedLine(
                    number=self._unique(stated),
                    order=shared.get(ORDER, ""),
                    order_line=_order_line(section) or stated,
                    ids=item_codes(section),
                    quantity=quantity_of(self._context, section, DESPATCHED),
                    parties=parties(*around),
                    shipped=date_of(SHIPPED, *around),
                    arrives=date_of(ARRIVES, *around),
                    carrier=transport.at(CARRIER) or transport.at(CARRIER, CARRIER_NAME),
                    tracking=first(shared, TRACKING) or "",
                    ext={},
                ),
            )
        ]

    def _unique(self, number: str) -> str:
        """Return the line's number, with its place where packages count from 1 each."""
        number = f"{number}.{self._count}" if number in self._numbers else number
        self._numbers.add(number)
        return number


def _order_line(section: Section) -> str:
    """Return the order's line: the third component of RFF+ON, or RFF+LI."""
    for segment in section:
        if segment.tag == "RFF" and segment.at(1) == ORDER and segment.at(1, 3):
            return line_number(segment.at(1, 3))
    return line_number(references(section).get(ORDER_LINE, ""))
