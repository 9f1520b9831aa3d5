# SPDX-License-Identifier: AGPL-3.0-or-later
"""X5: a partner sends its orders again under new numbers; it cancels them when found out."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.changes import later
from sightline.sim.demand.lines import DayLines
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.inject.hooks import Injector
from sightline.sim.inject.orders import DUPLICATE, line_ids, mark_of, marked
from sightline.sim.inject.partners import Batch, batches, sent_by

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

AGAIN_AFTER_H = 0.3, 1.5
FOUND_AFTER_H = 4.0, 30.0
CANCELLED = 0
LATEST = DAY - HOUR // 2  # of its day, for a copy


class DuplicateOrders(Injector):
    """Copies of what a partner orders by itself; the first orders stay as they are."""

    code = "X5"

    def begin(self, world: "World") -> None:
        """Choose partners and days."""
        self._world = world
        self._batches = batches(world, "duplicate_orders")
        self._labels = [
            self._label(number, batch) for number, batch in enumerate(self._batches, start=1)
        ]
        self._marks = [mark_of(world, label) for label in self._labels]

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Add the copies of the day, if any."""
        copies = [
            self._copied(lines, batch, label, mark)
            for batch, label, mark in zip(self._batches, self._labels, self._marks, strict=True)
            if batch.day == day
        ]
        return DayLines.joined(copies) if copies else None

    def _copied(self, lines: DayLines, batch: Batch, label: Label, mark: int) -> DayLines:
        first = lines.taken(sent_by(lines, batch.customer) & (lines.at >= batch.first_at))
        dice = self._world.draws.dice("duplicate_orders", batch.customer, batch.day)
        again = np.full(len(first), dice.uniform(*AGAIN_AFTER_H))
        at = np.minimum(later(first.at, again), day_end(batch.day))
        found = np.full(len(first), dice.uniform(*FOUND_AFTER_H))
        copy = replace(
            marked(first, mark),
            at=at,
            nth=first.nth + DUPLICATE,
            new_units=np.full(len(first), CANCELLED),
            new_at=later(at, found),
        )
        pairs = zip(
            line_ids(self._world.cast, copy), line_ids(self._world.cast, first), strict=True
        )
        label.expected["copy_of"] |= dict(pairs)
        return copy

    def _label(self, number: int, batch: Batch) -> Label:
        cast = self._world.cast
        customer = cast.customers[batch.customer]
        return Label(
            label_id=f"X5/{number}",
            kind="duplicate_order",
            of_class="demand",
            scope={
                "customer": customer.code,
                "region": REGIONS[customer.region],
                "loc": cast.places[int(cast.place_of_region[customer.region])].code,
            },
            start=batch.first_at,
            end=(batch.day + 1) * DAY,
            expected={"copy_of": {}},
        )


def day_end(day: int) -> int:
    """Return the latest moment of `day` for a copy."""
    return day * DAY + LATEST
