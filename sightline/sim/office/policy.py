# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who has to approve what, how often the answer is no, and when people sit at their desks."""

from sightline.sim.cast.kinds import Role
from sightline.sim.engine.moments import HOUR
from sightline.sim.office.request import ObjectType

LADDER: tuple[Role, ...] = ("buyer_lead", "finance", "cfo")
"""Roles that approve, lowest first."""

FROM_CENTS: dict[Role, int] = {"buyer_lead": 500_000, "finance": 2_500_000, "cfo": 10_000_000}
TRANSFER_FROM_CENTS = 200_000

STEP_TARGET = 24 * HOUR
"""Time to answer a step, on working days; after it the next role is asked."""

RETURNED = 0.08  # of requests: sent back once for rework
REJECTED: dict[Role, float] = {"buyer_lead": 0.04, "finance": 0.05, "cfo": 0.04}

ROUNDS: dict[Role, tuple[float, ...]] = {
    "buyer_lead": (0.0, 0.3, 0.6, 0.85),
    "finance": (0.1, 0.5, 0.95),
    "cfo": (0.25, 0.75),
}
"""Parts of a shift after which somebody turns to the desk and works it off; other roles, and
whatever is urgent, wait for no round."""


def needs_approval(amount: int, object_type: ObjectType = "po") -> bool:
    """Tell whether something of `amount` cents has to be approved.

    >>> needs_approval(499_999), needs_approval(500_000), needs_approval(200_000, "transfer")
    (False, True, True)
    """
    limit = TRANSFER_FROM_CENTS if object_type == "transfer" else FROM_CENTS["buyer_lead"]
    return amount >= limit


def path_of(amount: int) -> tuple[Role, ...]:
    """Return the roles that approve `amount` cents, in order; at least the first.

    >>> path_of(2_499_999), path_of(2_500_000)
    (('buyer_lead',), ('buyer_lead', 'finance'))
    """
    first, *others = LADDER
    return (first, *(role for role in others if amount >= FROM_CENTS[role]))


def next_role(role: Role) -> Role | None:
    """Return who is asked when `role` does not answer, None when nobody stands higher.

    >>> next_role("finance"), next_role("cfo")
    ('cfo', None)
    """
    place = rung(role) + 1
    return LADDER[place] if 0 < place < len(LADDER) else None


def rung(role: Role) -> int:
    """Return how high `role` stands, -1 for one that does not approve."""
    return LADDER.index(role) if role in LADDER else -1
