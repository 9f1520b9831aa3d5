# SPDX-License-Identifier: AGPL-3.0-or-later
"""Distribution centres: which regions they serve, and what they can pick and take in.

A small world keeps all six regions, two to a centre.
"""

import math
from dataclasses import dataclass

from sightline.sim.cast.calendars import Calendar
from sightline.sim.cast.kinds import REGIONS, Place, PlaceKind
from sightline.sim.profile import Profile

ORDER_CYCLE_DAYS = 12  # an item at a place is bought about this often
PICK_RESERVE = 1.6  # capacity over mean load: Mondays, promotions and surges exceed it
PICK_HOURS = 8  # of a shift: the rest goes into receiving, packing and loading
RECEIVE_RESERVE = 1.8
LEAST_PICK, LEAST_RECEIVE = 12, 20


@dataclass(frozen=True, slots=True)
class Site:
    """Where a region's centre lies; `share` of all demand comes from its region."""

    town: str
    country: str
    zone: str
    share: float
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Shift:
    """When a kind of place works."""

    days_a_week: int
    hours: tuple[int, int]


SITES = (
    Site("Hanover", "DE", "Europe/Berlin", 0.24, 52.4, 9.7),
    Site("Metz", "FR", "Europe/Paris", 0.21, 49.1, 6.2),
    Site("Zaragoza", "ES", "Europe/Madrid", 0.17, 41.6, -0.9),
    Site("Porto", "PT", "Europe/Lisbon", 0.15, 41.1, -8.6),
    Site("Kaunas", "LT", "Europe/Vilnius", 0.13, 54.9, 23.9),
    Site("Turku", "FI", "Europe/Helsinki", 0.10, 60.5, 22.3),
)
SHIFTS: dict[PlaceKind, Shift] = {
    "large": Shift(6, (6, 20)),
    "regional": Shift(5, (7, 19)),
    "cross_dock": Shift(6, (5, 17)),
}
KINDS: dict[int, tuple[PlaceKind, ...]] = {
    3: ("large", "regional", "cross_dock"),
    6: ("large", "large", "regional", "regional", "regional", "cross_dock"),
}
OFFICE = Shift(5, (8, 17))


def build(profile: Profile) -> tuple[Place, ...]:
    """Return the centres of a world."""
    return tuple(
        _place(profile, index, kind) for index, kind in enumerate(KINDS[profile.places])
    )


def calendar(place: Place) -> Calendar:
    """Return when `place` works."""
    shift = SHIFTS[place.kind]
    return Calendar(place.calendar, place.country, place.zone, shift.days_a_week, shift.hours)


def office(region: int) -> Calendar:
    """Return when the offices of a region work."""
    site = SITES[region]
    code = f"OFFICE-{REGIONS[region]}"
    return Calendar(code, site.country, site.zone, OFFICE.days_a_week, OFFICE.hours)


def _place(profile: Profile, index: int, kind: PlaceKind) -> Place:
    each = len(REGIONS) // profile.places
    regions = tuple(range(index * each, (index + 1) * each))
    site = SITES[regions[0]]
    code = f"DC{index + 1}"
    return Place(
        index=index,
        code=code,
        name=f"{site.town} ({kind.replace('_', '-')})",
        kind=kind,
        regions=regions,
        zone=site.zone,
        country=site.country,
        calendar=f"CAL-{code}",
        pick_lines=_pick_lines(profile, regions, SHIFTS[kind]),
        receive_lines=_receive_lines(profile, SHIFTS[kind]),
        source=f"wms://{code}",
    )


def _pick_lines(profile: Profile, regions: tuple[int, ...], shift: Shift) -> int:
    share = sum(SITES[region].share for region in regions)
    a_week = 7 * profile.items * len(REGIONS) * profile.lines_per_day * share
    return max(LEAST_PICK, math.ceil(PICK_RESERVE * a_week / shift.days_a_week / PICK_HOURS))


def _receive_lines(profile: Profile, shift: Shift) -> int:
    a_week = 7 * profile.items / ORDER_CYCLE_DAYS
    return max(LEAST_RECEIVE, math.ceil(RECEIVE_RESERVE * a_week / shift.days_a_week))
