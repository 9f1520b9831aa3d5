# SPDX-License-Identifier: AGPL-3.0-or-later
"""X4: for six hours a partner's pieces are taken as cases; found and corrected next morning."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.lines import NOT_CHANGED, DayLines
from sightline.sim.engine.agenda import free_minute
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import HOUR, SECOND, Flags, Ints
from sightline.sim.inject.hooks import Injector
from sightline.sim.inject.orders import changed, line_ids, mark_of
from sightline.sim.inject.partners import Batch, batches, sent_by

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

LASTS = 6 * HOUR
FOUND_AFTER = 3_600, 9_000  # seconds of the next working day, from when the place opens


class UnitError(Injector):
    """What the documents mean stays as it was; what the company reads is times the pack."""

    code = "X4"

    def begin(self, world: "World") -> None:
        """Choose partners and mornings."""
        self._world = world
        self._batches = batches(world, "unit_error")
        self._labels = [
            self._label(number, batch) for number, batch in enumerate(self._batches, start=1)
        ]
        self._marks = [mark_of(world, label) for label in self._labels]

    def misread(self, day: int, lines: DayLines) -> DayLines:
        """Take pieces for cases; the true quantity comes with the correction."""
        for batch, label, mark in zip(self._batches, self._labels, self._marks, strict=True):
            rows = _hit(lines, batch)
            if rows.any():
                meant = lines.units[rows]
                lines = self._spoilt(lines, rows, mark, self._found_at(batch))
                self._note(label, lines.taken(rows), meant)
        return lines

    def _spoilt(self, lines: DayLines, rows: Flags, mark: int, found_at: int) -> DayLines:
        pack = self._world.cast.item_pack[lines.item]
        meant = np.where(lines.new_units == NOT_CHANGED, lines.units, lines.new_units)
        return changed(
            lines,
            rows,
            units=lines.units * pack,
            in_cases=1,
            new_units=meant,
            new_at=found_at,
            checked_at=found_at,
            label=mark,
        )

    def _found_at(self, batch: Batch) -> int:
        """Return when somebody at the place looks into it, next working day."""
        cast = self._world.cast
        place = int(cast.place_of_region[int(cast.customer_region[batch.customer])])
        calendar = cast.calendar_of(place)
        dice = self._world.draws.dice("unit_error/found", batch.customer, batch.day)
        opens = calendar.opens(calendar.next_open(batch.day + 1))
        return free_minute(opens + dice.whole(*FOUND_AFTER) * SECOND)

    def _note(self, label: Label, spoilt: DayLines, meant: Ints) -> None:
        ids = line_ids(self._world.cast, spoilt)
        label.expected["true_units"] |= dict(zip(ids, meant.tolist(), strict=True))
        label.expected["read_units"] |= dict(zip(ids, spoilt.units.tolist(), strict=True))

    def _label(self, number: int, batch: Batch) -> Label:
        cast = self._world.cast
        customer = cast.customers[batch.customer]
        return Label(
            label_id=f"X4/{number}",
            kind="unit_error",
            of_class="demand",
            scope={
                "customer": customer.code,
                "region": REGIONS[customer.region],
                "loc": cast.places[int(cast.place_of_region[customer.region])].code,
            },
            start=batch.first_at,
            end=batch.first_at + LASTS,
            expected={"true_units": {}, "read_units": {}},
        )


def _hit(lines: DayLines, batch: Batch) -> Flags:
    in_time = (lines.at >= batch.first_at) & (lines.at < batch.first_at + LASTS)
    return np.asarray(sent_by(lines, batch.customer) & in_time & (lines.label == 0))
