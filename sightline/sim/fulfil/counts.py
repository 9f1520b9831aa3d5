# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting: everything when the books open, then a part every day, A items most often."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.sim.engine.moments import HOUR, Ints, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.leaks import Leaks
from sightline.sim.fulfil.rota import Rota
from sightline.sim.fulfil.shelves import Shelves

WORKING_DAYS_BETWEEN: Final = (18.0, 40.0, 80.0)  # counts of an A, B and C item
MISCOUNTED, BY_TWO = 0.07, 0.45  # share of counts; of those, off by two instead of one
FIRST_MS, LAST_MS = 1_000, 9_000  # counts come before the hour's allocation
ENOUGH = 3  # pieces: an almost empty shelf is counted right


@dataclass(frozen=True, slots=True)
class CountBatch:
    """Counts made together; columns as long as `at`.

    Attributes
    ----------
    book
        What the books said just before.
    there
        What was truly there.
    units
        What was counted.
    counter
        Index into the cast's people.
    """

    at: Ints
    item: Ints
    place: Ints
    book: Ints
    there: Ints
    units: Ints
    counter: Ints


class Counts:
    """Counts at the top of the hour, when the books stand still."""

    def __init__(self, world: World, shelves: Shelves, leaks: Leaks) -> None:
        self._world = world
        self._shelves = shelves
        self._leaks = leaks
        share = 1 / np.array(WORKING_DAYS_BETWEEN)
        self._rota = Rota(world, shelves, "count", share[shelves.abc])
        self._second = world.draws.stream("count/second")
        self._error = world.draws.stream("count/error")
        self._who = world.draws.stream("count/who")
        self._counters = _counters(world)
        self._counted_on = np.full(len(shelves), -1, dtype=np.int64)

    def open_books(self, at: int, opening: Ints) -> None:
        """Count `opening` on all shelves: where their history begins."""
        self._put(at, np.arange(len(self._shelves)), opening, opening)

    def plan(self, day: int) -> None:
        """Choose the shelves to be counted on `day`."""
        self._rota.plan(day)

    def tick(self, at: int) -> None:
        """Count what is due in the hour `at`, and where a picker found too little."""
        _, due = self._rota.due(at)
        il = np.union1d(due, self._leaks.missed())
        il = il[self._counted_on[il] != day_of(at)]
        if len(il):
            there = np.maximum(self._world.book.on_hand[il] - self._world.book.leaked[il], 0)
            self._put(at, il, there, there + self._errors(il, day_of(at), there))

    def _errors(self, il: Ints, day: int, there: Ints) -> Ints:
        drawn = self._error.uniform(self._shelves.keys[il], day)
        size = 1 + (drawn < MISCOUNTED * BY_TWO)
        sign = 1 - 2 * (self._error.bits(self._shelves.keys[il], -day) % np.uint64(2)).astype(
            int
        )
        return np.where((drawn < MISCOUNTED) & (there >= ENOUGH), size * sign, 0)

    def _put(self, at: int, il: Ints, there: Ints, units: Ints) -> None:
        book = self._world.book
        keys, day = self._shelves.keys[il], day_of(at)
        when = at + (FIRST_MS + self._second.whole(keys, at // HOUR, LAST_MS - FIRST_MS)) * 1000
        before = book.on_hand[il]
        moved = units != before
        book.post(when[moved], il[moved], on_hand=(units - before)[moved])
        book.leaked[il] = units - there
        self._counted_on[il] = day
        item, place = self._shelves.item[il], self._shelves.place[il]
        counter = self._counter(place, keys, day)
        self._world.facts.many(
            "inventory.counted",
            when,
            self._leaks.revealed(il, before - there),
            item=item,
            place=place,
            units=units,
            counter=counter,
            number=day,
        )
        self._world.ended(CountBatch(when, item, place, before, there, units, counter))

    def _counter(self, place: Ints, keys: np.ndarray, day: int) -> Ints:
        among = np.array([len(each) for each in self._counters], dtype=np.int64)
        chosen = self._who.whole(keys, day, among[place])
        table = np.zeros((len(among), among.max()), dtype=np.int64)
        for row, each in enumerate(self._counters):
            table[row, : len(each)] = each
        return table[place, chosen]


def _counters(world: World) -> list[list[int]]:
    """Return who counts at each place, as indices of people."""
    people = list(world.cast.people)
    found = []
    for place in world.cast.places:
        here = world.cast.people_of("counter", place.regions[0])
        found.append([people.index(each) for each in here or world.cast.people_of("counter")])
    return found
