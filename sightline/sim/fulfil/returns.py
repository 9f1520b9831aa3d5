# SPDX-License-Identifier: AGPL-3.0-or-later
"""Goods that customers send back days later, and what becomes of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.sim.engine.draws import Keys, mixed
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.stock_facts import Hold, StockFacts
from sightline.sim.systems.naming import order_line

SHARE_BY_CHANNEL: Final = (0.009, 0.015, 0.035)  # of lines: edi, retail, web
WHOLE = 0.6  # share of returns that bring the whole line back
FIRST_DAY, LAST_DAY = 2, 10
RESALABLE, SCRAP = 0, 3
WEIGHTS: Final = np.array([0.6, 0.22, 0.13, 0.05])  # resalable, inspect, damaged, scrap
HOLD: Final = ("", "quality", "blocked", "blocked")
BAD: Final = (0.0, 0.2, 0.75, 1.0)  # chance of being thrown away
WORK_HOURS: Final = ((0.0, 0.0), (4.0, 24.0), (12.0, 48.0), (0.2, 0.9))
COLUMNS: Final = (
    "at", "customer", "day", "nth", "item", "place", "units", "disposition", "number",
    "price", "shipped_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnBatch:
    """Returns of an hour.

    Attributes
    ----------
    columns
        `at`, `customer`, `day`, `nth`, `item`, `place`, `units`, `disposition`, `number` as in
        the fact; `price` in cents per piece and `shipped_at` of the shipment.
    """

    columns: dict[str, Ints]


class Returns:
    """Whoever ships goods tells it here; what comes back is on the agenda."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._facts = StockFacts(world)
        self._draws = {
            name: world.draws.stream(f"return/{name}")
            for name in ("comes", "day", "second", "whole", "units", "disposition")
        }
        self._share = np.array(SHARE_BY_CHANNEL)[world.cast.customer_channel]
        self._due: dict[int, list[Ints]] = {}

    def shipped(  # noqa: PLR0913, PLR0917  the columns of shipments
        self,
        at: Ints,
        customer: Ints,
        day: Ints,
        nth: Ints,
        item: Ints,
        place: Ints,
        units: Ints,
        price: Ints,
    ) -> None:
        """Draw what of these shipments comes back, by line; parts of a line share its fate."""
        key = self._keys(customer, day, nth, item)
        back = np.flatnonzero(self._draws["comes"].chance(key, 0, self._share[customer]))
        if not len(back):
            return
        key, sent = key[back], at[back]
        table = np.stack(
            [
                self._moments(key, sent, place[back]),
                customer[back],
                day[back],
                nth[back],
                item[back],
                place[back],
                self._units(key, units[back]),
                self._draws["disposition"].choice(key, 0, WEIGHTS),
                (sent - day[back] * DAY) // MINUTE,
                price[back],
                sent,
            ]
        )
        self._expect(table)

    def _keys(self, customer: Ints, day: Ints, nth: Ints, item: Ints) -> Keys:
        cast = self._world.cast
        line = mixed(cast.customer_keys[customer], cast.item_keys[item])
        return mixed(line, (day * 1_024 + nth).astype(np.uint64))

    def _units(self, key: Keys, units: Ints) -> Ints:
        some = 1 + self._draws["units"].whole(key, 0, units)
        is_whole = self._draws["whole"].chance(key, 0, WHOLE)
        return np.where(is_whole, units, np.minimum(some, units))

    def _moments(self, key: Keys, sent: Ints, place: Ints) -> Ints:
        """Return when each comes in: in a shift of its place, some days after `sent`."""
        days = FIRST_DAY + self._draws["day"].whole(key, 0, LAST_DAY - FIRST_DAY + 1)
        share = self._draws["second"].uniform(key)
        moments = []
        for where, on, part in zip(
            place.tolist(), (sent // DAY + days).tolist(), share.tolist(), strict=True
        ):
            calendar = self._world.cast.calendar_of(where)
            open_day = calendar.next_open(on)
            opens, closes = calendar.opens(open_day), calendar.closes(open_day)
            moments.append(opens + int(part * (closes - opens)) // SECOND * SECOND)
        found = np.array(moments, dtype=np.int64)
        return np.maximum(found, found // HOUR * HOUR + MINUTE)

    def _expect(self, table: Ints) -> None:
        hours = table[0] // HOUR
        for hour in np.unique(hours).tolist():
            if hour not in self._due:
                self._world.agenda.at(hour * HOUR, f"returns/{hour}", self._take_in)
            self._due.setdefault(hour, []).append(table[:, hours == hour])

    def _take_in(self, now: int) -> None:
        table = np.concatenate(self._due.pop(now // HOUR), axis=1)
        table = table[:, np.lexsort(table[[8, 4, 3, 2, 1, 0]])]
        columns = dict(zip(COLUMNS, table, strict=True))
        il = columns["item"] * len(self._world.cast.places) + columns["place"]
        held = np.where(columns["disposition"] == RESALABLE, 0, columns["units"])
        self._world.book.post(columns["at"], il, on_hand=columns["units"], hold=held)
        told = {name: columns[name] for name in COLUMNS[1:9]}
        self._world.facts.many("inventory.returned", columns["at"], **told)
        self._world.ended(ReturnBatch(columns))
        for row in np.flatnonzero(held).tolist():
            self._look_at(int(il[row]), {name: int(columns[name][row]) for name in COLUMNS})

    def _look_at(self, il: int, row: dict[str, int]) -> None:
        """Let go what is fine after all, throw away the rest; `scrap` on the same day."""
        cast = self._world.cast
        line = order_line(
            cast.customers[row["customer"]].code,
            row["day"],
            row["nth"],
            cast.items[row["item"]].code,
        )
        name = f"{line}/{row['number']}"
        dice = self._world.draws.dice("return/look", name)
        hours = dice.uniform(*WORK_HOURS[row["disposition"]])
        is_bad = dice.chance(BAD[row["disposition"]])
        kind = HOLD[row["disposition"]]
        hold = Hold(il, row["units"], kind, f"RMA-{name}", name)

        def end(now: int) -> None:
            self._facts.let_go(now, hold, is_bad=is_bad)

        calendar = cast.calendar_of(row["place"])
        self._world.agenda.at(calendar.add_work(row["at"], hours), f"return/{name}", end)
