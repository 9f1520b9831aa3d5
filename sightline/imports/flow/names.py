# SPDX-License-Identifier: AGPL-3.0-or-later
"""What documents and movements of a document flow are called, and which columns tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NEEDED = ("VBELV", "POSNV", "VBTYP_V", "VBELN", "POSNN", "VBTYP_N", "ERDAT", "ERZET")
OPTIONAL = ("RFMNG", "MEINS", "RFWRT", "WAERS", "MATNR", "BWART", "MJAHR")
MOVEMENT = "R"
STATUS = "*"
"""Ends the category of what happened to a document without a document of its own."""
BY_YEAR = ("R", "h", "i", "p")
"""Material documents: their numbers begin again every year."""
BY_ORIGIN = ("Q",)
"""Transfer orders: numbered by warehouse, which the table does not tell; each item is for one
delivery item."""


@dataclass(frozen=True, slots=True)
class FlowNames:
    """Names by category of documents, and by movement type."""

    documents: Mapping[str, str] = field(default_factory=dict)
    movements: Mapping[str, str] = field(default_factory=dict)

    def document(self, category: str) -> str:
        """Return what a document is called.

        >>> FlowNames({"C": "order"}).document("C"), FlowNames().document("l")
        ('order', 'document l')
        """
        return self.documents.get(category) or f"document {category}".strip()

    def step(self, category: str, movement: str) -> str:
        """Return what happened when a document was created."""
        if category != MOVEMENT or not movement:
            return self.document(category)
        return self.movements.get(movement) or f"{self.document(category)} {movement}"


def fits(columns: Iterable[str]) -> set[str]:
    """Return the columns of a document flow among `columns`, none if it is none."""
    found = set(columns)
    return found & {*NEEDED, *OPTIONAL} if found.issuperset(NEEDED) else set()
