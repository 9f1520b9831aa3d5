# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a watched world opens: early on a working day, with most of that day before it."""

from sightline.sim.cast.calendars import Calendar
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, day_of

HISTORY_DAYS = 28
BEFORE_OPENING = 4 * HOUR  # then partners begin to send their orders of the day
STEP = 10 * MINUTE
ALREADY = 9 * HOUR  # so that the showing has something to show


def history_end(now: int, warehouse: Calendar, office: Calendar) -> int:
    """Return when history ends and the showing begins, µs: ten minutes before a full hour.

    That is four hours before the warehouse opens, at least `ALREADY` ago, on a day on which
    the office works too: before a weekend that is the Friday.

    >>> from datetime import UTC, datetime
    >>> from sightline.sim.engine.moments import moment, stamp
    >>> warehouse = Calendar("DE-6", "DE", "Europe/Berlin", 6, (6, 20))
    >>> office = Calendar("DE-5", "DE", "Europe/Berlin", 5, (8, 17))
    >>> sunday = moment(datetime(2026, 3, 8, 6, tzinfo=UTC))
    >>> stamp(history_end(sunday, warehouse, office))
    '2026-03-06T00:50:00.000Z'
    """
    day = day_of(now)
    while True:
        end = warehouse.opens(day) - BEFORE_OPENING - STEP
        if end <= now - ALREADY and office.is_open(day) and warehouse.is_open(day):
            return end
        day -= 1


def first_midnight(end: int) -> int:
    """Return the midnight at which a history of weeks that leads up to `end` begins."""
    return (day_of(end) - HISTORY_DAYS) * DAY
