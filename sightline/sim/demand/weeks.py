# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pattern of a week by channel, and what a holiday of the serving place does to it."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import REGIONS
from sightline.sim.engine.moments import Floats

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

WEEK = 7
WEEKEND = (5, 6)
PATTERN = np.array(
    [  # Monday first; each row has mean 1
        [1.82, 1.54, 1.40, 1.33, 0.91, 0.00, 0.00],  # edi
        [1.54, 1.33, 1.33, 1.26, 1.40, 0.14, 0.00],  # retail
        [0.95, 0.90, 0.95, 1.00, 1.05, 1.05, 1.10],  # web
    ]
)
ON_HOLIDAY = np.array([0.03, 0.10, 0.90])
AFTER_HOLIDAY = np.array([1.40, 1.25, 1.00])


def weekday(day: int) -> int:
    """Return the day of the week, 0 for Monday.

    >>> weekday(0)  # 1970-01-01 was a Thursday
    3
    """
    return (day + 3) % WEEK


class Weeks:
    """Factors on order lines by region and channel, day by day."""

    def __init__(self, cast: "Cast") -> None:
        self._calendars = [
            cast.calendar_of(int(cast.place_of_region[region]))
            for region in range(len(REGIONS))
        ]

    def factor(self, day: int) -> Floats:
        """Return factors, regions by channels; their mean over an ordinary week is 1."""
        usual = PATTERN[:, weekday(day)]
        return np.array([usual * self._holiday(region, day) for region in range(len(REGIONS))])

    def _holiday(self, region: int, day: int) -> Floats:
        if self._is_holiday(region, day):
            return ON_HOLIDAY
        if self._is_holiday(region, day - 1):
            return AFTER_HOLIDAY
        return np.ones(len(PATTERN))

    def _is_holiday(self, region: int, day: int) -> bool:
        if weekday(day) in WEEKEND:
            return False
        return not self._calendars[region].is_open(day)
