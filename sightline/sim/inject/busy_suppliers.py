# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which supplier something happens to: one whose articles sell much and arrive soon."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SOON_DAYS = 9.0  # lead time, so that what happens shows within a short run
AMONG = 3


def chosen(world: "World", code: str, turn: int) -> int:
    """Return the supplier for the injector `code`; another `turn`, 0 or 1, another one."""
    value = np.bincount(
        world.cast.item_supplier, world.cast.item_value, len(world.cast.suppliers)
    )
    soon = [each.index for each in world.cast.suppliers if each.lead_days <= SOON_DAYS]
    busy = sorted(soon, key=lambda index: (-float(value[index]), index))
    return world.draws.dice(code, "supplier").choice(busy[turn : 2 * AMONG : 2])
