# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers first asked for, per item, location, day and customer."""

from typing import NamedTuple

import numpy as np

DAY_MS = 86_400_000

Source = tuple[str, str]


class Asked(NamedTuple):
    """What one chunk adds for one location; one row per item, day and customer.

    Attributes
    ----------
    day
        Days since 1970, UTC.
    customer
        Key of the customer; 0 where the order names none.
    q, lines
        Quantity in ten-thousandths of the base unit, and order lines; both may be negative
        where an earlier line turns out to count for less.
    """

    tenant: str
    loc: str
    sources: frozenset[Source]
    item: list[str]
    day: np.ndarray
    customer: np.ndarray
    q: np.ndarray
    lines: np.ndarray
    off: np.ndarray
