# SPDX-License-Identifier: AGPL-3.0-or-later
"""How messages write numbers and times: short, exact where it matters, units in words."""

from datetime import UTC, date, datetime
from decimal import Context, Decimal

EXACT_BELOW = 10_000
NEXT_STEP = Decimal("999.5")  # three digits of it would read 1000
STEPS = ("", " k", " M", " G", " T")
UNKNOWN = "\N{EN DASH}"
THREE_DIGITS = Context(prec=3)


def compact(number: Decimal | str | float) -> str:
    """Return `number` in full below 10 000, else in three digits and k, M, G or T.

    >>> compact("1234.5"), compact(12_345), compact("-2500000"), compact("0.2500")
    ('1,234.5', '12.3 k', '-2.5 M', '0.25')
    """
    value = Decimal(str(number))
    if abs(value) < EXACT_BELOW:
        return _trimmed(round(value, 4))
    step = 0
    while abs(value) >= NEXT_STEP and step < len(STEPS) - 1:
        value, step = value / 1000, step + 1
    return f"{_trimmed(THREE_DIGITS.plus(value))}{STEPS[step]}"


def _trimmed(value: Decimal) -> str:
    text = f"{value + 0:,f}"  # never minus nothing
    return text.rstrip("0").rstrip(".") if "." in text else text


def estimate(number: Decimal | str | float) -> str:
    """Return a number that is an estimate: no decimals from 10 on, one below.

    >>> estimate("34.1845"), estimate("3.96"), estimate("-0.04"), estimate("-205.8")
    ('34', '4', '0', '-206')
    """
    value = Decimal(str(number))
    return compact(round(value, 0 if abs(value) >= 10 else 1))  # noqa: PLR2004


def counted(number: Decimal | str | float, one: str, many: str = "") -> str:
    """Return `number` with its noun: ``one`` for exactly one, `many` (or one + s) otherwise.

    >>> counted(1, "line"), counted("1.5", "unit"), counted(0, "day")
    ('1 line', '1.5 units', '0 days')
    """
    is_one = Decimal(str(number)) == 1
    return f"{compact(number)} {one if is_one else many or one + 's'}"


def price(amount: Decimal | None, currency: str) -> str:
    """Return money in words, a dash when it is not known.

    >>> price(Decimal("1234.5000"), "GBP"), price(Decimal("12345"), "")
    ('1,234.50 GBP', '12.3 k')
    """
    if amount is None:
        return UNKNOWN
    short = f"{amount:,.2f}" if abs(amount) < EXACT_BELOW else compact(amount)
    return f"{short} {currency}".rstrip()


def on(day: date | str) -> str:
    """Return a day as people write it.

    >>> on("2026-03-02")
    '2 March 2026'
    """
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{found.day} {found:%B %Y}"


def at(moment: datetime) -> str:
    """Return a time with its zone.

    >>> at(datetime(2026, 3, 2, 7, 5, tzinfo=UTC))
    '2 March 2026, 07:05 UTC'
    """
    found = moment.astimezone(UTC)
    return f"{on(found.date())}, {found:%H:%M} UTC"
