# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes in on hold and how it is let go: quality inspection, and blocks by finance."""

from collections.abc import Callable
from typing import Any

from sightline.sim.engine.facts import quantity
from sightline.sim.engine.moments import DAY, SECOND
from sightline.sim.engine.world import World
from sightline.sim.procure.order import Bucket, PurchaseLine, Receipt
from sightline.sim.procure.sayings import say

INSPECTED, INSPECTED_BY_REJECT = 0.03, 3.0  # share of receipts, more for bad suppliers
FAULTY = 0.4  # of inspected receipts of a supplier with any rejects
WORK_HOURS = (3.0, 14.0)
KNOWN_OF_STOCK = ("item", "loc", "region")
KNOWN_OF_REPORT = (*KNOWN_OF_STOCK, "supplier", "po_line")
DEFECTS = ("DAMAGED", "WRONG_ITEM", "OUT_OF_SPEC", "EXPIRED", "LABEL")


class Inspection:
    """Holds receipts and lets them go.

    Parameters
    ----------
    released
        Called with a line when one of its receipts was let go or refused, and the moment.
    """

    def __init__(self, world: World, released: Callable[[PurchaseLine, int], None]) -> None:
        self._world = world
        self._released = released

    def bucket(self, line: PurchaseLine, name: str, at: int) -> tuple[Bucket, tuple[str, ...]]:
        """Return where the receipt called `name` goes, and labels of its block."""
        if self._world.hooks.receipt_hold_days(line.supplier, line.place, at) > 0:
            return "blocked", self._world.hooks.labels_of("receipt", line.place, at, name)
        dice = self._world.draws.dice("inspected", name)
        return ("quality", ()) if dice.chance(self._inspected(line)) else ("available", ())

    def begin(self, line: PurchaseLine, receipt: Receipt, labels: tuple[str, ...]) -> None:
        """Let a receipt on hold go in time."""
        if receipt.bucket == "available":
            return
        line.on_inspection += 1
        at = receipt.at
        if receipt.bucket == "blocked":
            days = self._world.hooks.receipt_hold_days(line.supplier, line.place, at)
            due = at + round(days * DAY / SECOND) * SECOND
        else:
            dice = self._world.draws.dice("inspection", receipt.name)
            calendar = self._world.cast.calendar_of(line.place)
            due = calendar.add_work(at, dice.uniform(*WORK_HOURS))
        self._world.agenda.at(
            due, f"let_go/{receipt.name}", lambda now: self._let_go(line, receipt, labels, now)
        )

    def _inspected(self, line: PurchaseLine) -> float:
        reject = self._world.cast.suppliers[line.supplier].reject
        return INSPECTED + INSPECTED_BY_REJECT * reject

    def _let_go(
        self, line: PurchaseLine, receipt: Receipt, labels: tuple[str, ...], at: int
    ) -> None:
        refused = 0 if receipt.bucket == "blocked" else self._refused(line, receipt)
        self._hold(line, receipt, at, refused - receipt.units, labels)
        if refused:
            self._scrap(line, receipt, at, refused)
        line.on_inspection -= 1
        line.rejected += refused
        self._released(line, at)

    def _refused(self, line: PurchaseLine, receipt: Receipt) -> int:
        """Return pieces that fail; over all receipts about the supplier's share."""
        reject = self._world.cast.suppliers[line.supplier].reject
        dice = self._world.draws.dice("refused", receipt.name)
        if not reject or not dice.chance(FAULTY):
            return 0
        share = reject / (self._inspected(line) * FAULTY)
        return min(receipt.units, max(1, round(receipt.units * share * dice.uniform(0.3, 1.7))))

    def _hold(
        self, line: PurchaseLine, receipt: Receipt, at: int, units: int, labels: tuple[str, ...]
    ) -> None:
        if not units:
            return
        is_block = receipt.bucket == "blocked"
        self._world.book.post(at, line.il, hold=units)
        self._say(
            line,
            "inventory.hold_changed",
            at,
            name=f"let_go/{receipt.name}",
            q=quantity(units),
            hold="finance" if is_block else "quality",
            reason_code="INVOICE_CLEARED" if is_block else "PASSED",
            labels=line.labels + labels,
        )

    def _scrap(self, line: PurchaseLine, receipt: Receipt, at: int, units: int) -> None:
        dice = self._world.draws.dice("defect", receipt.name)
        defect = dice.choice(DEFECTS)
        self._world.book.post(at, line.il, on_hand=-units, hold=-units)
        self._say(
            line,
            "supply.quality_reported",
            at,
            name=f"refused/{receipt.name}",
            q_rejected=quantity(units),
            defect=defect,
        )
        self._say(
            line,
            "inventory.hold_changed",
            at,
            name=f"scrap_hold/{receipt.name}",
            q=quantity(-units),
            hold="quality",
            reason_code="REJECTED",
        )
        self._say(
            line,
            "inventory.issue",
            at,
            name=f"scrap/{receipt.name}",
            q=quantity(units),
            purpose="scrap",
            reason_code=defect,
        )

    def _say(self, line: PurchaseLine, kind: str, at: int, *, name: str, **more: Any) -> None:
        source = self._world.cast.places[line.place].source
        known = KNOWN_OF_REPORT if kind == "supply.quality_reported" else KNOWN_OF_STOCK
        say(self._world, line, kind, at, name=name, source=source, known=known, **more)
