# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a watched world opens: long enough ago that hours of work lie between it and now."""

from sightline.sim.cast.calendars import Calendar
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, day_of

HISTORY_DAYS = 28
WORK = 3 * HOUR + 30 * MINUTE
ALREADY = 4 * HOUR
STEP = 10 * MINUTE


def history_end(now: int, calendar: Calendar) -> int:
    """Return when history ends and the showing begins, µs: ten minutes before a full hour.

    It is the latest such moment at least `ALREADY` ago after which work goes on for `WORK`
    on the same day, by `calendar`; before a weekend that is the Friday.

    >>> from datetime import UTC, datetime
    >>> from sightline.sim.engine.moments import moment, stamp
    >>> monday = moment(datetime(2026, 3, 30, 6, tzinfo=UTC))
    >>> stamp(history_end(monday, Calendar("DE-5", "DE", "Europe/Berlin", 5, (8, 17))))
    '2026-03-27T11:50:00.000Z'
    """
    day = day_of(now)
    while True:
        end = min(now - ALREADY, calendar.closes(day) - WORK)
        end = (end + STEP) // HOUR * HOUR - STEP
        if calendar.is_open(day) and end >= calendar.opens(day):
            return end
        day -= 1


def first_midnight(end: int) -> int:
    """Return the midnight at which a history of weeks that leads up to `end` begins."""
    return (day_of(end) - HISTORY_DAYS) * DAY
