# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12 856, ship notice: a tree of shipment, order, pallet, package and item."""

from sightline.imports.edi.context import Context, first
from sightline.imports.edi.document import Document, Draft, Section
from sightline.imports.edi.lookup import date_of, line_number, only, parties, references
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.shipping import Shipment, ShippedLine, check, draft
from sightline.imports.edi.times import x12_when

SHIPPED = ("011",)
ARRIVES = ("017", "067", "002")
"""Estimated delivery, promised delivery, delivery requested."""
TRACKING = ("CN", "2I")
BILL = "BM"
PO_LINE = ("PL", "PO")
"""Qualifiers of the order's line in REF or LIN."""
ITEM = "I"
EMPTY = Segment("", [], "")


class ShipNotice(Document):
    """One 856: a line for each HL of an item, explained by those above it."""

    starts = frozenset({"HL"})

    def __init__(self, context: Context, header: Section) -> None:
        self._context = context
        self._header = header
        bsn = only(header, "BSN")
        if not bsn.at(2):
            raise Refused(
                "missing", "BSN02 is missing; expected the shipment's number", "BSN02"
            )
        check(context, bsn.at(1), "BSN01")
        when = x12_when(bsn.at(3), bsn.at(4), "BSN03")
        self._shipment = Shipment(form="856", number=bsn.at(2), time=context.time(when))
        self._levels: dict[str, tuple[str, Section]] = {}
        self._numbers: set[str] = set()

    def line(self, section: Section) -> list[Draft] | None:
        """Return the event of an item, None for what only contains others."""
        hl = section[0]
        if hl.at(1) in self._numbers:
            text = f"HL {hl.at(1)} stands twice in the shipment; have it sent again"
            raise Refused("bad_hierarchy", text, "HL01")
        self._numbers.add(hl.at(1))
        if hl.at(3) != ITEM:
            self._levels[hl.at(1)] = (hl.at(2), section)
            return None
        return [self._item(section, self._above(hl.at(2)))]

    def _above(self, parent: str) -> list[Section]:
        """Return the sections that contain an item, from the inside out."""
        found: list[Section] = []
        passed: set[str] = set()
        while parent:
            if parent not in self._levels or parent in passed:
                text = f"HL02 is {parent!r}, which is no HL before it; have it sent again"
                raise Refused("bad_hierarchy", text, "HL02")
            passed.add(parent)
            parent, section = self._levels[parent]
            found.append(section)
        return found

    def _item(self, section: Section, above: list[Section]) -> Draft:
        around = [section, *above, self._header]
        sn1, lin = only(section, "SN1"), only(section, "LIN")
        ids = lin.pairs(2)
        td5 = _nearest("TD5", around)
        named = references(section)
        shared = references(*around)
        order_line = first(ids, PO_LINE) or first(named, PO_LINE) or lin.at(1) or sn1.at(1)
        if not order_line:
            raise Refused("no_order_line", "neither LIN01 nor SN101 names a line", "LIN01")
        return draft(
            self._context,
            self._shipment,
            ShippedLine(
                number=section[0].at(1),
                order=_nearest("PRF", around).at(1) or shared.get("PO", ""),
                order_line=line_number(order_line),
                ids={name: code for name, code in ids.items() if name not in PO_LINE},
                quantity=self._context.quantity(sn1.at(2), sn1.at(3), "SN102", "SN103"),
                parties=parties(*around),
                shipped=date_of(SHIPPED, *around),
                arrives=date_of(ARRIVES, *around),
                carrier=td5.at(3) or td5.at(5),
                tracking=first(shared, TRACKING) or "",
                ext={
                    "bill_of_lading": shared.get(BILL),
                    "package": _nearest("MAN", around).at(2),
                },
            ),
        )


def _nearest(tag: str, sections: list[Section]) -> Segment:
    return next((each for section in sections for each in section if each.tag == tag), EMPTY)
