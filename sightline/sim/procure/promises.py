# SPDX-License-Identifier: AGPL-3.0-or-later
"""What suppliers quote: more days than they mostly need, so that most orders come in time."""

from sightline.sim.cast.kinds import Supplier

CUSHION = 1.1  # of the standard deviation of the lead time
HURRY = 0.5  # of the lead time that an emergency order takes


def quoted_days(supplier: Supplier, *, is_emergency: bool = False) -> float:
    """Return the days from released order to dock that a supplier quotes."""
    usual = supplier.lead_days * (1 + CUSHION * supplier.lead_cv)
    return usual * HURRY if is_emergency else usual
