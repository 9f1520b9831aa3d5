# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock as the world knows it: whole base units per item and place, and every change of them.

An index ``il`` stands for item and place: ``item * places + place``. Within an hour only
changes are posted, and changes commute; who has to know a level asks at the top of the hour.
"""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.moments import Ints

MEASURES = (
    "on_hand",
    "reserved",
    "hold",
    "on_order",
    "in_transit",
    "outstanding",
    "backordered",
)


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of stock: `at` µs, `il`, and one row of `by` for each, in order of `MEASURES`."""

    at: Ints
    il: Ints
    by: Ints


class Book:
    """Levels by measure and `il`, and the changes since they were last taken."""

    def __init__(self, items: int, places: int) -> None:
        self.places = places
        self.level = np.zeros((len(MEASURES), items * places), dtype=np.int64)
        self.leaked = np.zeros(items * places, dtype=np.int64)  # gone, and nobody knows yet
        self._pending: list[tuple[Ints, Ints, dict[str, Ints | int]]] = []

    @property
    def on_hand(self) -> Ints:
        """Return the book quantity, base units."""
        return np.asarray(self.level[0])

    @property
    def reserved(self) -> Ints:
        """Return what is allocated to open lines."""
        return np.asarray(self.level[1])

    @property
    def hold(self) -> Ints:
        """Return what may not be used."""
        return np.asarray(self.level[2])

    @property
    def available(self) -> Ints:
        """Return on hand - reserved - hold."""
        return np.asarray(self.level[0] - self.level[1] - self.level[2])

    @property
    def position_net(self) -> Ints:
        """Return on hand + on order + in transit - backordered - reserved - hold."""
        level = self.level
        supply = level[0] + level[3] + level[4]
        return np.asarray(supply - level[6] - level[1] - level[2])

    def post(self, at: Ints | int, il: Ints | int, **by: Ints | int) -> None:
        """Change levels; `by` names measures, scalars or arrays as long as `il`."""
        where = np.atleast_1d(np.asarray(il, dtype=np.int64))
        when = np.broadcast_to(np.asarray(at, dtype=np.int64), where.shape)
        for name, amount in by.items():
            np.add.at(self.level[MEASURES.index(name)], where, amount)
        self._pending.append((when, where, by))

    def taken(self) -> Changes:
        """Return the changes since the last call, and forget them."""
        pending, self._pending = self._pending, []
        rows = sum(len(where) for _, where, _ in pending)
        changes = Changes(
            at=np.empty(rows, np.int64),
            il=np.empty(rows, np.int64),
            by=np.zeros((rows, len(MEASURES)), np.int64),
        )
        first = 0
        for when, where, by in pending:
            rows_here = slice(first, first + len(where))
            changes.at[rows_here], changes.il[rows_here] = when, where
            for name, amount in by.items():
                changes.by[rows_here, MEASURES.index(name)] = amount
            first = rows_here.stop
        return changes
