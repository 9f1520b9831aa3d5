# SPDX-License-Identifier: AGPL-3.0-or-later
"""X1: a supplier takes two and a half times as long, delivers in parts and says nothing."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY
from sightline.sim.inject.busy_suppliers import chosen
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

TIMES = 2.5
IN_PARTS = 0.4
FIRST = 0.25  # of the run
RIPENS = 9 * DAY  # until orders fail to come


class SupplierDelay(Injector):
    """Orders released to the supplier from its beginning on.

    The label's ``late_lines`` grow as due days pass without the goods.
    """

    code = "X1"

    def begin(self, world: "World") -> None:
        """Choose the supplier and make the label."""
        self._supplier = chosen(world, self.code, 0)
        self._since = world.run.begins(FIRST, ripens=RIPENS)
        self._label = world.labels.add(
            Label(
                label_id="X1/1",
                kind="supplier_delay",
                scope={"supplier": world.cast.suppliers[self._supplier].code},
                start=self._since,
                end=world.run.end,
                of_class="supply",
                expected={
                    "kpi": ["K27", "K28", "K29", "K30"],
                    "lead_time_factor": TIMES,
                    "partial_share": IN_PARTS,
                    "late_lines": [],
                },
            )
        ).label_id

    def lead_factor(self, supplier: int, at: int) -> float:
        """Return the longer lead time of the supplier."""
        return TIMES if self._strikes(supplier, at) else 1.0

    def partial_chance(self, supplier: int, at: int, base: float) -> float:
        """Return the greater chance of the supplier."""
        return IN_PARTS if self._strikes(supplier, at) else base

    def is_silent(self, supplier: int, at: int) -> bool:
        """Tell whether it is the supplier, once it has begun."""
        return self._strikes(supplier, at)

    def supplier_labels(self, supplier: int, at: int) -> tuple[str, ...]:
        """Label what comes of its orders."""
        return (self._label,) if self._strikes(supplier, at) else ()

    def _strikes(self, supplier: int, at: int) -> bool:
        return supplier == self._supplier and at >= self._since
