# SPDX-License-Identifier: AGPL-3.0-or-later
"""Free stock goes to open lines by policy rank: once an hour, the best rank first."""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.moments import MINUTE, SECOND, Flags, Ints, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import NEVER, OpenLines

AHEAD_DAYS = 6  # lines wanted later wait with their claim
STARTS_S, LASTS_MS = 10, 28_000  # the job runs from second 10 of the hour to second 38


@dataclass(frozen=True, slots=True)
class AllocationRun:
    """What one hour's allocation did where there was too little for all.

    Attributes
    ----------
    under_shortage
        Allocations of items that did not suffice for every waiting line.
    inversions
        Those of them to a line while a better-ranked line, due no later, went short.
    """

    at: int
    under_shortage: int
    inversions: int


class Allocation:
    """The hourly job."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows
        self._spread = world.draws.stream("allocation/second")

    def run(self, at: int) -> None:
        """Allocate what is free at `at`."""
        rows = self._waiting(at)
        if not len(rows):
            return
        rank = self._taken_ranks(at, rows)
        rows, rank = self._in_order(rows, rank)
        il, want = self._rows.at(rows, "il", "ordered")
        want = want - self._rows.at(rows, "allocated")[0]
        got = shared_out(il, want, self._world.book.available)
        when = self._moments(at, il)
        inverted = self._inverted(rows, rank, got, want)
        self._give(rows, when, got, self._labels(at, rows, inverted))
        self._say_short(rows, when, want - got)
        is_scarce = np.isin(il, il[got < want]) & (got > 0)
        if is_scarce.any():
            run = AllocationRun(at, int(is_scarce.sum()), int(inverted.sum()))
            self._world.ended(run)

    def _waiting(self, at: int) -> Ints:
        column = self._rows.column
        need = column("ordered") - column("allocated")
        is_soon = column("requested_day") <= day_of(at) + AHEAD_DAYS
        return np.flatnonzero((need > 0) & is_soon)

    def _taken_ranks(self, at: int, rows: Ints) -> Ints:
        """Return the ranks by which the job goes, which may not be those of the policy."""
        place, rank, channel = self._rows.at(rows, "place", "rank", "channel")
        taken = rank.copy()
        for each in np.unique(place):
            here = place == each
            taken[here] = self._world.hooks.ranks(int(each), at, rank[here], channel[here])
        return taken

    def _in_order(self, rows: Ints, rank: Ints) -> tuple[Ints, Ints]:
        il, requested, placed, key = self._rows.at(
            rows, "il", "requested_day", "placed_at", "key"
        )
        order = np.lexsort((key, placed, requested, rank, il))
        return rows[order], rank[order]

    def _moments(self, at: int, il: Ints) -> Ints:
        offset = self._spread.whole(il.astype(np.uint64), at // MINUTE, LASTS_MS)
        return np.asarray(at + STARTS_S * SECOND + offset * 1000)

    def _inverted(self, rows: Ints, taken: Ints, got: Ints, want: Ints) -> Flags:
        il, rank, requested = self._rows.at(rows, "il", "rank", "requested_day")
        if (taken == rank).all():
            return np.zeros(len(rows), dtype=np.bool_)
        return inversions(il, rank, requested, got, want)

    def _labels(self, at: int, rows: Ints, inverted: Flags) -> dict[int, str]:
        """Return labels by key of the line."""
        key, place = self._rows.at(rows[inverted], "key", "place")
        found: dict[int, str] = {}
        for each in np.unique(place):
            here = place == each
            for label in self._world.hooks.inverted(int(each), at, int(here.sum())):
                found |= dict.fromkeys(key[here].tolist(), label)
        return found

    def _give(self, rows: Ints, when: Ints, got: Ints, labels: dict[int, str]) -> None:
        which = got > 0
        rows, when, got = rows[which], when[which], got[which]
        il, allocated, ordered, first = self._rows.at(
            rows, "il", "allocated", "ordered", "allocated_at"
        )
        is_full = (allocated + got >= ordered) & (first == NEVER)
        self._rows.put(
            rows, allocated=allocated + got, allocated_at=np.where(is_full, when, first)
        )
        self._world.book.post(when, il, reserved=got, backordered=-got)
        self._world.facts.many(
            "allocation.changed",
            when,
            self._by_row(rows, labels),
            **self._rows.named(rows),
            units=got,
            hard=1,
            rank=self._rows.at(rows, "rank")[0],
            from_customer=NEVER,
            from_day=NEVER,
            from_nth=NEVER,
        )

    def _say_short(self, rows: Ints, when: Ints, short: Ints) -> None:
        said = self._rows.at(rows, "is_short")[0]
        which = (short > 0) & (said == 0)
        rows, when, short = rows[which], when[which], short[which]
        self._rows.put(rows, is_short=1)
        self._world.facts.many(
            "demand.line_backordered",
            when + SECOND,
            **self._rows.named(rows),
            units=short,
            reason=0,
        )

    def _by_row(self, rows: Ints, labels: dict[int, str]) -> dict[int, str]:
        """Return labels, given by key of the line, by place in `rows`."""
        if not labels:
            return {}
        keys = self._rows.at(rows, "key")[0].tolist()
        return {row: labels[key] for row, key in enumerate(keys) if key in labels}


def shared_out(il: Ints, want: Ints, available: Ints) -> Ints:
    """Return what each line gets: first come first served within an item and place.

    Parameters
    ----------
    il
        Sorted, so that the lines of an item and place are together, the first to be served
        first.
    want
        Units, > 0.
    available
        Units free by `il`; below 0 counts as none.

    Examples
    --------
    >>> shared_out(np.array([0, 0, 2]), np.array([3, 5, 1]), np.array([4, 9, 0])).tolist()
    [3, 1, 0]
    """
    total = np.cumsum(want)
    is_first = np.r_[True, il[1:] != il[:-1]]
    group = np.cumsum(is_first) - 1
    before = total - want
    taken = before - before[is_first][group]
    got: Ints = np.clip(np.maximum(available[il], 0) - taken, 0, want)
    return got


def inversions(il: Ints, rank: Ints, requested: Ints, got: Ints, want: Ints) -> Flags:
    """Tell which lines got stock while a better-ranked one, due no later, went short.

    All by line; `il` sorted.
    """
    found = np.zeros(len(il), dtype=np.bool_)
    short = got < want
    for each in np.unique(il[short]):
        here = np.flatnonzero(il == each)
        for row in here[got[here] > 0]:
            better = (rank[here] < rank[row]) & (requested[here] <= requested[row])
            found[row] = bool((better & short[here]).any())
    return found
