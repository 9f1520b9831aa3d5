# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole orders: every line in full when the last of them was due."""

from typing import Any

import numpy as np

from sightline.sim.engine.moments import Ints
from sightline.sim.fulfil.rows import NEVER, LineBatch
from sightline.sim.truth.kpi.lines import completed_on, wanted_by
from sightline.sim.truth.kpi.tally import Dimensions

NO_DAY = np.iinfo(np.int32).max  # of a line that was not shipped in full
CUSTOMER_ROOM, NTH_ROOM = 1 << 20, 1 << 12


class Orders:
    """K03: an order is due when its last line is, by first promises.

    Lines of an order come to their end on different days, so what is known of each order is
    kept: due day and day of the last shipment, 16 bytes.
    """

    def __init__(self, dimensions: Dimensions, end_day: int) -> None:
        self._end_day = end_day
        self._dimensions = dimensions
        self._parts: list[tuple[Ints, Ints]] = []

    def take(self, batch: LineBatch) -> None:
        """Take in lines, of which every line comes once."""
        columns = batch.columns
        due = columns["promise_first"]
        wanted = wanted_by(columns, due)
        done = completed_on(columns)
        done = np.where((done != NEVER) & (columns["shipped"] >= wanted), done, NO_DAY)
        key = (columns["day"] * CUSTOMER_ROOM + columns["customer"]) * NTH_ROOM
        key = (key + columns["nth"]) * len(self._dimensions.channel) + columns["channel"]
        self._parts.append(_grouped(key[wanted > 0], np.stack([due, done])[:, wanted > 0]))

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        tally = self._dimensions.tally("month", "channel")
        keys = [key for key, _ in self._parts]
        if keys:
            key, (due, done) = _grouped(
                np.concatenate(keys), np.concatenate([days for _, days in self._parts], axis=1)
            )
            is_due = due < self._end_day
            tally.add(
                (done <= due)[is_due].astype(np.int64),
                1,
                month=due[is_due],
                channel=(key % len(self._dimensions.channel))[is_due],
            )
        return {"K03": tally.told()}


def _grouped(key: Ints, days: Ints) -> tuple[Ints, Ints]:
    """Return each key once, with the latest of its `days`, one row for each kind."""
    found, where = np.unique(key, return_inverse=True)
    latest = np.zeros((len(days), len(found)), dtype=np.int64)
    for row, column in zip(latest, days, strict=True):
        np.maximum.at(row, where, column)
    return found, latest
