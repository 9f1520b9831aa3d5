# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is owed at the end of the run, and since when."""

from typing import Any

import numpy as np

from sightline.sim.engine.moments import Ints
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.truth.kpi.tally import Dimensions

BUCKETS = {"0-3": (0, 3), "4-7": (4, 7), "8-14": (8, 14), "15-30": (15, 30), ">30": (31, 10**6)}
SPLIT = ("region", "place", "channel")


class Backlog:
    """K09 and K10 as of the last day.

    A line is overdue from its requested day on; its age is counted in days from then, or from
    the day of the order where that is later. ``K10`` has all open lines, ``K10.due`` those that
    are due.
    """

    def __init__(self, dimensions: Dimensions, last_day: int) -> None:
        self._last_day = last_day
        self._age = dimensions.tally(*SPLIT)
        self._buckets = {name: dimensions.tally(*SPLIT) for name in BUCKETS}
        self._rate, self._due_rate = dimensions.tally(*SPLIT), dimensions.tally(*SPLIT)

    def take(self, batch: LineBatch) -> None:
        """Take in the lines that are open at the end."""
        columns = batch.columns
        outstanding = columns["ordered"] - columns["shipped"]
        reserved = np.clip(columns["allocated"] - columns["shipped"], 0, outstanding)
        owed = outstanding - reserved
        where = {name: columns[name] for name in SPLIT}
        self._rate.add(owed, outstanding, **where)
        due = columns["requested_day"] <= self._last_day
        self._due_rate.add(np.where(due, owed, 0), outstanding, **where)
        self._ages(columns, np.where(due, owed, 0), where)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        return {
            "K09.mean_days": self._age.told(),
            "K09.units_by_days": {name: each.told() for name, each in self._buckets.items()},
            "K10": self._rate.told(),
            "K10.due": self._due_rate.told(),
        }

    def _ages(self, columns: dict[str, Ints], owed: Ints, where: dict[str, Ints]) -> None:
        age = self._last_day - np.maximum(columns["requested_day"], columns["day"])
        self._age.add(owed * age, owed, **where)
        for name, (first, last) in BUCKETS.items():
            inside = (age >= first) & (age <= last)
            self._buckets[name].add(np.where(inside, owed, 0), owed, **where)
