# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has not come to its end when the run does."""

from sightline.sim.engine.world import World
from sightline.sim.fulfil.part import Fulfil
from sightline.sim.office.approvals import Approvals
from sightline.sim.office.exceptions import Exceptions
from sightline.sim.procure.part import Procure
from sightline.sim.procure.transfers import Transfers


def still_open(world: World) -> list[object]:
    """Return lines, requests, purchases and so on that are under way, part by part."""
    left: list[object] = []
    for part in world.parts:
        match part:
            case Fulfil():
                left.append(part.open())
            case Approvals():
                left.extend(part.open_trails())
            case Exceptions():
                left.extend(part.remaining())
            case Procure():
                left.extend(part.open_recommendations())
                left.extend(part.open_lines())
            case Transfers():
                left.extend(part.open())
    return left
