# SPDX-License-Identifier: AGPL-3.0-or-later
"""A segment of an interchange, taken apart; the same for both standards."""

import msgspec


class Segment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A tag, its elements with their components, and its text as it came.

    Examples
    --------
    >>> qty = Segment("QTY", [["21", "10", "PCE"]], "QTY+21:10:PCE")
    >>> qty.at(1, 2), qty.at(1, 9), qty.at(7)
    ('10', '', '')
    """

    tag: str
    elements: list[list[str]]
    raw: str

    def at(self, element: int, component: int = 1) -> str:
        """Return a component, both counted from 1, without spaces around it; "" if absent."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1].strip()

    def pairs(self, first: int) -> dict[str, str]:
        """Return the elements from `first` on as qualifier → value, as X12 writes item codes.

        Examples
        --------
        >>> Segment("LIN", [["1"], ["BP"], ["A100"], ["UP"], [""]], "").pairs(2)
        {'BP': 'A100'}
        """
        found: dict[str, str] = {}
        for at in range(first, len(self.elements), 2):
            if self.at(at) and self.at(at + 1):
                found.setdefault(self.at(at), self.at(at + 1))
        return found
