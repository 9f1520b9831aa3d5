# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the middleware says of each feed: now and then when all is well, at once when not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from sightline.sim.engine.draws import key_of
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import HOUR, MINUTE, SECOND, stamp
from sightline.sim.office.services import Feed, feeds

if TYPE_CHECKING:
    from sightline.sim.engine.world import World
    from sightline.sim.inject.injector import Outage

State = Literal["ok", "delayed", "down", "recovered"]
SOURCE = "gateway://api"
DELAYED_AFTER, DOWN_AFTER, RECOVERED_AFTER = 10 * MINUTE, 60 * MINUTE, 12 * MINUTE
REPORTS_FROM_ITEMS = ((2_000, 1), (500, 2), (0, 6))
"""Hours between two reports of a feed that is well, by least size of the world."""

LAG_SPREAD = 0.5


class FeedStatus:
    """Reports every feed of the world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._feeds = feeds(world.cast)
        items = len(world.cast.items)
        self._every = next(hours for least, hours in REPORTS_FROM_ITEMS if items >= least)

    def report(self, at: int) -> None:
        """Report what is due in the hour from `at`."""
        outages = self._world.hooks.outages()
        for feed in self._feeds:
            own = [outage for outage in outages if outage.source == feed.source]
            turns = ((outage, *turn) for outage in own for turn in _turns(outage))
            for outage, when, state, watermark in turns:
                if at <= when < at + HOUR:
                    self._tell(feed, when, state, watermark, outage)
            self._routine(feed, at, own)

    def _routine(self, feed: Feed, at: int, outages: "list[Outage]") -> None:
        dice = self._world.draws.dice("feed", feed.source, at // HOUR)
        when = at + 2 * MINUTE + dice.whole(0, 55 * 60) * SECOND
        for outage in outages:
            if outage.since + DELAYED_AFTER <= when < outage.until + RECOVERED_AFTER:
                if outage.since + DOWN_AFTER <= when < outage.until:
                    self._tell(feed, when, "down", outage.since, outage)
                return
        if at // HOUR % self._every == key_of(feed.source) % self._every:
            lag = max(1, round(dice.lognormal(feed.lag_s, LAG_SPREAD)))
            self._tell(feed, when, "ok", when - lag * SECOND)

    def _tell(
        self,
        feed: Feed,
        at: int,
        state: State,
        watermark: int,
        outage: "Outage | None" = None,
    ) -> None:
        lag = (at - watermark) // SECOND
        data = {
            "feed": feed.source,
            "state": state,
            "watermark": stamp(watermark),
            "lag_s": float(lag),
            "backlog": lag * feed.per_hour // 3600 if state != "recovered" else 0,
        }
        fact = Fact(
            at=at,
            kind="integration.feed_status",
            source=SOURCE,
            name=f"feed/{feed.source}/{at}/{state}",
            data=data,
            about={"feed": feed.source},
            key=feed.source,
            labels=(outage.label,) if outage and outage.label else (),
        )
        self._world.facts.one(fact)


def _turns(outage: "Outage") -> "Iterator[tuple[int, State, int]]":
    """Yield when a feed changes its state by an outage, and how far it has come by then.

    One that is short is never down.
    """
    yield outage.since + DELAYED_AFTER, "delayed", outage.since
    if outage.since + DOWN_AFTER < outage.until:
        yield outage.since + DOWN_AFTER, "down", outage.since
    yield outage.until + RECOVERED_AFTER, "recovered", outage.until
