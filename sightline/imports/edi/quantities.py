# SPDX-License-Identifier: AGPL-3.0-or-later
"""QTY of EDIFACT: the quantity that a document is about."""

from sightline.imports.edi.context import Context
from sightline.imports.edi.document import Section
from sightline.imports.edi.refused import Refused


def quantity_of(context: Context, section: Section, wanted: tuple[str, ...]) -> dict[str, str]:
    """Return the block of the first QTY with a qualifier that is `wanted`.

    Raises
    ------
    Refused
        There is none, or it is no number.
    """
    for segment in section:
        if segment.tag == "QTY" and segment.at(1) in wanted:
            field = f"QTY 6060 ({segment.at(1)})"
            return context.quantity(segment.at(1, 2), segment.at(1, 3), field, "QTY 6411")
    names = " or ".join(wanted)
    raise Refused("no_quantity", f"the line has no QTY with qualifier {names}", "QTY 6063")
