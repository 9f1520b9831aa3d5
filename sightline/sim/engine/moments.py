# SPDX-License-Identifier: AGPL-3.0-or-later
"""Times as whole microseconds since 1970, UTC: exact, quick to compare, the same everywhere."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def moment(time: datetime) -> int:
    """Return `time`, which has a zone, as microseconds since 1970.

    >>> moment(datetime(2026, 1, 5, tzinfo=UTC))
    1767571200000000
    """
    return (time - EPOCH) // timedelta(microseconds=1)


def time_of(at: int) -> datetime:
    """Return the moment `at` as a time in UTC."""
    return EPOCH + timedelta(microseconds=at)


def day_of(at: int) -> int:
    """Return the day of `at`, counted from 1970-01-01, UTC."""
    return at // DAY


def date_of(day: int) -> date:
    """Return the date of `day`, counted from 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=day)


def stamp(at: int) -> str:
    """Return `at` as RFC 3339 text in UTC, cut to milliseconds.

    >>> stamp(1767571200123456)
    '2026-01-05T00:00:00.123Z'
    """
    return time_of(at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at // 1000 % 1000:03d}Z"
