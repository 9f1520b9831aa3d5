# SPDX-License-Identifier: AGPL-3.0-or-later
"""When an order arrives: EDI in the early batch, retail in the morning, web all day."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from sightline.sim.demand.asked import Asked
from sightline.sim.demand.classes import EDI, RETAIL
from sightline.sim.engine.draws import Draws, Keys, mixed
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Floats, Ints, time_of

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

EDI_FROM, EDI_FOR, EDI_JITTER = 1.5, 4.0, 0.2  # hours, local; each partner has its own minute
RETAIL_FROM, RETAIL_FOR = 6.5, 4.5
WEB_BY_HOUR = np.array(
    [2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 10, 9, 8, 8, 9, 11, 14, 18, 20, 17, 11, 6]
)
WEB_HOURS = np.arange(len(WEB_BY_HOUR) + 1)
WEB_SHARE = np.concatenate([[0], np.cumsum(WEB_BY_HOUR)]) / WEB_BY_HOUR.sum()
DAY_S, HOUR_S, MINUTE_S = DAY // SECOND, HOUR // SECOND, MINUTE // SECOND


class Times:
    """Moments of orders; all lines of an order share one, on the order's day in UTC."""

    def __init__(self, cast: "Cast", draws: Draws) -> None:
        self._keys = cast.customer_keys
        zones = [cast.places[int(place)].zone for place in cast.place_of_region]
        self._zones = [ZoneInfo(zone) for zone in zones]
        self._usual = draws.stream("demand/usual_minute")
        self._even = draws.stream("demand/time")

    def of(self, customer: Ints, asked: Asked, nth: Ints) -> Ints:
        """Return moments, µs, whole seconds and never in the first minute of an hour."""
        hours = self._local_hours(self._keys[customer], asked.channel, asked.day, nth)
        local = np.rint(hours * HOUR_S).astype(np.int64)
        second = (local - self._offsets(asked.day)[asked.region]) % DAY_S
        second += MINUTE_S * (second % HOUR_S < MINUTE_S)
        return asked.day * DAY + second * SECOND

    def _local_hours(self, keys: Keys, channel: Ints, day: int, nth: Ints) -> Floats:
        even = self._even.uniform(mixed(keys, nth.astype(np.uint64)), day)
        batch = EDI_FROM + EDI_FOR * self._usual.uniform(keys, 0) + EDI_JITTER * even
        web = np.interp(even, WEB_SHARE, WEB_HOURS)
        shop = RETAIL_FROM + RETAIL_FOR * even
        return np.where(channel == EDI, batch, np.where(channel == RETAIL, shop, web))

    def _offsets(self, day: int) -> Ints:
        noon = time_of(day * DAY + DAY // 2)
        found = [zone.utcoffset(noon.astimezone(zone)) for zone in self._zones]
        return np.array([int(each.total_seconds()) for each in found if each is not None])
