# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers of a file become exact ten-thousandths; what does not fit is said, never rounded."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction

import numpy as np
import polars as pl

SCALE = 10_000
LIMIT = 10**15  # as in sightline.events.quantities
PLAIN = r"^([+-]?)([0-9]{1,14})(?:\.([0-9]{0,4})0*)?$"
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One column of numbers.

    Attributes
    ----------
    units
        Int64 ten-thousandths; null where there is no usable number.
    inexact
        True where the number had more than four decimals (or more than asked for).
    wrong
        True where there is something that is no number or too large.
    """

    units: pl.Series
    inexact: pl.Series
    wrong: pl.Series


def to_units(values: pl.Series, *, decimals: int = 4) -> Numbers:
    """Return `values` (texts, whole numbers, floats or decimals) in ten-thousandths.

    Numbers with more than `decimals` decimals come back rounded half to even and marked.

    >>> to_units(pl.Series([1.5, 0.00004])).units.to_list()
    [15000, 0]
    """
    if values.dtype.is_float():
        return _of_floats(values, decimals)
    if values.dtype.is_integer():
        return _of_integers(values)
    return _of_texts(values.cast(pl.String).str.strip_chars(), decimals)


def divided(units: pl.Series, by: pl.Series, *, decimals: int) -> pl.Series:
    """Return quotients, rounded half to even; null where one is missing or `by` is 0.

    >>> divided(pl.Series([100_000]), pl.Series([30_000]), decimals=2).to_list()
    [33300]
    """
    fine = 10 ** (4 - decimals)
    pairs = zip(units.to_list(), by.to_list(), strict=True)
    found = [
        round(Fraction(one * SCALE, other * fine)) * fine if one is not None and other else None
        for one, other in pairs
    ]
    return pl.Series(units.name, found, pl.Int64)


def to_text(units: pl.Series) -> pl.Series:
    """Return ten-thousandths as decimal text without needless zeros.

    >>> to_text(pl.Series([15000, -20000, 1])).to_list()
    ['1.5', '-2', '0.0001']
    """
    size = units.abs()
    sign = pl.when(units < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (size // SCALE).cast(pl.String)
    part = size % SCALE
    if not (part != 0).any():
        return pl.select(pl.concat_str(sign, whole)).to_series()
    digits = (part + SCALE).cast(pl.String).str.slice(1).str.strip_chars_end("0")
    tail = pl.when(part > 0).then(pl.concat_str(pl.lit("."), digits)).otherwise(pl.lit(""))
    return pl.select(pl.concat_str(sign, whole, tail)).to_series()


def _of_floats(values: pl.Series, decimals: int) -> Numbers:
    floats = values.cast(pl.Float64).to_numpy()
    usable = np.isfinite(floats) & (np.abs(floats) < LIMIT / SCALE)
    rounded = np.round(np.where(usable, floats, 0.0), decimals)
    units = np.rint(rounded * SCALE).astype(np.int64)
    known = ~values.is_null().to_numpy() & ~np.isnan(floats)
    return Numbers(
        pl.Series(values.name, units).set(pl.Series(~usable), None),
        pl.Series(usable & (rounded != floats)),
        pl.Series(known & ~usable),
    )


def _of_integers(values: pl.Series) -> Numbers:
    wide = values.cast(pl.Int64, strict=False)
    fits = wide.is_between(-LIMIT // SCALE + 1, LIMIT // SCALE - 1)
    units = wide.set(~fits.fill_null(value=False), None) * SCALE
    none = pl.Series([False]).new_from_index(0, len(values))
    return Numbers(units, none, values.is_not_null() & units.is_null())


def _of_texts(texts: pl.Series, decimals: int) -> Numbers:
    """Read plain decimals in columns; exponents, long fractions and roundings one by one."""
    given = texts.is_not_null() & (texts != "")
    plain = texts.str.extract_groups(PLAIN).struct.unnest()
    sign, whole, part = plain.get_columns()
    fraction = part.fill_null("").str.pad_end(4, "0").cast(pl.Int64)
    size = whole.cast(pl.Int64) * SCALE + fraction
    units = pl.select(pl.when(sign == "-").then(-size).otherwise(size)).to_series()
    fine = 10 ** (4 - decimals)
    odd = given & (units.is_null() | (units % fine != 0).fill_null(value=False))
    inexact = np.zeros(len(texts), bool)
    wrong = np.zeros(len(texts), bool)
    rows = odd.fill_null(value=False).arg_true()
    if len(rows):
        found = [_of_text(text, decimals) for text in texts.gather(rows)]
        inexact[rows.to_numpy()] = [not exact for _, exact in found]
        wrong[rows.to_numpy()] = [value is None for value, _ in found]
        units = units.scatter(rows, pl.Series([value for value, _ in found], dtype=pl.Int64))
    return Numbers(units.alias(texts.name), pl.Series(inexact), pl.Series(wrong))


def _of_text(text: str, decimals: int) -> tuple[int | None, bool]:
    if not NUMBER.fullmatch(text):
        return None, True
    try:
        exact = Decimal(text)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    except InvalidOperation:
        return None, True
    units = int(rounded * SCALE)
    return (units, rounded == exact) if abs(units) < LIMIT else (None, True)
