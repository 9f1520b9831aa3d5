# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recommendation to buy, and everything that became of it."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["auto", "planner", "cross_functional"]
Outcome = Literal["", "accepted", "modified", "rejected", "expired", "auto"]
Motive = Literal[
    "",
    "habit",
    "true_demand",
    "wrong_master",
    "supplier",
    "promotion",
    "implausible",
    "rounding",
    "customer",
    "other",
]


@dataclass(slots=True, kw_only=True)
class Recommendation:
    """What the model or its stand-in advises for one item at one place on one day.

    Attributes
    ----------
    id
        ``REC-{item}-{place}-{yymmdd}``.
    units, day
        Pieces recommended, and the day by which they are needed, since 1970.
    right_units
        Truth: what the right parameters and true demand would have asked for.
    confidence
        In [0, 1].
    value
        Cents: `units` at cost.
    tier
        How it is to be dealt with by policy.
    is_touched
        Whether a person dealt with it.
    planner
        Who did, or would have to; "" for nobody.
    habit_units
        What that planner had in mind.
    decided_at, final_units, final_day, outcome
        What became of it; 0 and "" while it is open.
    motive, reason
        Why it was overridden: truly, and by the code that was chosen.
    order_line
        Purchase order line that carries it out.
    """

    id: str
    at: int
    item: int
    place: int
    region: int
    supplier: int
    units: int
    right_units: int
    day: int
    confidence: float
    value: int
    tier: Tier
    model_ver: str
    rule_ver: str
    is_emergency: bool
    is_touched: bool = False
    planner: str = ""
    habit_units: int = 0
    decided_at: int = 0
    final_units: int = 0
    final_day: int = 0
    outcome: Outcome = ""
    motive: Motive = ""
    reason: str = ""
    order_line: str = ""

    @property
    def is_overridden(self) -> bool:
        """Tell whether a person refused it or changed quantity or day by a weight (K22)."""
        if self.outcome == "rejected":
            return True
        if self.outcome != "modified":
            return False
        moved = abs(self.final_units - self.units)
        return moved > max(1, 0.02 * self.units) or self.final_day != self.day
