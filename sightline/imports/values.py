# SPDX-License-Identifier: AGPL-3.0-or-later
"""One field of a mapping, for a batch of rows: its values, and what is wrong with which row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from sightline.errors import MappingError
from sightline.events import units
from sightline.events.blocks import LONGEST_NAME
from sightline.imports import quantities, times
from sightline.imports.fields import EXT, Field, Kind
from sightline.imports.mapping import Spec
from sightline.imports.numerals import plain

DTYPES = {
    Kind.TEXT: pl.String(),
    Kind.ACTOR: pl.String(),
    Kind.QUANTITY: pl.Int64(),
    Kind.MONEY: pl.Int64(),
    Kind.DATE: pl.Date(),
    Kind.MOMENT: pl.Int64(),
    Kind.WHOLE: pl.Int64(),
    Kind.FLAG: pl.Boolean(),
    Kind.JSON: pl.String(),
}
TRUE = ["true", "yes", "y", "1", "x"]
FALSE = ["false", "no", "n", "0", ""]


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that one thing is wrong with: where, a code to count by, what was expected."""

    mask: pl.Series
    code: str
    column: str
    expected: str


@dataclass(slots=True)
class Value:
    """Values of one field; null where the row states none."""

    values: pl.Series
    problems: list[Problem] = field(default_factory=list)
    rounded: pl.Series | None = None
    nulled: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Frame:
    """What values are read from: a batch, its mapping's zone and its ``as_of``."""

    rows: pl.DataFrame
    zone: str
    as_of: int | None


def constant(spec: Spec, target: Field) -> Any:
    """Return the constant of `spec` as the type that the draft keeps.

    Raises
    ------
    MappingError
        The constant does not fit the field.
    """
    value = spec.constant
    if target.kind in {Kind.TEXT, Kind.ACTOR}:
        fits = isinstance(value, str | int | float | date) and value != ""
        fits = fits and (not target.options or value in target.options)
        fits = fits and (target.name != "uom" or units.is_known(str(value)))
        typed: Any = str(value)
    elif target.kind in {Kind.QUANTITY, Kind.MONEY}:
        numbers = quantities.to_units(pl.Series([str(value)]))
        typed, fits = numbers.units[0], not numbers.wrong[0] and not numbers.inexact[0]
    elif target.kind is Kind.WHOLE:
        typed, fits = value, isinstance(value, int) and not isinstance(value, bool)
    elif target.kind is Kind.FLAG:
        typed, fits = value, isinstance(value, bool)
    elif target.kind is Kind.MOMENT:
        fits = isinstance(value, date)
        typed = times.end_of(value, "UTC") if fits else None
    else:
        typed, fits = value, isinstance(value, date) and not isinstance(value, datetime)
    if not fits:
        wanted = f"one of {', '.join(target.options)}" if target.options else target.kind.value
        wanted = "a unit of UNECE Rec 20 such as EA or KGM" if target.name == "uom" else wanted
        raise MappingError(f"{target.name} is the constant {value!r}; expected {wanted}")
    return typed


def evaluate(spec: Spec, target: Field, frame: Frame) -> Value:
    """Return the values of `target` as `spec` says, one per row of `frame`."""
    raw, label, nulled = raw_values(spec, frame)
    convert = CONVERTERS[target.kind]
    value = convert(raw, label, spec, target, frame)
    value.nulled = nulled
    if target.required:
        missing = value.values.is_null()
        for problem in value.problems:
            missing = missing & ~problem.mask
        value.problems.append(Problem(missing, f"missing_{target.name}", label, "a value"))
    return value


def raw_values(spec: Spec, frame: Frame) -> tuple[pl.Series, str, Counter[str]]:
    """Return what the file says before it is converted, a name for it, and what was nulled."""
    if spec.as_of:
        return pl.Series([frame.as_of] * frame.rows.height, dtype=pl.Int64), "as_of", Counter()
    if spec.template:
        return _filled(spec.template, frame.rows), spec.template, Counter()
    nulled: Counter[str] = Counter()
    found = None
    for column in spec.columns:
        values = _without(frame.rows[column], column, spec.nulls, nulled)
        found = values if found is None else found.zip_with(found.is_not_null(), values)
    assert found is not None  # noqa: S101  the parser wants exactly one origin
    if spec.map:
        found = text_of(found).replace(dict(spec.map))
    return found, spec.columns[0], nulled


def text_of(values: pl.Series) -> pl.Series:
    """Return values as text; whole floats lose their ``.0`` and blank becomes null."""
    if values.dtype.is_float():
        whole = values.drop_nulls().drop_nans()
        if (whole == whole.round()).all() and whole.abs().max() is not None:
            values = values.fill_nan(None).cast(pl.Int64, strict=False)
    texts = values.cast(pl.String)
    return texts.set(texts.str.strip_chars() == "", None)


def _without(
    values: pl.Series, column: str, patterns: Sequence[str], nulled: Counter[str]
) -> pl.Series:
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if values.dtype == pl.String:
        values = values.set(values.str.strip_chars() == "", None)
    for pattern in patterns:
        texts = values.cast(pl.String)
        stem = pattern.removesuffix("*")
        match = texts.str.starts_with(stem) if stem != pattern else texts == pattern
        match = match.fill_null(value=False)
        if match.any():
            nulled[f"{column}: {pattern}"] += int(match.sum())
            values = values.set(match, None)
    return values


