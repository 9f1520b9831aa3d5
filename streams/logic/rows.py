# SPDX-License-Identifier: AGPL-3.0-or-later
"""One event of a document line, as the laws of the three documents read it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.logic.fields import Field
from streams.logic.kinds import Kind

HOUR_MS = 3_600_000


class Row(NamedTuple):
    """An event that bears on one document line; quantities are ten-thousandths.

    Attributes
    ----------
    pair, to
        Item-location where it happens; destination of a transfer, else -1.
    time, recorded
        Business and recording time, milliseconds since 1970.
    reversed_at
        When it was reversed; None while it stands. The order-line law alone reads it.
    """

    kind: Kind
    pair: int
    to: int
    version: int
    time: int
    recorded: int
    q: int
    short: int
    rank: int
    asn: int
    closes: bool
    due: int
    source: str
    sequence: bytes
    id: bytes
    reversed_at: int | None

    @property
    def moment(self) -> tuple[int, int, str, bytes, bytes]:
        """Order of events, ties included (EVENTS §5)."""
        return (self.time, self.recorded, self.source, self.sequence, self.id)


Effects = dict[tuple[int, Field], int]
Law = Callable[[list[Row]], Effects]


def standing(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that were not reversed."""
    return [row for row in rows if row.reversed_at is None]


def winner(rows: Iterable[Row]) -> Row | None:
    """Return the row with the highest version; among equals the last writer's (RULINGS 12)."""
    candidates = list(rows)
    one_source = len({row.source for row in candidates}) == 1

    def rank(row: Row) -> tuple[int, bytes, int, bytes]:
        return (row.version, row.sequence if one_source else b"", row.recorded, row.id)

    return max(candidates, key=rank, default=None)


def history(rows: list[Row], law: Law, *, since: int = 0) -> list[tuple[int, int, Field, int]]:
    """Return what the line adds to each position, hour by hour, in business time.

    Parameters
    ----------
    since
        First hour to tell of: a line with thousands of events is not read again for each.

    Returns
    -------
    list of (hour, pair, field, change)
        The hour counts since 1970; changes of one pair and field add up to the law's result.
    """
    changes: list[tuple[int, int, Field, int]] = []
    ordered = sorted(rows, key=lambda row: row.time)
    hours = [row.time // HOUR_MS for row in ordered]
    first = bisect_left(hours, since)
    before = law(ordered[:first]) if first else {}
    for end, hour in enumerate(hours[first:], start=first + 1):
        if end < len(hours) and hours[end] == hour:
            continue
        after = law(ordered[:end])
        for key in before.keys() | after.keys():
            change = after.get(key, 0) - before.get(key, 0)
            if change:
                changes.append((hour, *key, change))
        before = after
    return changes


def sums(rows: Iterable[Row]) -> dict[int, int]:
    """Return the summed quantity per pair."""
    total: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        total[row.pair] += row.q
    return total
