# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often a rule was broken."""

from typing import Any

from sightline.sim.fulfil.allocation import AllocationRun
from sightline.sim.office.policy import needs_approval
from sightline.sim.office.request import Trail
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.truth.kpi.tally import ratio


class Rules:
    """K48 and K49: what broke a rule, over what the rule applies to."""

    def __init__(self) -> None:
        self._amount: dict[str, int] = {}
        self._released: dict[str, bool] = {}
        self._violation: dict[str, str] = {}
        self._requests, self._own = 0, 0
        self._inverted, self._scarce = 0, 0

    def purchase(self, line: PurchaseLine) -> None:
        """Take in a line at its end, or one that is open when the run ends."""
        self._amount[line.po] = self._amount.get(line.po, 0) + line.ordered * line.price
        self._released[line.po] = bool(line.released_at)
        if line.violation:
            self._violation[line.po] = line.violation

    def request(self, trail: Trail) -> None:
        """Take in a request."""
        signers = {step.actor for step in trail.steps if step.decided}
        self._requests += bool(signers)
        self._own += trail.request.requester in signers

    def allocation(self, run: AllocationRun) -> None:
        """Take in what an hour's allocation did where there was too little."""
        self._inverted += run.inversions
        self._scarce += run.under_shortage

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; a split order counts once."""
        dear = {po for po, amount in self._amount.items() if needs_approval(amount)}
        bypassed = [
            po
            for po, rule in self._violation.items()
            if rule == "bypass" and self._released[po] and po in dear
        ]
        split = {
            po.removesuffix("B") for po, rule in self._violation.items() if rule == "split"
        }
        released = [po for po in dear if self._released[po]]
        return {
            "K48.own_approval": ratio(self._own, self._requests),
            "K48.bypass": ratio(len(bypassed), len(released)),
            "K48.split": ratio(len(split), len(self._amount)),
            "K49": ratio(self._inverted, self._scarce),
        }