def _filled(template: str, rows: pl.DataFrame) -> pl.Series:
    parts: list[pl.Series | pl.Expr] = []
    for i, piece in enumerate(template.split("{")):
        name, _, rest = piece.partition("}") if i else ("", "", piece)
        parts += [text_of(rows[name])] if i else []
        parts += [pl.lit(rest)] if rest else []
    return rows.select(pl.concat_str(*parts).alias("text"))["text"]


def _text(raw: pl.Series, label: str, spec: Spec, target: Field, _frame: Frame) -> Value:
    if spec.formats:
        days = _date(raw, label, spec, target, _frame)
        return Value(days.values.dt.strftime("%Y-%m-%d"), days.problems)
    values = text_of(raw)
    problems = []
    if target.options or target.name == "uom":
        known = list(target.options or units.NAMES)
        code = "unknown_unit" if target.name == "uom" else f"unknown_{target.name}"
        wanted = (
            "a UNECE Rec 20 code such as EA or KGM; add it to the mapping's `map:`"
            if target.name == "uom"
            else f"one of {', '.join(known)}"
        )
        odd = values.is_not_null() & ~values.is_in(known)
        problems.append(Problem(odd.fill_null(value=False), code, label, wanted))
    elif not target.name.startswith(EXT):
        long = (values.str.len_chars() > LONGEST_NAME).fill_null(value=False)
        problems.append(Problem(long, "too_long", label, f"at most {LONGEST_NAME} characters"))
    return Value(values, problems)


def _quantity(raw: pl.Series, label: str, spec: Spec, target: Field, _: Frame) -> Value:
    raw = _written(raw, spec)
    decimals = 4 if spec.decimals is None else spec.decimals
    numbers = quantities.to_units(raw, decimals=decimals)
    values = numbers.units.abs() if spec.absolute else numbers.units
    values = -values if spec.negated else values
    problems = [
        Problem(
            numbers.wrong, "not_a_decimal", label, f"a number such as {spec.number or 12.5}"
        )
    ]
    if spec.decimals is None and target.kind is Kind.QUANTITY:
        wanted = "at most four decimals; or let the mapping say `round: 4`"
        exact = numbers.inexact & ~numbers.wrong
        problems.append(Problem(exact, "not_representable", label, wanted))
        return Value(values, problems)
    return Value(
        values, problems, rounded=numbers.inexact if spec.decimals is not None else None
    )


def _written(raw: pl.Series, spec: Spec) -> pl.Series:
    return plain(raw, spec.number) if spec.number and raw.dtype == pl.String else raw


def _date(raw: pl.Series, label: str, spec: Spec, _: Field, __: Frame) -> Value:
    if raw.dtype == pl.Date:
        return Value(raw)
    if isinstance(raw.dtype, pl.Datetime):
        return Value(raw.dt.date())  # the day that the file shows, whatever the zone
    moments = times.to_ms(raw, _in_utc(spec), zone="UTC")
    bad = raw.is_not_null() & moments.is_null()
    days = moments.cast(pl.Datetime("ms")).dt.date()
    return Value(days, [Problem(bad, "bad_date", label, _wanted(spec, "2020-05-31"))])


def _moment(raw: pl.Series, label: str, spec: Spec, _: Field, frame: Frame) -> Value:
    if spec.as_of:
        return Value(raw)
    moments = times.to_ms(raw, spec, zone=frame.zone)
    bad = raw.is_not_null() & moments.is_null()
    wanted = _wanted(spec, "2020-05-31T17:00:00Z")
    return Value(moments, [Problem(bad, "bad_time", label, wanted)])


def _whole(raw: pl.Series, label: str, spec: Spec, _: Field, __: Frame) -> Value:
    numbers = quantities.to_units(_written(raw, spec), decimals=0)
    bad = numbers.wrong | numbers.inexact | (numbers.units < 0).fill_null(value=False)
    wanted = "a whole number of at least 0"
    return Value(numbers.units // quantities.SCALE, [Problem(bad, "not_whole", label, wanted)])


def _flag(raw: pl.Series, label: str, _: Spec, __: Field, ___: Frame) -> Value:
    if raw.dtype == pl.Boolean:
        return Value(raw)
    texts = text_of(raw).str.to_lowercase()
    values = pl.select(
        pl.when(texts.is_in(TRUE)).then(True).when(texts.is_in(FALSE)).then(False)  # noqa: FBT003
    ).to_series()
    bad = texts.is_not_null() & values.is_null()
    return Value(values, [Problem(bad, "not_a_flag", label, "true or false")])


def _in_utc(spec: Spec) -> Spec:
    return Spec(columns=spec.columns, formats=spec.formats, zone="UTC", repair=spec.repair)


def _wanted(spec: Spec, example: str) -> str:
    return f"the format {' or '.join(spec.formats)}" if spec.formats else f"such as {example}"


CONVERTERS = {
    Kind.TEXT: _text,
    Kind.ACTOR: _text,
    Kind.QUANTITY: _quantity,
    Kind.MONEY: _quantity,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
}
