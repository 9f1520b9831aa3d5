# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers as interchanges write them, exactly."""

import re
from decimal import Context, Decimal

from sightline.imports.edi.refused import Refused

NUMBER = re.compile(r"-?(?:[0-9]{1,18}(?:[.,][0-9]{0,18})?|[.,][0-9]{1,18})", re.ASCII)
MONEY = Context(prec=28)
MONEY_PLACES = Decimal("1e-12")
"""Far below the four decimals that are kept of money."""


def decimal(text: str, field: str, *, marks: str = ".") -> str:
    """Return a number as events write it: no bare point, no zeros in front.

    Parameters
    ----------
    marks
        The characters that may stand before its decimals.

    Raises
    ------
    Refused
        It is missing, or no such number.

    Examples
    --------
    >>> decimal("0012,50", "QTY", marks=","), decimal(".5", "PO102")
    ('12.50', '0.5')
    """
    mark = next((each for each in ".," if each in text), "")
    if not NUMBER.fullmatch(text) or (mark and mark not in marks):
        wanted = (
            f"a number with {' or '.join(repr(each) for each in marks)} before its decimals"
        )
        raise Refused("not_a_decimal", f"{field} is {text!r}; expected {wanted}", field)
    return f"{Decimal(text.replace(',', '.')):f}"


def each_of(price: str, units: str) -> str:
    """Return the price of one where `price` is that of so many `units`.

    Examples
    --------
    >>> each_of("1250", "100")
    '12.5'
    """
    exact = MONEY.divide(Decimal(price), Decimal(units))
    rounded = exact.quantize(MONEY_PLACES, context=MONEY)
    return f"{rounded.normalize(MONEY):f}"
