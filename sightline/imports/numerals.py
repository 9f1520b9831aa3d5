# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers as people write them, such as 1.234,56 or (1,234.56): texts become plain decimals."""

import re
from functools import cache

import polars as pl

STYLES = ("1,234.56", "1.234,56", "1 234,56", "1'234.56", "1 234.56", "1234,56", "1234.56")
"""How a mapping may say it: one number, by which thousands and decimals are told apart."""
BLANKS = r"[\s\x{a0}\x{2007}\x{2009}\x{202f}]"
CURRENCY = r"(?:[€$£¥₹]|zł|Kč|kr\.?|Fr\.?|CA\$|US\$|R\$|[A-Z]{3})"
NO_NUMBER = "no number: "
_EXAMPLE = re.compile(r"1(?P<thousands>[^0-9]?)234(?P<decimal>[^0-9])56")


def plain(texts: pl.Series, style: str) -> pl.Series:
    """Return `texts` written in `style` as plain decimals; others are marked as no numbers.

    A currency before or after it, brackets or a minus behind it for what is negative, and
    blanks around it belong to the number.

    >>> plain(pl.Series(["1.234,5", "(2,5 €)", "3,00-", "1.5"]), "1.234,56").to_list()
    ['1234.5', '-2.5', '-3.00', 'no number: 1.5']
    """
    found = texts.str.extract_groups(_pattern(style)).struct.unnest()
    opened, before, inner, digits, behind, closed = found.get_columns()
    thousands, decimal = separators(style)
    bare = digits.str.replace_all(BLANKS if thousands == " " else "’", "'")  # noqa: RUF001
    bare = bare.str.replace_all(thousands if thousands != " " else "'", "", literal=True)
    bare = bare.str.replace(decimal, ".", literal=True)
    signs = _says(before, "-") + _says(inner, "-") + _says(behind, "-") + _says(opened, "(")
    paired = (opened.fill_null("") == "(") == (closed.fill_null("") == ")")
    signed = pl.select(pl.when(signs > 0).then("-" + bare).otherwise(bare)).to_series()
    usable = digits.is_not_null() & paired & (signs <= 1)
    blank = texts.str.strip_chars() == ""
    odd = (NO_NUMBER + texts).set(blank.fill_null(value=False), None)
    return signed.zip_with(usable, odd).alias(texts.name)


def separators(style: str) -> tuple[str, str]:
    """Return what stands between thousands, if anything, and before decimals.

    >>> separators("1.234,56")
    ('.', ',')
    """
    shape = _EXAMPLE.fullmatch(style)
    assert shape is not None  # noqa: S101  the parser wants one of STYLES
    return shape["thousands"], shape["decimal"]


@cache
def _pattern(style: str) -> str:
    thousands, decimal = separators(style)
    between = BLANKS if thousands == " " else "['’]" if thousands == "'" else f"[{thousands}]"  # noqa: RUF001
    whole = rf"[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    point = re.escape(decimal)
    number = rf"(?:{whole})(?:{point}[0-9]*)?(?:[eE][+-]?[0-9]+)?|{point}[0-9]+"
    gap, sign, money = f"{BLANKS}*", "[+\\-−]", f"{CURRENCY}?"  # noqa: RUF001
    return (
        rf"^{gap}(\()?{gap}({sign})?{gap}{money}{gap}({sign})?{gap}({number}){gap}"
        rf"(-)?{gap}{money}{gap}(\))?{gap}{money}{gap}$"
    )


def _says(found: pl.Series, what: str) -> pl.Series:
    minus = found.fill_null("").str.replace("−", "-")  # noqa: RUF001
    return (minus == what).cast(pl.Int8)
