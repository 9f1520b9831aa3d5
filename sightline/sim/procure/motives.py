# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a planner overrides, what that makes of a quantity, and which code is chosen for it."""

import math
from dataclasses import dataclass

from sightline.sim.engine.draws import Dice
from sightline.sim.procure.recommendation import Motive, Recommendation

USUAL: tuple[tuple[Motive, float], ...] = (
    ("habit", 0.32),
    ("supplier", 0.15),
    ("promotion", 0.10),
    ("rounding", 0.20),
    ("customer", 0.13),
    ("other", 0.10),
)
TRUE_CAUSE = 5.0  # weight of what is truly wrong, where a planner sees it
SEEN_FROM = 0.12  # log of a factor that a planner notices
IMPLAUSIBLE_FROM = 0.4  # log of own over recommended quantity
CODES: dict[Motive, tuple[tuple[str, float], ...]] = {
    "habit": (("LOCAL_KNOWLEDGE", 0.75), ("OTHER", 0.25)),
    "true_demand": (
        ("LOCAL_KNOWLEDGE", 0.75),
        ("PROMO_NOT_IN_FORECAST", 0.15),
        ("CUSTOMER_PRIORITY", 0.10),
    ),
    "wrong_master": (("DATA_ERROR", 0.85), ("OTHER", 0.15)),
    "supplier": (("SUPPLIER_CAPACITY", 0.95), ("OTHER", 0.05)),
    "promotion": (("PROMO_NOT_IN_FORECAST", 0.95), ("LOCAL_KNOWLEDGE", 0.05)),
    "implausible": (("OTHER", 0.5), ("LOCAL_KNOWLEDGE", 0.3), ("DATA_ERROR", 0.2)),
    "rounding": (("MOQ_ROUNDING", 1.0),),
    "customer": (("CUSTOMER_PRIORITY", 0.9), ("LOCAL_KNOWLEDGE", 0.1)),
    "other": (("OTHER", 1.0),),
}
RAISES = {"supplier": 0.20, "promotion": 0.25, "customer": 0.18}  # log of final / recommended
HABIT_RAISES, HABIT_SPREAD = 0.30, 0.20
LAYER = 5  # cases that a planner likes to order together
REFUSES = {"habit": 0.12, "other": 0.35, "supplier": 0.10}  # share that orders nothing


@dataclass(frozen=True, slots=True)
class Sight:
    """What a planner knows and the recommendation does not; 0 is nothing.

    Attributes
    ----------
    demand, master
        Log of true over expected demand; log of the factor in wrong parameters.
    gap
        Log of the quantity that he or she has in mind over the recommended one.
    habit
        Log odds that something adds to overriding out of habit.
    """

    demand: float
    master: float
    gap: float
    habit: float


def motive(sight: Sight, dice: Dice) -> Motive:
    """Return why it is overridden."""
    weights = dict(USUAL)
    if sight.habit > 0:
        weights["habit"] += math.exp(sight.habit) - 1
    if abs(sight.demand) > SEEN_FROM:
        weights["true_demand"] = TRUE_CAUSE
    if abs(sight.master) > SEEN_FROM:
        weights["wrong_master"] = TRUE_CAUSE
    if len(weights) == len(USUAL) and abs(sight.gap) > IMPLAUSIBLE_FROM:
        weights["implausible"] = TRUE_CAUSE
    return dice.choice(list(weights), list(weights.values()))


def code(why: Motive, dice: Dice) -> str:
    """Return the reason code that is chosen."""
    codes = CODES[why]
    return dice.choice([name for name, _ in codes], [weight for _, weight in codes])


def refuses(why: Motive, right_units: int, dice: Dice) -> bool:
    """Tell whether nothing is ordered at all; always so when a true cause says that."""
    drawn = dice.uniform()
    if why in ("true_demand", "wrong_master"):
        return right_units == 0
    return drawn < REFUSES.get(why, 0.0)


def wanted(why: Motive, each: Recommendation, pack: int, dice: Dice) -> float:
    """Return the pieces that a planner wants instead, before rounding."""
    luck, units = dice.normal(), each.units
    if why in ("true_demand", "wrong_master"):
        return each.right_units * math.exp(0.06 * luck)
    if why == "implausible":
        return float(each.habit_units)
    if why == "rounding":
        layer = LAYER * pack
        return float(-(-units // layer) * layer)
    if why in RAISES:
        return units * math.exp(RAISES[why] + 0.08 * luck)
    return units * math.exp(HABIT_RAISES + HABIT_SPREAD * luck)
