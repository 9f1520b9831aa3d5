# SPDX-License-Identifier: AGPL-3.0-or-later
"""The additive quantities of a position, in the order of every delta vector."""

from enum import IntEnum


class Field(IntEnum):
    """Column of a delta vector; values are ten-thousandths of the base unit."""

    ON_HAND = 0
    RESERVED = 1
    HOLD = 2
    ON_ORDER = 3
    IN_TRANSIT = 4
    OUTSTANDING = 5
    BACKORDERED = 6
    OVER_RECEIVED = 7
    IN_TRANSIT_LOSS = 8


WIDTH = len(Field)
