# SPDX-License-Identifier: AGPL-3.0-or-later
"""New order lines enter the books, and each gets a promise."""

import numpy as np

from sightline.sim.demand.lines import DayLines
from sightline.sim.engine.draws import mixed
from sightline.sim.engine.moments import DAY, HOUR, SECOND, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import NEVER, OpenLines
from sightline.sim.procure.params import Params

NO_CONTRACT = 3
CUT_OFF = 14 * HOUR  # UTC; what is placed later leaves the next open day
ANSWER_S = 90  # a promise comes within so many seconds
ATP, LEAD_TIME = 0, 1


class Placing:
    """Takes in lines; the promise rests on the stock of the full hour, as a shop sees it."""

    def __init__(self, world: World, rows: OpenLines, params: Params) -> None:
        self._world = world
        self._rows = rows
        self._params = params
        self._answer = world.draws.stream("promise/answer")
        cast = world.cast
        rank, tier = cast.customer_contract_rank, cast.customer_tier
        self._rank = np.where(rank < NO_CONTRACT, rank, NO_CONTRACT - 1 + tier)

    def place(self, lines: DayLines) -> None:
        """Add `lines` and promise them."""
        columns = self._columns(lines)
        promise, basis = self._promise(lines, columns["il"])
        columns |= {"promise_first": promise, "promise_last": promise}
        columns["promises"] = np.ones(len(lines), dtype=np.int64)
        rows = self._rows.append(columns)
        self._world.book.post(
            lines.at, columns["il"], outstanding=lines.units, backordered=lines.units
        )
        self._tell(lines, rows, promise, basis)

    def _columns(self, lines: DayLines) -> dict[str, Ints]:
        cast = self._world.cast
        key = mixed(
            mixed(cast.customer_keys[lines.customer], cast.item_keys[lines.item]),
            (lines.day * 1024 + lines.nth).astype(np.uint64),
        )
        never = np.full(len(lines), NEVER, dtype=np.int64)
        return {
            "customer": lines.customer,
            "day": lines.day,
            "nth": lines.nth,
            "item": lines.item,
            "place": lines.place,
            "region": lines.region,
            "channel": lines.channel,
            "il": lines.item * len(cast.places) + lines.place,
            "key": key.view(np.int64),
            "rank": self._rank[lines.customer],
            "price": lines.price,
            "in_cases": lines.in_cases,
            "placed_at": lines.at,
            "requested_day": lines.requested_day,
            "first_units": lines.units,
            "ordered": lines.units,
            "new_units": lines.new_units,
            "new_at": lines.new_at,
            "checked_at": lines.checked_at,
            "label": lines.label,
            "released_at": never,
            "allocated_at": never,
            "shipped_at": never,
            "changed_at": never,
        }

    def _promise(self, lines: DayLines, il: Ints) -> tuple[Ints, Ints]:
        """Return day and basis of the first promise."""
        is_there = self._world.book.available[il] >= lines.units
        is_late = lines.at % DAY >= CUT_OFF
        soonest = lines.day + is_late
        later = lines.day + np.ceil(self._params.lead_days[il]).astype(np.int64)
        day = np.maximum(lines.requested_day, np.where(is_there, soonest, later))
        return self.open_days(day, lines.place), np.where(is_there, ATP, LEAD_TIME)

    def open_days(self, days: Ints, places: Ints) -> Ints:
        """Return the first day on or after each of `days` on which its place works."""
        cast = self._world.cast
        pairs, where = np.unique(places * 1_000_000 + days, return_inverse=True)
        found = [
            calendar.next_open(day)
            if not (calendar := cast.calendar_of(place)).is_open(day)
            else day
            for place, day in (divmod(int(pair), 1_000_000) for pair in pairs)
        ]
        return np.array(found, dtype=np.int64)[where]

    def _tell(self, lines: DayLines, rows: Ints, promise: Ints, basis: Ints) -> None:
        named = self._rows.named(rows)
        names = list(self._world.labels.all)
        labelled = np.flatnonzero(lines.label)
        labels = {int(row): names[int(lines.label[row]) - 1] for row in labelled}
        self._world.facts.many(
            "demand.line_placed",
            lines.at,
            labels,
            **named,
            region=lines.region,
            channel=lines.channel,
            units=lines.units,
            in_cases=lines.in_cases,
            price=lines.price,
            requested_day=lines.requested_day,
        )
        key = self._rows.at(rows, "key")[0].view(np.uint64)
        answered = lines.at + (1 + self._answer.whole(key, 0, ANSWER_S)) * SECOND
        self._world.facts.many(
            "demand.line_promised",
            answered,
            **named,
            promise_day=promise,
            promise_no=1,
            basis=basis,
            units=lines.units,
        )
