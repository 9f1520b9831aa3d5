# SPDX-License-Identifier: AGPL-3.0-or-later
"""The law of an order line: what is ordered, reserved and still owed (RULINGS 2 and 3)."""

from collections.abc import Callable
from typing import NamedTuple

from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.rows import Effects, Row, standing, sums, winner

Place = Callable[[int], str]
_ORDERED = (Kind.LINE_PLACED, Kind.LINE_CHANGED)


class Open(NamedTuple):
    """What an order line still waits for; `pair` is where it was ordered from."""

    pair: int
    outstanding: int
    reserved: int
    due: int


def effects(rows: list[Row], place: Place) -> Effects:
    """Return the line's share of reserved, outstanding and backordered.

    Parameters
    ----------
    rows
        All known events of the line, in any order.
    place
        Gives the location of a pair: the second key when a reservation must shrink.
    """
    reserved = reservations(rows, place)
    found: Effects = {(pair, Field.RESERVED): q for pair, q in reserved.items() if q}
    line = winner(row for row in rows if row.kind in _ORDERED)
    if line is not None:
        owed = outstanding(rows)
        found[line.pair, Field.OUTSTANDING] = owed
        found[line.pair, Field.BACKORDERED] = owed - sum(reserved.values())
    return found


def state(rows: list[Row], place: Place) -> Open | None:
    """Return what the line still waits for; None before it was placed."""
    line = winner(row for row in rows if row.kind in _ORDERED)
    if line is None:
        return None
    reserved = sum(reservations(rows, place).values())
    return Open(line.pair, outstanding(rows), reserved, line.due)


def outstanding(rows: list[Row]) -> int:
    """Return the ordered quantity neither cancelled nor shipped; never negative.

    The highest version states the total and absorbs cancels of lower versions. A line that a
    cancel brought to 0 stays closed, even when a shipment is reversed later.
    """
    line = winner(row for row in rows if row.kind in _ORDERED)
    if line is None:
        return 0
    cancels = sorted(
        (r for r in rows if r.kind is Kind.LINE_CANCELLED and r.version >= line.version),
        key=lambda row: row.moment,
    )
    left = line.q
    for cancel in cancels:
        left -= cancel.q
        if left <= _shipped_as_of(rows, cancel.time):
            return 0
    shipped = sum(row.q for row in standing(rows) if row.kind is Kind.SHIPMENT)
    return max(0, left - shipped)


def reservations(rows: list[Row], place: Place) -> dict[int, int]:
    """Return the reserved quantity per pair: allocated, not shipped, and still outstanding.

    Where several locations hold stock for the line, what is left to cover goes to the lowest
    policy rank first, then by location name.
    """
    alive = standing(rows)
    allocated = sums(row for row in alive if row.kind is Kind.ALLOCATED)
    shipped = sums(row for row in alive if row.kind is Kind.SHIPMENT)
    rank: dict[int, int] = {}
    for row in alive:
        if row.kind is Kind.ALLOCATED:
            rank[row.pair] = min(row.rank, rank.get(row.pair, row.rank))
    left = outstanding(rows)
    found: dict[int, int] = {}
    for pair in sorted(allocated, key=lambda p: (rank[p], place(p))):
        found[pair] = min(max(allocated[pair] - shipped.get(pair, 0), 0), left)
        left -= found[pair]
    return found


def _shipped_as_of(rows: list[Row], time: int) -> int:
    return sum(
        row.q
        for row in rows
        if row.kind is Kind.SHIPMENT
        and row.time <= time
        and (row.reversed_at is None or row.reversed_at > time)
    )
