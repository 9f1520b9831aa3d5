# SPDX-License-Identifier: AGPL-3.0-or-later
"""How well books and shelves agree, where somebody counted."""

from typing import Any

import numpy as np

from sightline.sim.engine.moments import DAY, HOUR, Ints
from sightline.sim.fulfil.counts import CountBatch
from sightline.sim.truth.kpi.tally import Dimensions

PER_CENT = 100  # K55: one per cent is right, and one piece


class CountAccuracy:
    """K55 of cycle counts; the opening stock has no books to agree with."""

    def __init__(self, dimensions: Dimensions, cost: Ints, start: int) -> None:
        self._cost, self._opening = cost, start // HOUR
        self._right = dimensions.tally("month", "place")
        self._net, self._gross = 0, 0

    def take(self, batch: CountBatch) -> None:
        """Take in counts."""
        if not len(batch.at) or int(batch.at[0]) // HOUR == self._opening:
            return
        variance = batch.units - batch.book
        right = np.abs(variance) * PER_CENT <= np.maximum(batch.book, PER_CENT)
        day = batch.at // DAY
        self._right.add(right.astype(np.int64), 1, month=day, place=batch.place)
        value = variance * self._cost[batch.item]
        self._net += int(value.sum())
        self._gross += int(np.abs(value).sum())

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; variances in cents."""
        return {
            "K55": self._right.told(),
            "K55.variance": {"net_cents": self._net, "gross_cents": self._gross},
        }
