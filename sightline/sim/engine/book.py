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
ROW = {name: row for row, name in enumerate(MEASURES)}
ONE = (int, np.integer)


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
        self._single: list[tuple[int, int, dict[str, int]]] = []
        self._pending: list[tuple[Ints, Ints, dict[str, Ints]]] = []

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
        if isinstance(at, ONE) and isinstance(il, ONE):
            self._post_one(int(at), int(il), {name: int(amount) for name, amount in by.items()})
            return
        where = np.array(il, dtype=np.int64, ndmin=1)
        when = np.broadcast_to(np.array(at, dtype=np.int64), where.shape)
        kept = {name: np.array(amount, dtype=np.int64) for name, amount in by.items()}
        for name, amount in kept.items():
            np.add.at(self.level[ROW[name]], where, amount)
        self._pending.append((when, where, kept))

    def taken(self) -> Changes:
        """Return the changes since the last call, and forget them."""
        single, self._single = self._single, []
        pending, self._pending = self._pending, []
        ends = np.cumsum([len(single), *(len(where) for _, where, _ in pending)])
        changes = Changes(
            at=np.empty(ends[-1], np.int64),
            il=np.empty(ends[-1], np.int64),
            by=np.zeros((ends[-1], len(MEASURES)), np.int64),
        )
        for row, (at, il, amounts) in enumerate(single):
            changes.at[row], changes.il[row] = at, il
            for name, amount in amounts.items():
                changes.by[row, ROW[name]] = amount
        for first, end, (when, where, by) in zip(ends[:-1], ends[1:], pending, strict=True):
            changes.at[first:end], changes.il[first:end] = when, where
            for name, column in by.items():
                changes.by[first:end, ROW[name]] = column
        return changes

    def _post_one(self, at: int, il: int, by: dict[str, int]) -> None:
        for name, amount in by.items():
            self.level[ROW[name], il] += amount
        self._single.append((at, il, by))
