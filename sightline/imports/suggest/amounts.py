# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a file writes its numbers: points or commas, thousands, currencies beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sightline.imports.numerals import NO_NUMBER, plain, separators

PLAIN = ""
ENOUGH = 0.97
GROUPED = ("1,234.56", "1.234,56", "1 234,56", "1'234.56", "1 234.56")
UNGROUPED = ("1234,56", "1234.56")
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "Kč": "CZK"}
CODES = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
    "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MAD",
    "MXN", "MYR", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "RSD", "RUB", "SAR", "SEK",
    "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
})  # fmt: skip
PLAIN_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
LOOKS_SO = r"^[(\s]*[+\-−]?\s*(?:[€$£¥₹]|zł|Kč|[A-Z]{3})?\s*[+\-−]?[0-9.,'’\s]*[0-9][0-9.,'’\s]*(?:[eE][+-]?[0-9]+)?\s*-?\s*(?:[€$£¥₹]|zł|Kč|[A-Z]{3})?[)\s]*$"  # noqa: E501, RUF001
TELLING = r"[0-9][.,](?:[0-9]{1,2}|[0-9]{4,})(?:[^0-9]|$)|[.,'’\s][0-9]{3}[.,]"  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers are written: a style of `numerals`, "" for plain ones, and what shows it.

    `is_sure` is false where every number could be read in two ways.
    """

    name: str = PLAIN
    why: str = ""
    is_sure: bool = True


def looks_numeric(texts: pl.Series) -> float:
    """Return the share of `texts` that are numbers in some style."""
    return float(texts.str.contains(LOOKS_SO).sum()) / len(texts) if len(texts) else 0.0


def style_of(columns: Sequence[pl.Series], *, prefers_comma: bool) -> Style:
    """Return the one style in which all `columns` of texts are numbers, as far as there is one.

    Parameters
    ----------
    prefers_comma
        What to assume where ``1.234`` or ``1,234`` could mean two things.
    """
    bare = [each.drop_nulls().str.strip_chars() for each in columns]
    texts = [each.filter(each.str.contains(LOOKS_SO)) for each in bare]
    odd = [each for each in texts if not each.str.contains(PLAIN_NUMBER).all()]
    both = any(bool(each.str.contains(r"^[0-9]{1,3}\.[0-9]{3}$").any()) for each in texts)
    if not odd:
        return _plain_or_grouped(texts, both=both, prefers_comma=prefers_comma)
    telling = pl.concat(odd)
    fitting = [name for name in (*UNGROUPED, *GROUPED) if _share(telling, name) >= ENOUGH]
    if not fitting:
        fitting = sorted(GROUPED, key=lambda name: -_share(telling, name))[:1]
    everything = pl.concat(texts)
    wide = [name for name in fitting if _share(everything, name) >= ENOUGH] or fitting
    chosen = _most_fitting(wide, prefers_comma=prefers_comma)
    is_sure = len({separators(name)[1] for name in fitting}) == 1
    return Style(chosen, f"numbers such as {_example(telling)}", is_sure=is_sure)


def symbol_of(texts: pl.Series) -> str:
    """Return the currency that stands beside most of the numbers in `texts`, "" for none.

    >>> symbol_of(pl.Series(["12,50 €", "1,00 €"])), symbol_of(pl.Series(["12"]))
    ('EUR', '')
    """
    found = texts.drop_nulls().str.extract(r"([€$£¥₹]|zł|Kč|[A-Z]{3})").drop_nulls()
    if len(found) * 2 < texts.len() - texts.null_count() or not len(found):
        return ""
    common = str(found.mode().sort()[0])
    return SIGNS.get(common, common if common in CODES else "")


def decimals_of(texts: pl.Series, style: str) -> int:
    """Return the most decimals that a number of `texts` has."""
    read = plain(texts, style) if style else texts
    parts = read.str.extract(r"\.([0-9]*)$").drop_nulls().str.strip_chars_end("0")
    longest = parts.str.len_chars().max()
    return int(longest) if isinstance(longest, int) else 0


def _plain_or_grouped(texts: list[pl.Series], *, both: bool, prefers_comma: bool) -> Style:
    """Judge numbers that a computer reads: only ``1.234`` may mean something else."""
    if not both or not prefers_comma:
        return Style()
    whole = pl.concat(texts)
    dotted = whole.filter(whole.str.contains(r"\."))
    if len(dotted) and bool(dotted.str.contains(r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+$").all()):
        return Style("1.234,56", f"numbers such as {dotted[0]}", is_sure=False)
    return Style()


def _share(texts: pl.Series, name: str) -> float:
    read = plain(texts, name)
    return 1 - float(read.str.starts_with(NO_NUMBER).sum()) / len(texts) if len(texts) else 0.0


def _most_fitting(names: list[str], *, prefers_comma: bool) -> str:
    """Prefer the style with thousands, and the one that the country would use."""
    wanted = "1.234,56" if prefers_comma else "1,234.56"
    if wanted in names:
        return wanted
    return next((name for name in GROUPED if name in names), names[0])


def _example(texts: pl.Series) -> str:
    told = texts.filter(texts.str.contains(TELLING))
    longest = told if len(told) else texts
    texts_shown: list[str] = longest.head(200).to_list()
    return max(texts_shown, key=len).strip()


def header_currency(text: str) -> str:
    """Return the currency that a text such as ``EUR`` or ``in €`` names, "" for none."""
    sign = next((code for sign, code in SIGNS.items() if sign in text), "")
    words = re.findall(r"[A-Z]{3}", text)
    return sign or next((word for word in words if word in CODES), "")
