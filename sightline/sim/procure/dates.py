# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days as text, each spelled once: a day of a large world has thousands of them."""

from functools import cache

from sightline.sim.engine.moments import date_of


@cache
def iso(day: int) -> str:
    """Return the date of `day`, counted from 1970-01-01.

    >>> iso(20454)
    '2026-01-01'
    """
    return date_of(day).isoformat()


@cache
def short(day: int) -> str:
    """Return the date of `day` as ids have it.

    >>> short(20454)
    '260101'
    """
    return f"{date_of(day):%y%m%d}"
