# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the values of each column look like, whatever it is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from sightline.imports.conditions import numbers as read_numbers
from sightline.imports.suggest import amounts
from sightline.imports.suggest.amounts import Style
from sightline.imports.suggest.clocks import is_time_of_day
from sightline.imports.suggest.moments import Moments, moments_of

NOT_KNOWN = ("n/a", "na", "#n/a", "null", "none", "nil", "-", "--", "?", "unknown", "unbekannt",
             "inconnu", "desconocido", "(null)", "(blank)", "not available", "00.00.0000",
             "00000000", "0000-00-00", "tbd")  # fmt: skip
"""Texts that stand for "not known", in small letters."""
EXAMPLES, MOST_EXAMPLE_LETTERS = 3, 40
NUMERIC, ALL_BUT_FEW = 0.6, 0.75
CODE_DIGITS = 6
LARGEST_WHOLE = 2.0**53


@dataclass(frozen=True)
class Column:
    """One column of a sample.

    Attributes
    ----------
    values
        As the importer reads them.
    texts
        The same as text; null where nothing stands or "not known".
    placeholders
        What stands for "not known", as written.
    style
        How the file writes numbers.
    """

    name: str
    values: pl.Series
    texts: pl.Series
    placeholders: tuple[str, ...]
    style: str

    @cached_property
    def numbers(self) -> pl.Series:
        """Return its numbers; null where there is none."""
        source = self.values if self.values.dtype.is_numeric() else self.texts
        return read_numbers(source, self.style).fill_nan(None).drop_nulls()

    @cached_property
    def count(self) -> int:
        """Return how many rows have a value."""
        return len(self.texts) - self.texts.null_count()

    @cached_property
    def filled(self) -> float:
        """Return the share of rows that have a value."""
        return self.count / len(self.texts) if len(self.texts) else 0.0

    @cached_property
    def distinct(self) -> int:
        """Return how many different values there are."""
        return self.texts.drop_nulls().n_unique()

    @cached_property
    def moments(self) -> Moments | None:
        """Return how it writes times, None when it has none."""
        return moments_of(self.values if self.values.dtype.is_temporal() else self.texts)

    @cached_property
    def is_numeric(self) -> bool:
        """Tell whether most of its values are numbers."""
        if self.values.dtype.is_numeric():
            return self.count > 0
        return self.count > 0 and len(self.numbers) >= NUMERIC * self.count

    @cached_property
    def is_clean(self) -> bool:
        """Tell whether its values are numbers, apart from few."""
        return self.is_numeric and len(self.numbers) >= ALL_BUT_FEW * self.count

    @cached_property
    def is_whole(self) -> bool:
        """Tell whether its numbers are all whole."""
        return self.is_numeric and bool((self.numbers == self.numbers.round()).all())

    @cached_property
    def is_code(self) -> bool:
        """Tell whether its digits are names rather than numbers: zeros before, one length."""
        if self.values.dtype.is_numeric() or not self.count:
            return False
        texts = self.texts.drop_nulls()
        if bool(texts.str.contains(r"^0[0-9]+$").any()):
            return True
        lengths = texts.str.len_chars()
        digits = bool(texts.str.contains(r"^[0-9]+$").all())
        return digits and lengths.n_unique() == 1 and int(lengths[0]) >= CODE_DIGITS

    @cached_property
    def is_clock(self) -> bool:
        """Tell whether it tells the time of the day without the day."""
        if self.values.dtype == pl.Time:
            return True
        return is_time_of_day(self.texts.drop_nulls().unique().head(500).to_list())

    @cached_property
    def has_letters(self) -> bool:
        """Tell whether most values have a letter in them."""
        found = self.texts.drop_nulls().str.contains(r"\p{L}")
        return bool(found.sum() * 2 > len(found)) if len(found) else False

    @cached_property
    def length(self) -> float:
        """Return the mean length of its texts, in letters."""
        mean = self.texts.drop_nulls().str.len_chars().mean()
        return float(mean) if isinstance(mean, int | float) else 0.0

    @cached_property
    def decimals(self) -> int:
        """Return the most decimals of a number in it."""
        if self.values.dtype.is_integer():
            return 0
        source = self.texts if self.style else self.texts.str.strip_chars()
        return amounts.decimals_of(source, self.style)

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Return a few different values, for people."""
        some = self.texts.drop_nulls().head(500).unique(maintain_order=True).head(EXAMPLES)
        return tuple(_short(text) for text in some.to_list())

    @cached_property
    def counted(self) -> dict[str, int]:
        """Return its values, the most frequent first, with how often each occurs."""
        told = self.texts.drop_nulls().value_counts(sort=True).head(200)
        return {str(value): int(count) for value, count in told.iter_rows()}

    def share(self, mask: pl.Series) -> float:
        """Return the share of true values in `mask`."""
        return float(mask.sum()) / len(mask) if len(mask) else 0.0

    @property
    def below(self) -> float:
        """Return the share of numbers below 0."""
        return self.share(self.numbers < 0)

    @property
    def zeros(self) -> float:
        """Return the share of numbers that are 0."""
        return self.share(self.numbers == 0)


def columns_of(frame: pl.DataFrame, *, prefers_comma: bool) -> tuple[list[Column], Style]:
    """Return the columns of `frame`, and the style in which the file writes its numbers."""
    told = {name: _texts(frame[name]) for name in frame.columns}
    numeric = [
        texts for name, (texts, _) in told.items() if _may_be_numbers(frame[name], texts)
    ]
    style = amounts.style_of(numeric, prefers_comma=prefers_comma) if numeric else Style()
    return [
        Column(name, frame[name], texts, odd, style.name) for name, (texts, odd) in told.items()
    ], style


def _may_be_numbers(values: pl.Series, texts: pl.Series) -> bool:
    if values.dtype != pl.String:
        return False
    given = texts.drop_nulls()
    if not len(given) or amounts.looks_numeric(given) < NUMERIC:
        return False
    return moments_of(given.head(200)) is None


def _texts(values: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Return `values` as texts and the placeholders among them."""
    texts = _as_text(values)
    texts = texts.set((texts.str.strip_chars() == "").fill_null(value=False), None)
    plain = texts.str.strip_chars().str.to_lowercase()
    odd = plain.is_in(NOT_KNOWN).fill_null(value=False)
    found = texts.filter(odd).unique(maintain_order=True).to_list()
    return texts.set(odd, None), tuple(found[:8])


def _as_text(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        whole = values.drop_nulls().drop_nans()
        small = (whole.abs() < LARGEST_WHOLE).all()
        if len(whole) and small and (whole == whole.round()).all():
            return values.fill_nan(None).cast(pl.Int64, strict=False).cast(pl.String)
        return values.fill_nan(None).cast(pl.String)
    if values.dtype.is_nested() or values.dtype == pl.Binary:
        return pl.Series(values.name, [None] * len(values), pl.String)
    return values.cast(pl.String, strict=False)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_EXAMPLE_LETTERS else f"{line[: MOST_EXAMPLE_LETTERS - 1]}…"


def named(columns: Sequence[Column]) -> dict[str, Column]:
    """Return `columns` by name."""
    return {each.name: each for each in columns}
