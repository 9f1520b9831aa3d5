# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why lines failed, as far as the world can tell without living again."""

from typing import Any

import numpy as np

from sightline.sim.engine.moments import DAY, Flags, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.truth.kpi.lines import wanted_by
from sightline.sim.truth.kpi.tally import ratio

ROOM = 1 << 20  # for days
BLOCKED, LATE, NEITHER = "finance_hold", "supplier", "other"


class Failures:
    """K50 of lines not in full by their first promise, by what was in the way on that day.

    `finance_hold`: a receipt of the item lay blocked at the place; else `supplier`: an order
    for it was overdue there; else `other`. What was in the way may not have been needed, so
    this is an upper bound for the first two.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._end_day = world.run.end // DAY
        self._failed: list[Ints] = []
        self._days: dict[str, set[int]] = {BLOCKED: set(), LATE: set()}

    def lines(self, batch: LineBatch) -> None:
        """Take in order lines, of which every one comes once."""
        columns = batch.columns
        due = columns["promise_first"]
        failed = (due < self._end_day) & (columns["by_promise"] < wanted_by(columns, due))
        self._failed.append(_cells(columns["il"][failed], due[failed]))

    def purchase(self, line: PurchaseLine) -> None:
        """Take in a purchase order line at its end, or open."""
        for receipt in line.receipts:
            if receipt.bucket == "blocked":
                hold_days = self._world.hooks.receipt_hold_days
                held = hold_days(line.supplier, line.place, receipt.at)
                self._note(BLOCKED, line.il, receipt.at // DAY, receipt.at + int(held * DAY))
        if line.released_at:
            ended = line.closed_at or self._world.run.end
            self._note(LATE, line.il, line.due_day + 1, ended)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; shares add up to 1."""
        failed = np.concatenate(self._failed) if self._failed else np.zeros(0, np.int64)
        blocked = self._hit(failed, BLOCKED)
        late = self._hit(failed, LATE) & ~blocked
        counts = {BLOCKED: int(blocked.sum()), LATE: int(late.sum())}
        counts[NEITHER] = len(failed) - sum(counts.values())
        return {"K50": {name: ratio(count, len(failed)) for name, count in counts.items()}}

    def _note(self, cause: str, il: int, first: int, until: int) -> None:
        self._days[cause].update(il * ROOM + day for day in range(first, until // DAY + 1))

    def _hit(self, failed: Ints, cause: str) -> Flags:
        """Tell which lines were due on a day on which something was in their way."""
        return np.isin(failed, np.array(sorted(self._days[cause]), dtype=np.int64))


def _cells(il: Ints, day: Ints) -> Ints:
    return np.asarray(il * ROOM + day)
