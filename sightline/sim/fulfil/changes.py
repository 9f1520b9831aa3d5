# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers change their mind: a line is changed or cancelled, if it has not been released."""

import numpy as np

from sightline.sim.demand.lines import NOT_CHANGED
from sightline.sim.engine.moments import HOUR, SECOND, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import NEVER, OpenLines


class Changes:
    """What customers want differently, hour by hour."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows

    def run(self, at: int) -> None:
        """Apply what customers ask for in the hour from `at`; too late is ignored."""
        column = self._rows.column
        when = column("new_at")
        due = (column("new_units") != NOT_CHANGED) & (when >= at) & (when < at + HOUR)
        is_free = (column("picking") == 0) & (column("shipped") == 0) & (column("ordered") > 0)
        rows = np.flatnonzero(due & is_free & (column("new_units") != column("ordered")))
        if len(rows):
            self._apply(rows)

    def _apply(self, rows: Ints) -> None:
        when, il, ordered, new, allocated = self._rows.at(
            rows, "new_at", "il", "ordered", "new_units", "allocated"
        )
        before, after = np.minimum(allocated, ordered), np.minimum(allocated, new)
        self._world.book.post(
            when,
            il,
            outstanding=new - ordered,
            reserved=after - before,
            backordered=(new - after) - (ordered - before),
        )
        self._tell(rows, when, ordered, new)
        self._trim(rows, when, allocated, new)
        self._rows.put(rows, ordered=new, changed_at=when, allocated=np.minimum(allocated, new))

    def _trim(self, rows: Ints, when: Ints, allocated: Ints, new: Ints) -> None:
        """Give back what is allocated beyond the new quantity; reserved fell with the line."""
        which = allocated > new
        rows, excess = rows[which], (allocated - new)[which]
        self._world.facts.many(
            "allocation.changed",
            when[which] + SECOND,
            **self._rows.named(rows),
            units=-excess,
            hard=1,
            rank=self._rows.at(rows, "rank")[0],
            from_customer=NEVER,
            from_day=NEVER,
            from_nth=NEVER,
        )

    def _tell(self, rows: Ints, when: Ints, ordered: Ints, new: Ints) -> None:
        named = self._rows.named(rows)
        gone = new == 0
        requested = self._rows.at(rows, "requested_day")[0]
        self._world.facts.many(
            "demand.line_cancelled",
            when[gone],
            self._labels(rows[gone]),
            **{name: values[gone] for name, values in named.items()},
            version=2,
            units=ordered[gone],
            initiator=0,
        )
        self._world.facts.many(
            "demand.line_changed",
            when[~gone],
            self._labels(rows[~gone]),
            **{name: values[~gone] for name, values in named.items()},
            version=2,
            units=new[~gone],
            requested_day=requested[~gone],
        )

    def _labels(self, rows: Ints) -> dict[int, str]:
        names = list(self._world.labels.all)
        label = self._rows.at(rows, "label")[0].tolist()
        return {row: names[number - 1] for row, number in enumerate(label) if number}
