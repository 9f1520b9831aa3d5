# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers, times and lengths of time as people say them; pure text, nothing escaped."""

import math
from datetime import date, datetime
from typing import SupportsFloat

NONE = "–"  # noqa: RUF001  how an absent number is shown
MINUTE, HOUR, DAY = 60, 3600, 86400
_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def number(value: SupportsFloat | None) -> str:
    """Write a quantity in full up to 9 999, then compactly.

    >>> [number(each) for each in (0.25, 36, 1234, 12_400, 2_500_000, None)]
    ['0.25', '36', '1,234', '12.4k', '2.5M', '–']
    """  # noqa: RUF002
    if value is None or math.isnan(float(value)):
        return NONE
    amount = float(value)
    for size, letter in _STEPS:
        if abs(amount) >= max(size, 1e4):
            return _signed(f"{amount / size:,.1f}".removesuffix(".0") + letter)
    digits = 0 if amount == round(amount) else 2 if abs(amount) < 100 else 1  # noqa: PLR2004
    text = f"{amount:,.{digits}f}"
    return _signed(text.rstrip("0").rstrip(".") if digits else text)


def _signed(text: str) -> str:
    return "0" if text in {"-0", ""} else text.replace("-", "−")  # noqa: RUF001


def exact(value: SupportsFloat | None) -> str:
    """Write a number in full, with at most four decimals.

    >>> exact(1037023), exact(2.50), exact(None)
    ('1,037,023', '2.5', '–')
    """  # noqa: RUF002
    if value is None or math.isnan(float(value)):
        return NONE
    text = f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return _signed(text)


def about(value: SupportsFloat | None) -> str:
    """Write a number that a model computed: three digits are all that it can mean.

    >>> about(34.1789), about(1234.5), about(None)
    ('34.2', '1,230', '–')
    """  # noqa: RUF002
    if value is None or math.isnan(float(value)):
        return NONE
    return number(float(f"{float(value):.3g}"))


def count(amount: float, one: str, many: str = "") -> str:
    """Write `amount` with its noun.

    >>> count(1, "item"), count(2, "item"), count(0, "batch", "batches")
    ('1 item', '2 items', '0 batches')
    """
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


def percent(share: float | None) -> str:
    """Write a share in [0, 1].

    >>> percent(0.0834), percent(0.5), percent(0.0002), percent(None)
    ('8.3 %', '50 %', '<0.1 %', '–')
    """  # noqa: RUF002
    if share is None or math.isnan(share):
        return NONE
    if 0 < share < 0.001:  # noqa: PLR2004
        return "<0.1 %"
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def length(seconds: float | None) -> str:
    """Write a length of time in its largest sensible unit.

    >>> [length(each) for each in (0, 12, 90, 4000, 187_200, 864_000)]
    ['0 s', '12 s', '2 min', '1.1 h', '2.2 d', '10 d']
    """
    if seconds is None or math.isnan(seconds):
        return NONE
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    for size, unit in ((DAY, "d"), (HOUR, "h")):
        if seconds >= size:
            return (
                f"{seconds / size:,.{int(seconds < 10 * size)}f}".removesuffix(".0")
                + f" {unit}"
            )
    return f"{seconds / MINUTE:.0f} min"


def ago(then: datetime, now: datetime) -> str:
    """Write how long before `now` something was, or its day when that is over a month.

    >>> from datetime import UTC
    >>> ago(datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC))
    '3 h ago'
    """
    seconds = (now - then).total_seconds()
    if seconds > 30 * DAY:
        return day(then)
    if seconds < 0:
        return f"in {length(-seconds)}"
    return f"{length(seconds)} ago"


def day(then: date) -> str:
    """Write a calendar day.

    >>> day(datetime(2010, 12, 9, 17))
    '9 Dec 2010'
    """
    return f"{then.day} {then:%b %Y}"


def moment(then: datetime) -> str:
    """Write a point in time in full, UTC.

    >>> moment(datetime(2010, 12, 9, 17, 5))
    '9 Dec 2010, 17:05 UTC'
    """
    return f"{day(then)}, {then:%H:%M} UTC"


def several(names: list[str], most: int = 3) -> str:
    """List `names`, at most so many by name.

    >>> several(["A", "B", "C", "D"], most=2), several(["A"]), several(["A", "B"])
    ('A, B and 2 more', 'A', 'A and B')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else NONE
