# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shipped mappings of systems that a table nearly fits, and what it lacks for them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sightline.imports import reshaping, shipped
from sightline.imports.mapping import Table

MARKS = {
    "sap_movements": r"(?i)^(bwart|movement type|bewegungsart|mvt|bwa)$",
    "odoo": r"(?i)^(location_dest_id|product_uom|product_uom_qty|quantity_done|order_id)\b",
    "erpnext": r"(?i)^(voucher[ _]type|voucher_detail_no|docstatus|stock_uom)$",
}
"""Mapping → a column that only lists of its system have."""
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Near:
    """A shipped mapping that a table nearly fits.

    Attributes
    ----------
    missing
        Columns that it needs and the table lacks, by the name that the mapping uses.
    """

    mapping: str
    table: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"The shipped mapping {self.mapping} ({self.table}) knows this system better; it "
            f"only lacks {', '.join(self.missing)}. Export those too, and it does all below."
        )


def nearest(columns: Sequence[str]) -> Near | None:
    """Return the mapping of a system that a table with these columns nearly fits."""
    found = [
        (share, Near(name, table.name, tuple(reshaping.lacking(columns, table))))
        for name, mark in MARKS.items()
        if any(re.search(mark, column) for column in columns)
        for table in shipped.load(name).tables
        if (share := _share(columns, table)) >= ENOUGH
    ]
    near = max(found, key=lambda each: each[0], default=(0.0, None))[1]
    return near if near and near.missing else None


def _share(columns: Sequence[str], table: Table) -> float:
    needed = table.needed()
    return 1 - len(reshaping.lacking(columns, table)) / len(needed) if needed else 0.0
