# SPDX-License-Identifier: AGPL-3.0-or-later
"""X12: finance blocks what comes in at one place, each receipt for two days."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

HOLD_DAYS = 2.0
FIRST = 0.4  # of the run
FOR_DAYS = 6  # receipts are blocked, until invoices agree again


class FinanceHold(Injector):
    """Receipts of a week at the place that the seed chooses; every one has its own label."""

    code = "X12"

    def begin(self, world: "World") -> None:
        """Choose place and time."""
        self._world = world
        places = world.cast.places
        self._place = world.draws.dice(self.code, "place").whole(0, len(places) - 1)
        self._since = world.run.begins(FIRST)
        self._until = self._since + FOR_DAYS * DAY

    def receipt_hold_days(self, supplier: int, place: int, at: int) -> float:
        """Return two days for the place while it lasts."""
        is_blocked = place == self._place and self._since <= at < self._until
        return HOLD_DAYS if is_blocked else 0.0

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Make a label for the receipt called `name`."""
        if what != "receipt" or not self.receipt_hold_days(0, which, at):
            return ()
        line = name.rsplit("/", 2)[0]
        label = Label(
            label_id=f"{self.code}/{name}",
            kind="finance_hold",
            scope={
                "po_line": line,
                "item": line.rsplit("/", 1)[1],
                "loc": self._world.cast.places[which].code,
            },
            start=at,
            end=at + int(HOLD_DAYS * DAY),
            of_class="inventory",
            expected={"kpi": "K50", "cause": "finance", "hold_days": HOLD_DAYS},
        )
        return (self._world.labels.add(label).label_id,)
