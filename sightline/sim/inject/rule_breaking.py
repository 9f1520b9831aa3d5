# SPDX-License-Identifier: AGPL-3.0-or-later
"""X9: a few purchase orders break the rules of approval, each in one of three ways."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.inject.injector import Injector
from sightline.sim.office.policy import FROM_CENTS

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

CASES = 4
"""Of each rule, when the run has enough orders that need approval."""

FIRST, LAST = 0.2, 0.8
"""Share of the run by which the first case is due, and the last."""

LIMIT = FROM_CENTS["buyer_lead"]
RANGES = {
    "self_approval": (LIMIT, 10 * LIMIT),
    "bypass": (LIMIT, 10 * LIMIT),
    "split": (round(1.1 * LIMIT), round(1.7 * LIMIT)),  # such that each half stays below
}
"""Cents that an order is worth when it breaks a rule."""

KINDS = {
    "self_approval": "self_approval",
    "bypass": "approval_bypassed",
    "split": "threshold_split",
}
SECOND_HALF = "B"  # what the second of two orders made of one has at the end of its id
TAKEN = 0.4  # share of the orders that come into question


class RuleBreaking(Injector):
    """Cases fall due evenly over the run; the next order that fits takes one that is due."""

    code = "X9"

    def begin(self, world: "World") -> None:
        """Set the times by which cases are due."""
        self._world = world
        first, last = world.run.begins(FIRST), world.run.begins(LAST)
        turns = CASES * len(RANGES)
        every = max(0, last - first) // (turns - 1)
        self._due = {
            rule: [first + (turn * len(RANGES) + place) * every for turn in range(CASES)]
            for place, rule in enumerate(RANGES)
        }
        self._label_of: dict[str, str] = {}

    def violation(self, po: str, region: int, amount: int, at: int) -> str:
        """Return the rule whose turn it is, when the order fits."""
        if not self._world.draws.dice(self.code, po).chance(TAKEN):
            return ""
        for rule, (least, below) in RANGES.items():
            if least <= amount < below and self._due[rule] and self._due[rule][0] <= at:
                del self._due[rule][0]
                self._label(rule, po, region, amount, at)
                return rule
        return ""

    def violation_labels(self, po: str) -> tuple[str, ...]:
        """Return the label of an order, or of the one that it is half of."""
        label = self._label_of.get(po) or self._label_of.get(po.removesuffix(SECOND_HALF))
        return (label,) if label else ()

    def _label(self, rule: str, po: str, region: int, amount: int, at: int) -> None:
        orders = [po, po + SECOND_HALF] if rule == "split" else [po]
        label = Label(
            label_id=f"{self.code}/{KINDS[rule]}/{po}",
            kind=KINDS[rule],
            scope={"po": orders, "region": self._world.cast.regions[region], "cents": amount},
            start=at,
            end=at,
            of_class="approval",
            expected={"kpi": "K48", "rule": rule, "cases": 1},
        )
        self._label_of[po] = self._world.labels.add(label).label_id
