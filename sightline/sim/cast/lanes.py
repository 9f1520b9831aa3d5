# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ways for transfers between all centres: days and cost by distance."""

import math

from sightline.sim.cast.kinds import Lane, Place
from sightline.sim.cast.places import SITES, Site

EARTH_KM, DETOUR, KM_A_DAY, HANDLING_DAYS = 6_371, 1.25, 750, 0.5
CENTS, CENTS_A_1000_KM = 6, 9  # per piece
CARRIERS = ("ROADLINE", "NORDTRANS")


def build(places: tuple[Place, ...]) -> tuple[Lane, ...]:
    """Return a lane from each place to each other one, in order of both indices."""
    return tuple(_lane(one, other) for one in places for other in places if one is not other)


def kilometres(one: Site, other: Site) -> float:
    """Return the distance by road, by and large.

    >>> round(kilometres(SITES[0], SITES[4]), -1)
    1220.0
    """
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    apart = math.radians(one.longitude - other.longitude)
    cosine = math.sin(north) * math.sin(south)
    cosine += math.cos(north) * math.cos(south) * math.cos(apart)
    return DETOUR * EARTH_KM * math.acos(min(1.0, cosine))


def _lane(one: Place, other: Place) -> Lane:
    km = kilometres(SITES[one.regions[0]], SITES[other.regions[0]])
    return Lane(
        from_place=one.index,
        to_place=other.index,
        days=round(HANDLING_DAYS + km / KM_A_DAY, 1),
        cost=CENTS + round(CENTS_A_1000_KM * km / 1000),
        carrier=CARRIERS[(one.index + other.index) % len(CARRIERS)],
    )
