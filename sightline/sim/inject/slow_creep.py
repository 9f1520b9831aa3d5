# SPDX-License-Identifier: AGPL-3.0-or-later
"""X17: a supplier's lead time grows by four in a hundred each week, and nobody says so."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, stamp
from sightline.sim.inject.busy_suppliers import chosen
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

A_WEEK = 1.04
WEEK = 7 * DAY
FIRST = 0.2  # of the run
RIPENS = 35 * DAY


class SlowCreep(Injector):
    """The change point is its beginning; promises stay as they were."""

    code = "X17"

    def begin(self, world: "World") -> None:
        """Choose the supplier and make the label."""
        self._supplier = chosen(world, self.code, 1)
        self._since = world.run.begins(FIRST, ripens=RIPENS)
        self._label = world.labels.add(
            Label(
                label_id="X17/1",
                kind="lead_time_creep",
                scope={"supplier": world.cast.suppliers[self._supplier].code},
                start=self._since,
                end=world.run.end,
                of_class="supply",
                expected={
                    "kpi": ["K28", "K27"],
                    "direction": "up",
                    "change_point": stamp(self._since),
                    "factor_per_week": A_WEEK,
                    "late_lines": [],
                },
            )
        ).label_id

    def lead_factor(self, supplier: int, at: int) -> float:
        """Return how far the lead time of the supplier has crept."""
        if supplier != self._supplier or at < self._since:
            return 1.0
        return float(round(A_WEEK ** ((at - self._since) / WEEK), 6))

    def supplier_labels(self, supplier: int, at: int) -> tuple[str, ...]:
        """Label what comes of its orders."""
        is_mine = supplier == self._supplier and at >= self._since
        return (self._label,) if is_mine else ()
