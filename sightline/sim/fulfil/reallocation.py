# SPDX-License-Identifier: AGPL-3.0-or-later
"""After release a line can still lose its stock to another: rare, and a control to watch."""

import numpy as np

from sightline.sim.engine.moments import HOUR, SECOND, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.allocation import AllocationRun
from sightline.sim.fulfil.rows import NEVER, OpenLines

NATURAL_SHARE = 0.002  # of released lines that have a neighbour in want
SECOND_OF_HOUR = 3


class Reallocation:
    """Moves reservations from lines being picked to waiting lines of the same item."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows
        self._chance = world.draws.stream("reallocation")

    def run(self, at: int) -> None:
        """Move what is moved at `at`: one waiting line for each line that loses."""
        donors, takers = self._pairs(at)
        donors, takers = self._drawn(at, donors, takers)
        if len(donors):
            self._move(at, donors, takers)

    def _pairs(self, at: int) -> tuple[Ints, Ints]:
        """Return lines being picked, and for each a line of the same item in want."""
        column = self._rows.column
        is_idle = column("picking") == 0
        wanting = np.flatnonzero((column("ordered") > column("allocated")) & is_idle)
        losing = np.flatnonzero(~is_idle & (column("ship_at") >= at + HOUR))
        takers = self._first_of_each(wanting, column("rank")[wanting])
        donors = self._first_of_each(losing, column("rank")[losing])
        _, of_taker, of_donor = np.intersect1d(
            column("il")[takers], column("il")[donors], return_indices=True
        )
        return donors[of_donor], takers[of_taker]

    def _first_of_each(self, rows: Ints, rank: Ints) -> Ints:
        """Return one line for each item and place: the best rank, then by key."""
        il, key = self._rows.at(rows, "il", "key")
        order = np.lexsort((key, rank, il))
        _, first = np.unique(il[order], return_index=True)
        return rows[order][first]

    def _drawn(self, at: int, donors: Ints, takers: Ints) -> tuple[Ints, Ints]:
        place, key = self._rows.at(donors, "place", "key")
        added = [self._world.hooks.realloc_share(p.index, at) for p in self._world.cast.places]
        share = NATURAL_SHARE + np.array(added)[place]
        which = self._chance.chance(key.view(np.uint64), at // HOUR, share)
        return donors[which], takers[which]

    def _move(self, at: int, donors: Ints, takers: Ints) -> None:
        when = np.full(len(donors), at + SECOND_OF_HOUR * SECOND)
        il, picking, kept, back = self._rows.at(
            donors, "il", "picking", "allocated", "taken_back"
        )
        ordered, allocated = self._rows.at(takers, "ordered", "allocated")
        units = np.minimum(picking, ordered - allocated)
        self._rows.put(
            donors, allocated=kept - units, picking=picking - units, taken_back=back + units
        )
        self._rows.put(takers, allocated=allocated + units)
        labels = self._labels(when, int((back == 0).sum()))
        self._judge(when, donors, takers)
        self._tell(when, donors, -units, None, labels)
        self._tell(when + SECOND, takers, units, donors, {})
        self._world.book.post(when, il, reserved=-units, backordered=units)
        self._world.book.post(when + SECOND, il, reserved=units, backordered=-units)

    def _judge(self, when: Ints, donors: Ints, takers: Ints) -> None:
        """Count what went to a line while the one that lost it is better and due no later."""
        lost, due = self._rows.at(donors, "rank", "requested_day")
        got, later = self._rows.at(takers, "rank", "requested_day")
        inverted = int(((lost < got) & (due <= later)).sum())
        self._world.ended(AllocationRun(int(when[0]), len(donors), inverted))

    def _tell(
        self,
        when: Ints,
        rows: Ints,
        units: Ints,
        given_by: Ints | None,
        labels: dict[int, str],
    ) -> None:
        by = self._rows.named(given_by) if given_by is not None else {}
        self._world.facts.many(
            "allocation.changed",
            when,
            labels,
            **self._rows.named(rows),
            units=units,
            hard=1,
            rank=self._rows.at(rows, "rank")[0],
            **{f"from_{name}": by.get(name, NEVER) for name in ("customer", "day", "nth")},
        )

    def _labels(self, when: Ints, lines: int) -> dict[int, str]:
        """Return labels by row; `lines` lost stock for the first time."""
        found = self._world.hooks.reallocated(int(when[0]), lines)
        return {row: label for label in found for row in range(len(when))}
