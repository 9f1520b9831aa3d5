# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a document has as many lines as it says at its end."""

from sightline.imports.edi.frame import Frame
from sightline.imports.edi.refused import Refused

LINES = {
    "850": ("PO1",),
    "855": ("PO1",),
    "856": ("HL", "LIN"),
    "846": ("LIN",),
    "867": ("PTD", "LIN", "QTY"),
    "ORDERS": ("LIN",),
    "DESADV": ("LIN",),
    "INVRPT": ("LIN",),
}
"""Segments that partners count as lines; any of them may be meant."""
NUMBER_OF_LINES = "2"
"""CNT's qualifier for the number of line items."""


def check_lines(frame: Frame) -> None:
    """Refuse `frame` when CTT01, or CNT with qualifier 2, counts other lines than it has."""
    counted = [frame.tags[tag] for tag in LINES.get(frame.kind, ())]
    if not counted or not (frame.tags["CTT"] or frame.tags["CNT"]):
        return
    for segment in frame.segments():
        stated = ""
        if segment.tag == "CTT":
            stated = segment.at(1)
        elif segment.tag == "CNT" and segment.at(1) == NUMBER_OF_LINES:
            stated = segment.at(1, 2)
        if stated and not (
            stated.isascii() and stated.isdigit() and int(stated[:18]) in counted
        ):
            frame.refuse(_wrong(segment.tag, stated, counted[0]))
            return


def _wrong(tag: str, stated: str, counted: int) -> Refused:
    text = f"{tag} counts {stated!r} lines, but there are {counted}; have it sent again"
    return Refused("line_count", text, tag)
