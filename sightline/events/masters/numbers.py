# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers and truths, from JSON or from text, exactly or not at all."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from sightline.events.masters.wrong import WrongValueError
from sightline.events.quantities import DECIMAL

LARGEST_WHOLE = 10**12
TRUTHS = {"true": True, "false": False}


def whole(least: int) -> Callable[[Any], int]:
    """Return a reader of whole numbers from `least`; 12.0 is one."""

    def read(value: Any) -> int:
        exact = _exact(value)
        if exact.denominator != 1 or not least <= exact <= LARGEST_WHOLE:
            raise WrongValueError
        return exact.numerator

    return read


def decimal(*, places: int, whole_digits: int) -> Callable[[Any], Decimal]:
    """Return a reader of numbers from 0 that are exact in so many decimals."""
    limit = 10**whole_digits

    def read(value: Any) -> Decimal:
        exact = _exact(value)
        scaled = exact * 10**places
        if not 0 <= exact < limit or scaled.denominator != 1:
            raise WrongValueError
        return Decimal(scaled.numerator).scaleb(-places)

    return read


def share(value: Any) -> float:
    """Read a share from 0 to 1."""
    exact = _exact(value)
    if not 0 <= exact <= 1:
        raise WrongValueError
    return float(exact)


def truth(value: Any) -> bool:
    """Read true or false."""
    known = TRUTHS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise WrongValueError
    return known


def _exact(value: Any) -> Fraction:
    """Return the number that is written, not its nearest binary neighbour."""
    if isinstance(value, str) and DECIMAL.fullmatch(value.strip()):
        return Fraction(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise WrongValueError
    if abs(value) > LARGEST_WHOLE:
        raise WrongValueError
    return Fraction(repr(value))
