# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decimal strings become exact whole numbers of ten-thousandths, or a fault.

Inside, a quantity is a Python int of ten-thousandths of the base unit: sums are exact and do
not depend on their order.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from sightline.events import units
from sightline.events.refusal import Fault, shown

SCALE = 10_000
LIMIT = 10**15  # ten-thousandths: thousands of such events still add up within 64 bits
REMEMBERED = 1 << 16
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
CURRENCY = re.compile("[A-Z]{3}", re.ASCII)
Stated = tuple[str, str, str | None, str | None, int | None, int | None]


class Base(NamedTuple):
    """A quantity in the base unit: ten-thousandths, and the unit."""

    scaled: int
    uom: str


class Amount(NamedTuple):
    """Money: ten-thousandths, the currency, and whether decimals beyond four were rounded."""

    scaled: int
    currency: str
    rounded: bool


class Impossible(Exception):  # noqa: N818  never leaves this module
    """Carries a fault out of a computation."""

    def __init__(self, code: str, field: str, text: str) -> None:
        quarantined = code in {"unknown_unit", "no_conversion"}
        self.fault = Fault(code, field, text, "quarantine" if quarantined else "malformed")


@lru_cache(maxsize=REMEMBERED)
def to_base(stated: Stated, *, signed: bool, zero: bool, at: str) -> Base | Fault:
    """Return the quantity `stated` in its base unit.

    Parameters
    ----------
    stated
        ``qty, uom, base_qty, base_uom, conv_num, conv_den`` as in the event.
    signed, zero
        Whether a negative quantity and 0 are allowed.
    at
        Path of the block, for messages: ``data.q``.

    Examples
    --------
    >>> to_base(("1", "DZN", None, "EA", 12, 1), signed=False, zero=False, at="data.q")
    Base(scaled=120000, uom='EA')
    """
    try:
        return _to_base(stated, signed=signed, zero=zero, at=at)
    except Impossible as impossible:
        return impossible.fault


@lru_cache(maxsize=REMEMBERED)
def to_amount(amount: str, currency: str | None, *, at: str) -> Amount | Fault:
    """Return money as stated; decimals beyond the fourth are rounded half to even."""
    try:
        exact = _decimal(amount, f"{at}.amount") * SCALE
    except Impossible as impossible:
        return impossible.fault
    if currency is not None and not CURRENCY.fullmatch(currency):
        text = f"{at}.currency is {shown(currency)}; expected an ISO 4217 code such as EUR"
        return Fault("not_a_currency", f"{at}.currency", text)
    if abs(exact) >= LIMIT:
        return _too_large(amount, f"{at}.amount").fault
    return Amount(round(exact), currency or "", rounded=exact.denominator != 1)


def _to_base(stated: Stated, *, signed: bool, zero: bool, at: str) -> Base:
    qty, uom, base_qty, base_uom, num, den = stated
    stated_qty = _decimal(qty, f"{at}.qty")
    if stated_qty < 0 and not signed:
        raise _negative(qty, f"{at}.qty")
    if stated_qty == 0 and not zero:
        text = f"{at}.qty is {shown(qty)}; expected more than 0 for this type"
        raise Impossible("zero", f"{at}.qty", text)
    for name, code in (("uom", uom), ("base_uom", base_uom)):
        if code is not None and not units.is_known(code):
            raise _unknown_unit(code, f"{at}.{name}")
    factor = _factor(uom, base_uom, num, den, at)
    exact = stated_qty * factor
    if base_qty is not None and _decimal(base_qty, f"{at}.base_qty") != exact:
        raise _not_representable(stated, exact, at)
    scaled = exact * SCALE
    if scaled.denominator != 1:
        raise _not_representable(stated, exact, at)
    if abs(scaled) >= LIMIT:
        raise _too_large(qty, f"{at}.qty")
    return Base(scaled.numerator, base_uom or uom)


def _decimal(text: str, at: str) -> Fraction:
    if not DECIMAL.fullmatch(text):
        wanted = "a decimal string such as '12.5', at most 18 digits either side"
        raise Impossible("not_a_decimal", at, f"{at} is {shown(text)}; expected {wanted}")
    return Fraction(text)


def _factor(
    uom: str, base_uom: str | None, num: int | None, den: int | None, at: str
) -> Fraction:
    if num is None and den is None:
        if base_uom in (None, uom):
            return Fraction(1)
        text = f"{at} turns {uom} into {base_uom} without conv_num and conv_den; expected both"
        raise Impossible("no_conversion", f"{at}.conv_num", text)
    if num is None or den is None or num <= 0 or den <= 0:
        text = f"{at} is converted by {num}/{den}; expected whole numbers above 0"
        raise Impossible("bad_conversion", f"{at}.conv_num", text)
    if base_uom is None and num != den:
        text = f"{at}.base_uom is missing; expected the unit that {num}/{den} leads to"
        raise Impossible("no_conversion", f"{at}.base_uom", text)
    return Fraction(num, den)


def _negative(qty: str, at: str) -> Impossible:
    wanted = "a magnitude of at least 0; direction comes from the type"
    return Impossible("negative", at, f"{at} is {shown(qty)}; expected {wanted}")


def _unknown_unit(code: str, at: str) -> Impossible:
    wanted = "a UNECE Rec 20 code such as EA, KGM or CT"
    return Impossible("unknown_unit", at, f"{at} is {shown(code)}; expected {wanted}")


def _not_representable(stated: Stated, exact: Fraction, at: str) -> Impossible:
    qty, _, base_qty, _, num, den = stated
    product = qty if num is None else f"{qty} x {num}/{den}"
    is_said = "missing" if base_qty is None else shown(base_qty)
    wanted = f"{product} = {_plain(exact)} exactly, with at most four decimals"
    return Impossible(
        "not_representable", f"{at}.base_qty", f"{at}.base_qty is {is_said}; expected {wanted}"
    )


def _too_large(text: str, at: str) -> Impossible:
    wanted = "less than 10^11, in the base unit where it is a quantity"
    return Impossible("too_large_a_number", at, f"{at} is {shown(text)}; expected {wanted}")


def _plain(exact: Fraction) -> str:
    """Return `exact` as a decimal when it ends, else as a fraction."""
    scaled = exact * 10**18
    if scaled.denominator != 1:
        return str(exact)
    whole, part = divmod(abs(scaled.numerator), 10**18)
    digits = f"{whole}.{part:018d}".rstrip("0").rstrip(".")
    return f"-{digits}" if exact < 0 else digits
