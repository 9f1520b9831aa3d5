# SPDX-License-Identifier: AGPL-3.0-or-later
"""Picking waves: twice on a working day each place releases what is allocated and due."""

from functools import partial
from typing import Any

import numpy as np

from sightline.sim.cast.kinds import Place
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import HOUR, MINUTE, SECOND, Ints, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import OpenLines
from sightline.sim.systems import naming

AFTER_OPENING = (4 * HOUR, 8 * HOUR)  # waves 1 and 2, from the opening of the place
WORTH_HOURS = 4  # a wave holds what can be picked in so many hours
SECOND_OF_HOUR = 42
CUT_LINES = 120  # mean lines of one sheet when a wave is full
SOONEST_S, SPREAD_S = 30 * 60, 3 * 3600  # from release to the dock
TIDY = 20 * MINUTE  # from the last shipment to the sheet being closed


class Waves:
    """Releases; a full wave takes the best ranks first, the rest waits for the next."""

    def __init__(self, world: World, rows: OpenLines) -> None:
        self._world = world
        self._rows = rows
        self._pick = world.draws.stream("waves/pick")
        self._cut = world.draws.stream("waves/cut")

    def run(self, at: int) -> None:
        """Release the waves that are due at `at`."""
        for place in self._world.cast.places:
            opens = self._opening(place, at)
            if at - opens in AFTER_OPENING:
                self._release(place, at, 1 + AFTER_OPENING.index(at - opens))

    def _opening(self, place: Place, at: int) -> int:
        calendar = self._world.cast.calendar_of(place.index)
        day = day_of(at)
        return calendar.opens(day) // HOUR * HOUR if calendar.is_open(day) else 0

    def _release(self, place: Place, at: int, number: int) -> None:
        rows = self._chosen(place, at)
        if not len(rows):
            return
        allocated, shipped, released, key = self._rows.at(
            rows, "allocated", "shipped", "released", "key"
        )
        units = allocated - shipped
        keys = key.view(np.uint64)
        moment = at + SECOND_OF_HOUR * SECOND
        seconds = SOONEST_S + self._pick.whole(keys, at // HOUR, SPREAD_S)
        cuts = -(-place.pick_lines * WORTH_HOURS // CUT_LINES)
        self._rows.put(
            rows,
            picking=units,
            released=released + units,
            released_at=moment,
            ship_at=_free_minutes(moment + seconds * SECOND),
            wave_day=day_of(at),
            wave_no=number,
            wave_cut=1 + self._cut.whole(keys, at // HOUR, cuts),
        )
        self._tell(place, moment, number, rows)

    def _chosen(self, place: Place, at: int) -> Ints:
        """Return the lines of the wave, the best ranks first."""
        column = self._rows.column
        next_open = self._world.cast.calendar_of(place.index).next_open(day_of(at))
        waits = (column("allocated") > column("shipped")) & (column("picking") == 0)
        is_due = (column("requested_day") <= next_open) & (column("checked_at") <= at)
        rows = np.flatnonzero((column("place") == place.index) & waits & is_due)
        rank, promise, key = self._rows.at(rows, "rank", "promise_first", "key")
        return rows[np.lexsort((key, promise, rank))][: place.pick_lines * WORTH_HOURS]

    def _tell(self, place: Place, at: int, number: int, rows: Ints) -> None:
        lines = naming.order_lines(self._world.cast, self._rows.named(rows))
        cuts, ship_at = self._rows.at(rows, "wave_cut", "ship_at")
        for cut in np.unique(cuts):
            here = np.flatnonzero(cuts == cut)
            wave = naming.wave(place.code, day_of(at), number, int(cut))
            sheet = sorted(lines[row] for row in here)
            self._say(place, at, wave, "released", sheet)
            done = int(ship_at[here].max()) + TIDY
            self._world.agenda.at(done, wave, partial(self._complete, place, wave))

    def _complete(self, place: Place, wave: str, at: int) -> None:
        self._say(place, at, wave, "completed", [])

    def _say(self, place: Place, at: int, wave: str, action: str, lines: list[str]) -> None:
        data: dict[str, Any] = {"wave": wave, "action": action, "loc": place.code}
        if lines:
            data |= {"lines": lines}
        self._world.facts.one(
            Fact(
                at=at,
                kind="workflow.wave",
                source=place.source,
                name=f"wave/{wave}/{action}",
                data=data,
                about={"wave": wave, "loc": place.code},
                key=wave,
                flow=wave,
            )
        )


def _free_minutes(at: Ints) -> Ints:
    """Return moments moved out of the first minute of an hour, which belongs to counts."""
    return np.asarray(at + MINUTE * (at % HOUR < MINUTE))
