# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a place or an office works: weekdays, holidays and hours of its own zone.

A day is a local date, counted from 1970-01-01. Every shift of the cast begins and ends within
the same day in UTC too, so a moment's day in UTC and its local day are one.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sightline.sim.cast.holidays import holidays
from sightline.sim.engine.moments import HOUR, SECOND, date_of, day_of, moment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
THURSDAY = 3  # 1970-01-01


class Calendar:
    """Working days and hours.

    Examples
    --------
    >>> calendar = Calendar("DE-5", "DE", "Europe/Berlin", 5, (8, 17))
    >>> calendar.next_open(20454) - 20454  # 2026-01-01, a Thursday and holiday
    1
    """

    def __init__(
        self, code: str, country: str, zone: str, days_a_week: int, hours: tuple[int, int]
    ) -> None:
        self.code, self.country, self.zone = code, country, zone
        self.days_a_week, self.hours = days_a_week, hours
        self._clock = ZoneInfo(zone)
        self._open: dict[int, bool] = {}
        self._spans: dict[int, tuple[int, int]] = {}

    @property
    def working_days(self) -> tuple[str, ...]:
        """Return the weekdays on which it works."""
        return WEEKDAYS[: self.days_a_week]

    def is_open(self, day: int) -> bool:
        """Tell whether it works on `day`."""
        if day not in self._open:
            works = (day + THURSDAY) % 7 < self.days_a_week
            self._open[day] = works and day not in holidays(self.country, date_of(day).year)
        return self._open[day]

    def opens(self, day: int) -> int:
        """Return when the shift of `day` begins, µs; also for a day on which it is closed."""
        return self._span(day)[0]

    def closes(self, day: int) -> int:
        """Return when the shift of `day` ends, µs."""
        return self._span(day)[1]

    def next_open(self, day: int) -> int:
        """Return the first working day that is `day` or later."""
        while not self.is_open(day):
            day += 1
        return day

    def open_days(self, first: int, last: int) -> list[int]:
        """Return the working days from `first` to `last`, both included."""
        return [day for day in range(first, last + 1) if self.is_open(day)]

    def add_work(self, at: int, hours: float) -> int:
        """Return the moment by which `hours` of work are done that begin at `at` or later.

        With 0 hours that is the next moment of work; to whole seconds.
        """
        rest = round(hours * HOUR / SECOND) * SECOND
        day = self.next_open(day_of(at))
        start = max(at, self.opens(day))
        while start + rest > self.closes(day) or start >= self.closes(day):
            rest -= max(0, self.closes(day) - start)
            day = self.next_open(day + 1)
            start = self.opens(day)
        return start + rest

    def work_between(self, since: int, until: int) -> int:
        """Return the working time in [since, until), µs."""
        days = self.open_days(day_of(since), day_of(until))
        return sum(
            max(0, min(until, self.closes(day)) - max(since, self.opens(day))) for day in days
        )

    def _span(self, day: int) -> tuple[int, int]:
        if day not in self._spans:
            midnight = datetime.combine(date_of(day), time())
            begin, end = (midnight + timedelta(hours=hour) for hour in self.hours)
            self._spans[day] = (
                moment(begin.replace(tzinfo=self._clock)),
                moment(end.replace(tzinfo=self._clock)),
            )
        return self._spans[day]
