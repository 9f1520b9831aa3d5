# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decided recommendations are collected by supplier, place and day until the cut-off."""

from collections.abc import Callable, Sequence

from sightline.sim.engine.moments import DAY, HOUR, MINUTE
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import short
from sightline.sim.procure.recommendation import Recommendation

CUT_OFF = 2 * HOUR  # before a place closes
HURRIED = 10 * MINUTE  # from decision to order in an emergency

Then = Callable[[str, Sequence[Recommendation], int], None]


class Basket:
    """Collects what is to be ordered.

    Parameters
    ----------
    then
        Called at the cut-off with the order's id, what to order, by item, and the moment.
    """

    def __init__(self, world: World, then: Then) -> None:
        self._world = world
        self._then = then
        self._waiting: dict[str, list[Recommendation]] = {}

    def put(self, each: Recommendation, at: int) -> str:
        """Put a recommendation in; return the id of the order that it will be in."""
        hurried = at + HURRIED
        due = hurried if each.is_emergency else self._cut_off(each.place, at)
        po = self._name(each, due)
        if po not in self._waiting:
            self._waiting[po] = []
            self._world.agenda.at(due, f"po/{po}", lambda now: self._order(po, now))
        self._waiting[po].append(each)
        return po

    def _order(self, po: str, at: int) -> None:
        self._then(po, sorted(self._waiting.pop(po), key=lambda each: each.item), at)

    def _cut_off(self, place: int, at: int) -> int:
        calendar = self._world.cast.calendar_of(place)
        day = calendar.next_open(at // DAY)
        while calendar.closes(day) - CUT_OFF <= at:
            day = calendar.next_open(day + 1)
        return calendar.closes(day) - CUT_OFF

    def _name(self, each: Recommendation, due: int) -> str:
        cast = self._world.cast
        supplier, place = cast.suppliers[each.supplier].code, cast.places[each.place].code
        usual = f"PO-{supplier}-{place}-{short(due // DAY)}"
        return f"{usual}-{cast.items[each.item].code}" if each.is_emergency else usual
