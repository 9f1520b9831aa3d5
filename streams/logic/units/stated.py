# SPDX-License-Identifier: AGPL-3.0-or-later
"""A quantity as an event states it."""

from typing import NamedTuple


class Stated(NamedTuple):
    """A quantity in ten-thousandths of `unit`, at `path` of an event about `item`."""

    q: int
    unit: str
    item: str
    time: int
    path: str
