# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public holidays by country and year: fixed days and days counted from Easter Sunday."""

from datetime import date
from functools import cache

EPOCH = date(1970, 1, 1)
GOOD_FRIDAY, EASTER, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI = (
    -2,
    0,
    1,
    39,
    50,
    60,
)

FIXED: dict[str, tuple[tuple[int, int], ...]] = {  # country -> (month, day)
    "DE": ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    "FR": (
        (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
    ),
    "ES": (
        (1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25),
    ),
    "PT": (
        (1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25),
    ),
    "LT": (
        (1, 1), (2, 16), (3, 11), (5, 1), (6, 24), (7, 6), (8, 15), (11, 1), (11, 2), (12, 24),
        (12, 25), (12, 26),
    ),
    "FI": ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)),
}  # fmt: skip
FROM_EASTER: dict[str, tuple[int, ...]] = {
    "DE": (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "FR": (EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "ES": (GOOD_FRIDAY,),
    "PT": (GOOD_FRIDAY, CORPUS_CHRISTI),
    "LT": (EASTER, EASTER_MONDAY),
    "FI": (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
}


@cache
def holidays(country: str, year: int) -> tuple[int, ...]:
    """Return the holidays of a year, days since 1970, in order.

    >>> from sightline.sim.engine.moments import date_of
    >>> [str(date_of(day)) for day in holidays("DE", 2026)][:3]
    ['2026-01-01', '2026-04-03', '2026-04-06']
    """
    fixed = [(date(year, month, day) - EPOCH).days for month, day in FIXED[country]]
    return tuple(sorted({*fixed, *(easter(year) + days for days in FROM_EASTER[country])}))


def easter(year: int) -> int:
    """Return Easter Sunday, days since 1970, for 1900 to 2099 (Gauss).

    >>> from sightline.sim.engine.moments import date_of
    >>> str(date_of(easter(2026)))
    '2026-04-05'
    """
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    late = moon + sunday
    if late == 35 or (late == 34 and moon == 28 and year % 19 > 10):  # noqa: PLR2004  Gauss
        late -= 7
    return (date(year, 3, 22) - EPOCH).days + late
