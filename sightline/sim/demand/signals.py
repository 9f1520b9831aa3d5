# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs ahead of orders, by family and region: page views, service tickets, leads in sales.

All of it is noise around expected demand, and around what an injector makes of it.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.classes import WEB
from sightline.sim.demand.rates import Rates
from sightline.sim.demand.times import WEB_BY_HOUR
from sightline.sim.engine.draws import keys_of, mixed
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import (
    HOUR,
    MINUTE,
    SECOND,
    Floats,
    Ints,
    day_of,
    stamp,
    time_of,
)

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SHOP, DESK = "web://shop", "crm://desk"
PERIODS = (1, 2, 4, 8, 24)  # hours between two readings of page views
VIEWS_PER_LINE, VIEWS_SPREAD = 30.0, 0.15
QUIET_VIEWS = 4.0  # a day, of a family that nobody buys
TICKETS_PER_LINE, QUIET_TICKETS = 0.03, 0.12  # the second a day
TICKET_HOURS = np.array([0.02] * 7 + [0.09] * 10 + [0.02] * 7)
LEADS = 0.006  # opportunities an hour of the office day
OFFICE = range(8, 17)  # UTC
LEAD_WEEKS = (0.5, 3.0)  # size of an opportunity, in weeks of usual turnover


class Signals:
    """Puts down `demand.signal`, hour by hour."""

    def __init__(self, world: "World", rates: Rates) -> None:
        self._world = world
        self._rates = rates
        cast = world.cast
        self._keys = mixed(keys_of(cast.families)[:, None], keys_of(REGIONS)[None, :])
        self._period = period(rates.lines.sum(), self._keys.size)
        self._turn = (self._keys % np.uint64(self._period)).astype(np.int64)
        self._turnover = self._by_family(rates.units * cast.item_price[:, None])
        self._today = -1, np.zeros(0), np.zeros(0)

    def within(self, at: int) -> None:
        """Put down what an hour brings."""
        _, web, lines = self._expected(day_of(at))
        self._views(at, web)
        self._tickets(at, lines)
        if time_of(at).hour in OFFICE:
            self._opportunities(at)

    def _views(self, at: int, web: Floats) -> None:
        hours = (at // HOUR - np.arange(self._period)) % len(WEB_BY_HOUR)
        share = WEB_BY_HOUR[hours].sum() / WEB_BY_HOUR.sum()
        mean = (VIEWS_PER_LINE * web + QUIET_VIEWS) * share * self._factor("web", at)
        drawn = self._world.draws.stream("signal/web")
        views = np.rint(drawn.lognormal(self._keys, at // HOUR, mean, VIEWS_SPREAD))
        due = self._turn == at // HOUR % self._period
        self._tell(at, "web", np.where(due, views, 0).astype(np.int64))

    def _tickets(self, at: int, lines: Floats) -> None:
        hour = TICKET_HOURS[at // HOUR % len(TICKET_HOURS)]
        mean = (TICKETS_PER_LINE * lines + QUIET_TICKETS) * hour * self._factor("ticket", at)
        drawn = self._world.draws.stream("signal/ticket")
        self._tell(at, "ticket", drawn.poisson(self._keys, at // HOUR, mean))

    def _opportunities(self, at: int) -> None:
        drawn = self._world.draws.stream("signal/opportunity")
        hit = drawn.chance(self._keys, at // HOUR, LEADS * self._factor("opportunity", at))
        even = self._world.draws.stream("signal/opportunity_size").uniform(
            self._keys, at // HOUR
        )
        weeks = LEAD_WEEKS[0] + (LEAD_WEEKS[1] - LEAD_WEEKS[0]) * even
        euro = np.rint(7 * weeks * self._turnover / 100).astype(np.int64)
        self._tell(at, "opportunity", np.where(hit, euro, 0))

    def _tell(self, at: int, metric: str, values: Ints) -> None:
        second = self._world.draws.stream(f"signal/{metric}/second")
        seconds = second.whole(self._keys, at // HOUR, (HOUR - MINUTE) // SECOND)
        for family, region in np.argwhere(values).tolist():
            when = at + MINUTE + int(seconds[family, region]) * SECOND
            self._one(when, metric, family, region, int(values[family, region]))

    def _one(self, at: int, metric: str, family: int, region: int, value: int) -> None:
        name = self._world.cast.families[family]
        data: dict[str, Any] = {
            "metric": metric,
            "value": value,
            "family": name,
            "region": REGIONS[region],
        }
        self._world.facts.one(
            Fact(
                at=at,
                kind="demand.signal",
                source=SHOP if metric == "web" else DESK,
                name=f"signal/{metric}/{name}/{REGIONS[region]}/{stamp(at // HOUR * HOUR)}",
                data=data,
                about={"family": name},
                key=name,
                labels=self._world.hooks.labels_of("signal", region, at, f"{metric}/{name}"),
            )
        )

    def _factor(self, metric: str, at: int) -> Floats | float:
        factor = self._world.hooks.signal_factor(metric, at)
        return 1.0 if factor is None else factor

    def _expected(self, day: int) -> tuple[int, Floats, Floats]:
        """Return the day and its web and other order lines, families by regions."""
        if self._today[0] != day:
            by_channel = self._rates.channel_lines(day)
            web = self._by_family(by_channel[:, :, WEB])
            self._today = day, web, self._by_family(by_channel.sum(axis=2))
        return self._today

    def _by_family(self, by_item: Floats) -> Floats:
        found = np.zeros(self._keys.shape)
        np.add.at(found, self._world.cast.item_family, by_item)
        return found


def period(lines: float, pairs: int) -> int:
    """Return after how many hours page views are read: half as many readings as order lines.

    >>> period(28_500, 150), period(360, 150)
    (1, 24)
    """
    return next((p for p in PERIODS if 24 * pairs / p <= lines / 2), PERIODS[-1])
