# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities by day: today is day 0, what is overdue or undated belongs to today."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

LEAST_DAYS, MOST_DAYS = 28, 365


def today(as_of: datetime, zone: str) -> date:
    """Return the day that it is in `zone` at `as_of`: what is due by then is due.

    >>> from datetime import UTC
    >>> today(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "Europe/Berlin").isoformat()
    '2026-03-03'
    """
    return as_of.astimezone(ZoneInfo(zone)).date()


def horizon(start: date, days: Iterable[date | None]) -> int:
    """Return over how many days to look: up to the last of `days`, 28 to 365.

    >>> horizon(date(2026, 3, 2), [date(2026, 4, 11), None])
    41
    """
    last = max((each for each in days if each is not None), default=start)
    return min(max((last - start).days + 1, LEAST_DAYS), MOST_DAYS)


def grid(
    start: date,
    count: int,
    quantities: Sequence[float] | np.ndarray,
    days: Sequence[date | None],
) -> np.ndarray:
    """Return the sum of `quantities` per day, `count` days from `start`, today, on.

    A day that has passed and a missing day count today; days beyond the last are left out.

    Parameters
    ----------
    quantities, days
        How much, and on which day; one entry per document line.

    Examples
    --------
    >>> grid(date(2026, 3, 2), 3, [5, 2, 1, 9], [date(2026, 3, 4), None, date(2026, 3, 1),
    ...      date(2026, 3, 9)]).tolist()
    [3.0, 0.0, 5.0]
    """
    found = np.zeros(count)
    for quantity, day in zip(quantities, days, strict=True):
        at = 0 if day is None else max((day - start).days, 0)
        if at < count:
            found[at] += quantity
    return found


def following(start: date, count: int) -> list[date]:
    """Return `count` days, `start` first."""
    return [start + timedelta(days=each) for each in range(count)]
