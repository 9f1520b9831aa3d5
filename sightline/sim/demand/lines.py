# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order lines of a day as columns: what customers ask for, whatever the company does."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sightline.sim.engine.moments import Ints

NOT_CHANGED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLines:
    """Order lines; every column is int64 and as long as the others.

    The id of a line is made of (`customer`, `day`, `nth`, `item`), so this is unique; the order
    is (`customer`, `day`, `nth`).

    Attributes
    ----------
    at
        When the line is placed, µs; all lines of an order together.
    item, region, place, customer, channel
        Indices; `place` serves the region.
    day, nth
        Day of the order since 1970; number of the order among the customer's on that day.
    units
        Pieces ordered.
    in_cases
        1 when the document states cases of the item's pack, 0 for pieces.
    price
        Cents per piece.
    requested_day
        Day that the customer wants it, since 1970.
    new_units, new_at
        What the line is changed to later and when, µs; `NOT_CHANGED` for most. 0 cancels.
    checked_at
        Not released to a wave before, µs; 0 for most.
    label
        Index + 1 into the world's labels in order of making; 0 for most.
    """

    at: Ints
    item: Ints
    region: Ints
    place: Ints
    customer: Ints
    channel: Ints
    day: Ints
    nth: Ints
    units: Ints
    in_cases: Ints
    price: Ints
    requested_day: Ints
    new_units: Ints
    new_at: Ints
    checked_at: Ints
    label: Ints

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.at)

    def taken(self, rows: Ints | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> "DayLines":
        """Return the lines at `rows`, indices or flags, in that order."""
        return DayLines(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    @staticmethod
    def joined(parts: "Sequence[DayLines]") -> "DayLines":
        """Return all lines of `parts`, in that order."""
        return DayLines(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])
                for each in fields(DayLines)
            }
        )
