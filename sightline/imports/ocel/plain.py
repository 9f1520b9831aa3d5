# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values of a log as every format of it would state them, so that copies come out alike."""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

Plain: TypeAlias = str | int | float | bool | None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
LARGEST = 1 << 53
SORTS = {
    "truth": ("bool",),
    "number": ("int", "real", "float", "double", "num", "dec"),
    "time": ("time", "date"),
}
TRUE, FALSE = ("true", "1"), ("false", "0")


def value(stated: Any, kind: str = "") -> Plain:
    """Return what an attribute states, by the `kind` of value that the log declares.

    Whole numbers are written as such, times in UTC; what is not of its kind stays as it is.

    Examples
    --------
    >>> value("129.0", "REAL"), value(1, "BOOLEAN"), value("2023-04-03 12:00:00", "TIMESTAMP")
    (129, True, '2023-04-03T12:00:00Z')
    """
    if isinstance(stated, bytes):
        return stated.hex()
    if isinstance(stated, dict | list):
        return str(stated)
    sort = _sort(kind)
    if sort == "truth":
        return _truth(stated)
    if isinstance(stated, str):
        return _from_text(stated, sort)
    if stated is None or isinstance(stated, bool):
        return stated
    return _number(stated)


def name(stated: Any) -> str:
    """Return an id, a type or a qualifier as text; numbers without a decimal point.

    Examples
    --------
    >>> name(880001.0), name(None)
    ('880001', '')
    """
    if isinstance(stated, str):
        return stated
    plain = value(stated)
    return "" if plain is None else str(plain)


def moment(stated: Any) -> int | None:
    """Return a time in milliseconds since 1970; UTC where it states no offset, None if none."""
    if not isinstance(stated, str):
        return None
    try:
        found = datetime.fromisoformat(stated.strip())
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return (found - EPOCH) // MILLISECOND


def since(stated: Any) -> int:
    """Return from when an attribute holds; 1 January 1970 and what is before mean always."""
    found = moment(stated)
    return 0 if found is None or found < A_DAY // MILLISECOND else found


def written(milliseconds: int) -> str:
    """Return a moment in RFC 3339, UTC."""
    at = EPOCH + milliseconds * MILLISECOND
    spec = "milliseconds" if at.microsecond else "seconds"
    return at.isoformat(timespec=spec).replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def _sort(kind: str) -> str:
    """Return what sort of value a declared `kind` is: truth, number, time or "" for text."""
    declared = kind.lower()
    found = (sort for sort, words in SORTS.items() if any(word in declared for word in words))
    return next(found, "")


def _truth(stated: Any) -> Plain:
    text = str(stated).lower()
    return text in TRUE if text in TRUE + FALSE else value(stated)


def _from_text(stated: str, sort: str) -> Plain:
    if sort == "number" and "_" not in stated:  # which Python would pass over
        try:
            return _number(float(stated))
        except ValueError:
            return stated
    if sort == "time":
        found = moment(stated)
        return stated if found is None else written(found)
    return stated


def _number(stated: float) -> Plain:
    if not math.isfinite(stated) or (isinstance(stated, int) and abs(stated) > LARGEST):
        return str(stated)
    return int(stated) if stated == int(stated) and abs(stated) <= LARGEST else stated
