# SPDX-License-Identifier: AGPL-3.0-or-later
"""Service as order lines show it: fill rates, promises, moves after release, allocation."""

from typing import Any

import numpy as np

from sightline.sim.engine.moments import DAY, Ints
from sightline.sim.fulfil.rows import NEVER, LineBatch
from sightline.sim.truth.kpi.spans import Spans
from sightline.sim.truth.kpi.tally import Dimensions, ratio

EARLY_DAYS = 1  # K33: a promise is kept from so many days before its day
SPLIT = ("month", "region", "place", "channel")
Columns = dict[str, Ints]


class Lines:
    """K01, K02, K04, K33, K42 and K43. A day ends at midnight UTC.

    A line is of the cohort of the day on which it was due; what is due after the last day of
    the run is left out. What is ordered is what stood on the due day: a change or cancel up to
    its end counts, and a line that was cancelled by then was never due.
    """

    def __init__(self, dimensions: Dimensions, end_day: int) -> None:
        self._end_day = end_day
        self._tallies = {
            name: dimensions.tally(*SPLIT)
            for name in (
                "K01", "K01.requested", "K02", "K02.requested", "K04.value_fill", "K33.first",
                "K33.latest",
            )
        }  # fmt: skip
        self._moved = dimensions.tally("month", "place")
        self._allocation = Spans()
        self._promises, self._lines = 0, 0

    def take(self, batch: LineBatch) -> None:
        """Take in lines, of which every line comes once."""
        columns = batch.columns
        self._fill("", columns, "promise_first", "by_promise")
        self._fill(".requested", columns, "requested_day", "by_request")
        self._kept("K33.first", columns, "promise_first")
        self._kept("K33.latest", columns, "promise_last")
        self._release(columns)
        self._promises += int(columns["promises"].sum())
        self._lines += len(batch)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        told: dict[str, Any] = {name: each.told() for name, each in self._tallies.items()}
        told["K33.churn"] = ratio(self._promises - self._lines, self._lines)
        return told | {"K42": self._moved.told(), "K43": self._allocation.told()}

    def _fill(self, suffix: str, columns: Columns, due: str, by_due: str) -> None:
        """Add to line, unit and value fill, by one reading of when a line is due."""
        columns, wanted = self._cohort(columns, due)
        served = np.minimum(columns[by_due], wanted)
        where = _where(columns, due)
        self._tallies[f"K01{suffix}"].add((served >= wanted).astype(np.int64), 1, **where)
        self._tallies[f"K02{suffix}"].add(served, wanted, **where)
        if not suffix:
            price = columns["price"]
            self._tallies["K04.value_fill"].add(served * price, wanted * price, **where)

    def _kept(self, name: str, columns: Columns, promise: str) -> None:
        """Add lines that were shipped in full in the window of their promise."""
        columns, _ = self._cohort(columns, promise)
        day = completed_on(columns)
        kept = (day >= columns[promise] - EARLY_DAYS) & (day <= columns[promise])
        self._tallies[name].add(kept.astype(np.int64), 1, **_where(columns, promise))

    def _cohort(self, columns: Columns, due: str) -> tuple[Columns, Ints]:
        """Return the lines that were due, and what was wanted of each on its day."""
        wanted = wanted_by(columns, columns[due])
        which = (columns[due] < self._end_day) & (wanted > 0)
        return {name: column[which] for name, column in columns.items()}, wanted[which]

    def _release(self, columns: Columns) -> None:
        released = columns["released"] > 0
        moved = columns["taken_back"][released] > 0
        self._moved.add(
            moved.astype(np.int64),
            1,
            month=columns["released_at"][released] // DAY,
            place=columns["place"][released],
        )
        allocated = columns["allocated_at"] != NEVER
        self._allocation.many((columns["allocated_at"] - columns["placed_at"])[allocated])


def _where(columns: Columns, due: str) -> Columns:
    return {"month": columns[due], **{name: columns[name] for name in SPLIT[1:]}}


def wanted_by(columns: Columns, day: Ints) -> Ints:
    """Return the units that are ordered at the end of `day`."""
    changed = columns["changed_at"]
    is_changed = (changed != NEVER) & (changed // DAY <= day)
    return np.where(is_changed, columns["ordered"], columns["first_units"])


def completed_on(columns: Columns) -> Ints:
    """Return the day on which the last unit was shipped, `NEVER` where some is not."""
    done = (columns["shipped"] >= columns["ordered"]) & (columns["shipped"] > 0)
    return np.where(done, columns["shipped_at"] // DAY, NEVER)
