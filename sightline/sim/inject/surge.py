# SPDX-License-Identifier: AGPL-3.0-or-later
"""X2: a family's demand trebles in two regions, in the shop first, in tickets before that."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.asked import Asked
from sightline.sim.demand.classes import WEB
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.lines_of_day import ROOM, LinesOfDay, spread
from sightline.sim.engine.draws import key_of, mixed
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR, Flags, Floats
from sightline.sim.inject.hooks import Injector
from sightline.sim.inject.orders import SURGE, changed, mark_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

WHERE = (REGIONS.index("R2"), REGIONS.index("R4"))
TIMES = 3.0
RAMP = 6 * HOUR
OTHERS_AFTER = 6 * HOUR  # EDI and retail follow the shop
TICKETS_BEFORE = 12 * HOUR
TICKET_TIMES = 12.0
LASTS = 14 * DAY
SALT = np.uint64(key_of("surge"))
LARGEST = 5  # it hits one of the families with the most lines in both regions


class Surge(Injector):
    """Added order lines only: the family's own draws stay as they are."""

    code = "X2"

    def begin(self, world: "World") -> None:
        """Choose the family and when."""
        self._world = world
        self._lines_of_day = LinesOfDay(world)
        self._family = self._chosen_family()
        self._items = np.flatnonzero(world.cast.item_family == self._family)
        self._start = world.run.begins(0.55, ripens=RAMP)
        self._end = min(self._start + LASTS, world.run.end)
        self._labels = [self._label(nr, region) for nr, region in enumerate(WHERE, start=1)]
        self._marks = [mark_of(world, label) for label in self._labels]
        for nr, region in enumerate(WHERE, start=len(WHERE) + 1):
            world.labels.add(self._signal_label(nr, region))

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Add what is asked beyond the usual, thinned while demand still rises."""
        if not self._start - DAY < day * DAY < self._end:
            return None
        asked = self._asked(day)
        more = self._lines_of_day.placed(asked, SURGE)
        even = self._world.draws.stream("surge/ramp").uniform(asked.keys, asked.number)
        more = more.taken(self._is_there(more, even))
        for region, mark, label in zip(WHERE, self._marks, self._labels, strict=True):
            more = changed(more, more.region == region, label=mark)
            self._count(more.taken(more.region == region), label)
        return more if len(more) else None

    def signal_factor(self, metric: str, at: int) -> Floats | None:
        """Raise tickets half a day ahead, views with the web's orders."""
        share = self._signal_share(metric, at)
        if not share:
            return None
        factor = np.ones((len(self._world.cast.families), len(REGIONS)))
        most = TICKET_TIMES if metric == "ticket" else TIMES
        factor[self._family, list(WHERE)] = 1 + (most - 1) * share
        return factor

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label the signals that it raises."""
        metric, _, family = name.partition("/")
        if what != "signal" or which not in WHERE or not self._signal_share(metric, at):
            return ()
        if family != self._world.cast.families[self._family]:
            return ()
        return (f"X2/{len(WHERE) + 1 + WHERE.index(which)}",)

    def _signal_share(self, metric: str, at: int) -> float:
        """Return how far a signal has risen by `at`, in [0, 1]."""
        if metric == "opportunity" or at >= self._end:
            return 0.0
        ahead = TICKETS_BEFORE if metric == "ticket" else 0
        rise = (at // HOUR * HOUR - self._start + ahead + HOUR) / RAMP
        return min(max(rise, 0.0), 1.0)

    def _count(self, more: DayLines, label: Label) -> None:
        label.expected["lines"] += len(more)
        units: dict[str, int] = label.expected["units"]
        for item, pieces in zip(more.item.tolist(), more.units.tolist(), strict=True):
            code = self._world.cast.items[item].code
            units[code] = units.get(code, 0) + pieces

    def _is_there(self, lines: DayLines, even: Floats) -> Flags:
        after = np.where(lines.channel == WEB, 0, OTHERS_AFTER)
        rise = (lines.at - self._start - after) / RAMP
        return np.asarray((even < rise) & (lines.at < self._end))

    def _asked(self, day: int) -> Asked:
        """Return added lines as if the rise were over: (`TIMES` - 1) times the usual."""
        rates, cells = self._lines_of_day.rates, np.ix_(self._items, np.array(WHERE))
        mean = (TIMES - 1) * rates.channel_lines(day)[cells]
        keys = mixed(
            rates.keys[cells][:, :, None], SALT + np.arange(mean.shape[2]).astype(np.uint64)
        )
        counts = self._world.draws.stream("surge/count").poisson(keys, day, mean)
        cell, number = spread(counts.ravel())
        row, region, channel = np.unravel_index(cell, mean.shape)
        return Asked(
            keys=keys.ravel()[cell],
            number=day * ROOM + number,
            item=self._items[row],
            region=np.array(WHERE)[region],
            channel=channel.astype(np.int64),
            day=day,
        )

    def _chosen_family(self) -> int:
        """Return one of the families that sell most in both regions."""
        cast = self._world.cast
        lines = np.zeros((len(cast.families), len(WHERE)))
        np.add.at(lines, cast.item_family, self._lines_of_day.rates.lines[:, WHERE])
        ranked = np.argsort(-lines.min(axis=1), kind="stable")[:LARGEST]
        return int(self._world.draws.dice("surge", "family").choice(ranked.tolist()))

    def _label(self, number: int, region: int) -> Label:
        return Label(
            label_id=f"X2/{number}",
            kind="shift_up",
            of_class="demand",
            scope=self._scope(region),
            start=self._start,
            end=self._end,
            expected={"factor": TIMES, "ramp_hours": RAMP // HOUR, "lines": 0, "units": {}},
        )

    def _signal_label(self, number: int, region: int) -> Label:
        return Label(
            label_id=f"X2/{number}",
            kind="leading_signal",
            of_class="demand",
            scope=self._scope(region) | {"metrics": ["ticket", "web"]},
            start=self._start - TICKETS_BEFORE,
            end=self._end,
            expected={"ticket_factor": TICKET_TIMES, "web_factor": TIMES},
        )

    def _scope(self, region: int) -> dict[str, Any]:
        cast = self._world.cast
        return {
            "family": cast.families[self._family],
            "region": REGIONS[region],
            "loc": cast.places[int(cast.place_of_region[region])].code,
            "items": [cast.items[item].code for item in self._items.tolist()],
        }
