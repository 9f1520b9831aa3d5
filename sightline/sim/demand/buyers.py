# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who orders a line, with which order of the day, at which price and for when."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import CHANNELS, REGIONS
from sightline.sim.demand.asked import Asked
from sightline.sim.demand.classes import EDI, RETAIL, WEB
from sightline.sim.demand.rates import Rates
from sightline.sim.demand.weeks import weekday
from sightline.sim.engine.draws import Draws
from sightline.sim.engine.moments import Floats, Ints

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

LINES_PER_ORDER = np.array([1e9, 40.0, 1.6])  # by channel; EDI sends one order a day
MOST_ORDERS = 60  # of a customer on a day, before an item comes twice
MONDAY_TO_FRIDAY = 5
MAIN_DAY, OTHER_DAYS = 4.0, 0.4  # how much an EDI customer prefers its weekday
TIER_DISCOUNT = np.array([0.0, 0.12, 0.06, 0.0])  # by tier
CONTRACT_DISCOUNT = np.array([0.0, 0.03, 0.03, 0.0])  # by rank of the contract
SAME_DAY = 1
LONGEST_WAIT = 5  # days


class Buyers:
    """Chooses customers and what follows from them."""

    def __init__(self, cast: "Cast", draws: Draws, rates: Rates) -> None:
        self._cast = cast
        self._customer = draws.stream("demand/customer")
        self._order = draws.stream("demand/order")
        self._patience = draws.stream("demand/requested")
        main_day = draws.stream("demand/main_day")
        self._main_day = main_day.whole(cast.customer_keys, 0, MONDAY_TO_FRIDAY)
        self._orders = self._orders_a_day(rates)
        self._pays = self._prices()
        self._opens = lru_cache(maxsize=8)(self._looked_up)

    def customers(self, asked: Asked) -> Ints:
        """Return who orders each line, by the weights of a region's customers in a channel."""
        chosen = np.zeros(len(asked), dtype=np.int64)
        group = asked.region * len(CHANNELS) + asked.channel
        for each in np.unique(group):
            rows = np.flatnonzero(group == each)
            who, weights = self._shoppers(int(each), asked.day)
            drawn = self._customer.choice(asked.keys[rows], asked.number[rows], weights)
            chosen[rows] = who[drawn]
        return chosen

    def nth(self, asked: Asked, customer: Ints) -> Ints:
        """Return the number of the order among the customer's of the day.

        An item stands in an order once: a second line for it comes with a later order.
        """
        orders = self._orders[customer]
        nth = self._order.whole(asked.keys, asked.number, orders)
        same = (customer * MOST_ORDERS + nth) * len(self._cast.items) + asked.item
        return np.asarray(nth + orders * _how_often_before(same))

    def price(self, item: Ints, customer: Ints) -> Ints:
        """Return cents per piece."""
        listed = self._cast.item_price[item] * self._pays[customer]
        return np.maximum(np.rint(listed).astype(np.int64), 1)

    def requested_day(self, asked: Asked, customer: Ints) -> Ints:
        """Return when customers want it, a working day of the place."""
        rank = self._cast.customer_contract_rank[customer]
        patient = 2 + self._patience.whole(asked.keys, asked.number, LONGEST_WAIT - 1)
        wait = np.where(asked.channel == EDI, patient, 1 + patient % 2)
        wait = np.where(asked.channel == RETAIL, 1, wait)
        wait = np.where(rank == SAME_DAY, 0, wait)
        return np.asarray(self._opens(asked.day)[asked.region, wait])

    def _shoppers(self, group: int, day: int) -> tuple[Ints, Floats]:
        region, channel = divmod(group, len(CHANNELS))
        who, weights = self._cast.customers_of(region, channel)
        if channel == EDI and weekday(day) < MONDAY_TO_FRIDAY:
            is_main = self._main_day[who] == weekday(day)
            weights = weights * np.where(is_main, MAIN_DAY, OTHER_DAYS)
        return who, weights

    def _orders_a_day(self, rates: Rates) -> Ints:
        """Return among how many orders a customer's lines of a usual day are dealt out."""
        by_channel = rates.usual_lines().sum(axis=0)
        orders = np.ones(len(self._cast.customers), dtype=np.int64)
        for region in range(len(REGIONS)):
            for channel in range(len(CHANNELS)):
                who, weights = self._cast.customers_of(region, channel)
                lines = by_channel[region, channel] * weights / weights.sum()
                orders[who] = np.ceil(lines / LINES_PER_ORDER[channel])
        return np.clip(orders, 1, MOST_ORDERS)

    def _prices(self) -> Floats:
        """Return the share of the list price that each customer pays."""
        cast = self._cast
        discount = TIER_DISCOUNT[cast.customer_tier]
        discount = discount + CONTRACT_DISCOUNT[cast.customer_contract_rank]
        return np.where(cast.customer_channel == WEB, 1.0, 1.0 - discount)

    def _looked_up(self, day: int) -> Ints:
        """Return the first working day from `day` + wait on, regions by waits."""
        calendars = [self._cast.calendar_of(int(each)) for each in self._cast.place_of_region]
        waits = range(LONGEST_WAIT + 1)
        return np.array([[each.next_open(day + wait) for wait in waits] for each in calendars])


def _how_often_before(keys: Ints) -> Ints:
    """Return how often each key stands earlier in `keys`."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    before = np.empty(len(keys), dtype=np.int64)
    before[order] = np.arange(len(keys)) - np.searchsorted(ordered, ordered, side="left")
    return before
