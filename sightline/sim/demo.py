# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's distributor: four weeks of history, then events for as long as anyone watches."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sightline.sim import upkeep
from sightline.sim.approvals import Approvals, Services
from sightline.sim.assortment import ITEMS, LOCATIONS, Item
from sightline.sim.orders import Orders
from sightline.sim.shelf import Shelf
from sightline.sim.show import Show
from sightline.sim.supply import Supply
from sightline.sim.world import ERP, Event, World

HISTORY_DAYS = 28
SURGE = ("GLOVE-NIT-M", "LYO")  # asks for far more than usual on the day before the start


class Demo:
    """An invented distributor, the same for the same seed and start.

    Parameters
    ----------
    seed
        Names the world; every draw follows from it.
    start
        The moment that the history leads up to, UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> events = Demo(7, datetime(2026, 3, 30, 9, tzinfo=UTC)).history()
    >>> events[0]["type"], events[0]["time"]
    ('io.sightline.master.record_changed.v1', '2026-03-02T05:30:00Z')
    """

    def __init__(self, seed: int, start: datetime) -> None:
        self.start = start.replace(microsecond=0)
        today = self.start.replace(hour=0, minute=0, second=0)
        first = today - timedelta(days=HISTORY_DAYS)
        self.world = World(seed, first)
        self.shelves = [Shelf(self.world, item, loc) for item in ITEMS for loc in LOCATIONS]
        self._open(first, surge_on=today - timedelta(days=1))

    def history(self) -> list[Event]:
        """Return every event up to the start, in order of time; at most once."""
        return self.world.run(self.start)

    def catch_up(self, since: datetime, now: datetime) -> list[Event]:
        """Return what happened after `since` and up to `now` while nobody watched."""
        self.world.run(since)
        return self.world.run(now)

    def live(self, session: str) -> Iterator[tuple[datetime, Event]]:
        """Yield (due time, event) for ever, beginning where the world's clock stands.

        Parameters
        ----------
        session
            Names this showing: its ids differ from those of every other showing.
        """
        Show(self.world, self.shelves, session).begin()
        return self.world.stream()

    def _open(self, first: datetime, *, surge_on: datetime) -> None:
        office = Approvals(self.world, self.world.dice("office"))
        dawn = first + timedelta(hours=5, minutes=30)
        self.world.at(dawn, self._introduce)
        for shelf in self.shelves:
            orders = Orders(shelf)
            self.world.at(first, partial(orders.open_day, first))
            if (shelf.item.code, shelf.loc.code) == SURGE:
                orders.surge(surge_on)
            self._supply(shelf, Supply(shelf, office), dawn)
        for item in ITEMS:
            mine = [shelf for shelf in self.shelves if shelf.item is item]
            self.world.at(dawn + timedelta(hours=2), partial(upkeep.balance, mine))
        services = Services(office)
        self.world.at(first, partial(services.open_day, first))

    def _supply(self, shelf: Shelf, supply: Supply, dawn: datetime) -> None:
        share = self.world.dice("opening", *shelf.names().values()).uniform(0.75, 1.05)
        units = round(share * supply.target())
        self.world.at(dawn, partial(upkeep.open_books, shelf, units))
        self.world.at(dawn + timedelta(days=1), partial(upkeep.look_after, shelf))
        review = dawn + timedelta(hours=1)
        self.world.at(review, partial(supply.review, review))

    def _introduce(self) -> None:
        for item in ITEMS:
            fields = {
                "description": item.name,
                "base_uom": "EA",
                "abc_class": _abc(item),
                "supplier": item.supplier.code,
                "pack": item.pack,
            }
            data = {"entity": "item", "key": item.code, "version": 1, "fields": fields}
            self.world.emit(
                "master.record_changed", ERP, data, about={"item": item.code}, key=item.code
            )


def _abc(item: Item) -> str:
    value = item.daily * item.price
    return "A" if value > 30_000 else "B" if value > 12_000 else "C"  # noqa: PLR2004
