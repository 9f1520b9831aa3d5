# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line of a transfer between two places, with all that became of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sightline.sim.engine.moments import HOUR, day_of
from sightline.sim.fulfil.shelves import day_code


class Wish(NamedTuple):
    """A version of the request: 0 units cancel it."""

    at: int
    version: int
    units: int


@dataclass(slots=True, kw_only=True)
class Transfer:
    """One item on its way between places; pieces, cents and µs, 0 for what has not happened.

    Attributes
    ----------
    id, transfer
        Ids of the line and of its transfer: all lines of a day between two places.
    il, donor
        Shelves that it goes to and comes from.
    out_since
        When the receiving shelf was first seen empty, 0 while it was not.
    cover_days
        How long the receiving shelf would have lasted when the request was made.
    wishes
        Versions of the request, the first one first.
    approval
        Id of the request for approval; "" when none was needed.
    ready_at
        When it might be picked: approved, or asked for when nobody had to approve.
    cancelled_at
        When it was refused or dropped before it left.
    eta, shipped, received, short
        Promise of the carrier; pieces that left, came and got lost.
    cost
        Transport, cents.
    """

    id: str
    transfer: str
    item: int
    from_place: int
    to_place: int
    il: int
    donor: int
    region: int
    requested_at: int
    cover_days: float
    out_since: int
    is_urgent: bool
    requester: str
    carrier: str
    approval: str = ""
    ready_at: int = 0
    is_refused: bool = False
    cancelled_at: int = 0
    shipped_at: int = 0
    eta: int = 0
    shipped: int = 0
    cost: int = 0
    received_at: int = 0
    received: int = 0
    short: int = 0
    wishes: list[Wish] = field(default_factory=list)
    labels: tuple[str, ...] = ()

    @property
    def units(self) -> int:
        """Return the pieces that the latest version asks for."""
        return self.wishes[-1].units

    @property
    def is_waiting(self) -> bool:
        """Tell whether it has neither left nor been given up."""
        return not self.shipped_at and not self.cancelled_at

    @property
    def approval_wait(self) -> int:
        """Return how long the answer took, µs; 0 without a request for approval."""
        return self.ready_at - self.requested_at if self.approval and self.ready_at else 0

    def state(self) -> tuple[int, int]:
        """Return what it adds to on order and in transit where it goes (RULINGS 6)."""
        on_order = max(0, self.units - self.shipped)
        return on_order, max(0, self.shipped - self.received - self.short)


def code(from_place: str, to_place: str, at: int) -> str:
    """Return the id of the transfer that is asked for in the hour of `at`.

    >>> code("DC1", "DC2", 1767589200000000)
    'TR-DC1-DC2-260105-05'
    """
    return f"TR-{from_place}-{to_place}-{day_code(day_of(at))}-{at // HOUR % 24:02d}"
