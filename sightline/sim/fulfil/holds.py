# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock on hold for quality, and recalls of a lot everywhere; later let go or thrown away."""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.moments import DAY, HOUR, SECOND, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rota import Rota
from sightline.sim.fulfil.shelves import Shelves, day_code, truly_free
from sightline.sim.fulfil.stock_facts import Hold, StockFacts

QUALITY = 0.0015  # chance of a shelf on a working day
RECALL = 0.0003  # chance of an item on a day
RECALL_HOUR = 10  # UTC
FEWEST = 8  # free pieces below which nobody sets any aside
BAD = {"quality": 0.2, "recall": 0.5}  # chance that what was held is thrown away
LASTS_DAYS = {"quality": (1.0, 6.0), "recall": (3.0, 10.0)}


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """A hold that is over: set aside `since`, let go or thrown away at `until`."""

    hold: Hold
    since: int
    until: int
    is_scrapped: bool


class Holds:
    """Decided at the top of the hour, when free stock is known."""

    def __init__(self, world: World, shelves: Shelves) -> None:
        self._world = world
        self._shelves = shelves
        self._facts = StockFacts(world)
        self._rota = Rota(world, shelves, "hold", QUALITY)
        self._recalls = world.draws.stream("recall")

    def plan(self, day: int) -> None:
        """Choose the shelves of `day`."""
        self._rota.plan(day)

    def tick(self, at: int) -> None:
        """Hold what falls into the hour from `at`."""
        when, shelves = self._rota.due(at)
        for moment, il in zip(when.tolist(), shelves.tolist(), strict=True):
            name = f"{self._shelves.code(il, day_of(at))}/quality"
            dice = self._world.draws.dice("hold", name)
            lot = f"LOT-{dice.whole(10_000, 99_999)}"
            self._hold(moment, Hold(il, 0, "quality", lot, name), dice.uniform(0.1, 0.4))
        if at % DAY == RECALL_HOUR * HOUR:
            self._recall(at)

    def _recall(self, at: int) -> None:
        day, places = day_of(at), len(self._world.cast.places)
        for item in np.flatnonzero(
            self._recalls.chance(self._world.cast.item_keys, day, RECALL)
        ).tolist():
            code = self._world.cast.items[item].code
            lot = f"LOT-{code}-{day_code(day)}"
            for place in range(places):
                il = item * places + place
                name = f"{self._shelves.code(il, day)}/recall"
                dice = self._world.draws.dice("hold", name)
                moment = at + dice.whole(300, 3_000) * SECOND
                self._hold(moment, Hold(il, 0, "recall", lot, name), dice.uniform(0.3, 0.9))

    def _hold(self, at: int, hold: Hold, share: float) -> None:
        """Set aside a `share` of what is free now, if that is anything worth it."""
        free = truly_free(self._world.book, hold.il)
        if free < FEWEST:
            return
        hold = hold._replace(units=max(1, int(share * free)))
        self._facts.held(at, hold)
        dice = self._world.draws.dice("hold/end", hold.name)
        calendar = self._world.cast.calendar_of(int(self._shelves.place[hold.il]))
        decided = at + int(dice.uniform(*LASTS_DAYS[hold.kind]) * DAY) // SECOND * SECOND
        until = calendar.add_work(decided, dice.uniform(0.1, 4.0))
        is_bad = dice.chance(BAD[hold.kind])

        def end(now: int) -> None:
            self._facts.let_go(now, hold, is_bad=is_bad)
            self._world.ended(HoldEnd(hold, at, now, is_bad))

        self._world.agenda.at(until, hold.name, end)
