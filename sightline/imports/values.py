# SPDX-License-Identifier: AGPL-3.0-or-later
"""One field of a mapping, for a batch of rows: its values, and what is wrong with which row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import polars as pl

from sightline.events import units
from sightline.events.blocks import LONGEST_NAME
from sightline.imports import quantities, times
from sightline.imports.fields import EXT, RECORD, Field, Kind
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
    Kind.NUMBER: pl.String(),
    Kind.LIST: pl.String(),
    Kind.WHEN: pl.String(),
}
TRUE = ["true", "yes", "y", "1", "x"]
FALSE = ["false", "no", "n", "0", ""]
AS_OF = "as_of"
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"


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
        filled = _filled(spec.template, frame.rows)
        return _or_default(filled, spec, frame), spec.template, Counter()
    nulled: Counter[str] = Counter()
    found = None
    for column in spec.columns:
        values = _without(frame.rows[column], column, spec.nulls, nulled)
        found = values if found is None else found.zip_with(found.is_not_null(), values)
    assert found is not None  # noqa: S101  the parser wants exactly one origin
    if spec.map:
        found = text_of(found).replace(dict(spec.map))
    return _or_default(found, spec, frame), spec.columns[0], nulled


def _or_default(values: pl.Series, spec: Spec, frame: Frame) -> pl.Series:
    """Return `values` with the spec's default where the row says nothing."""
    if not spec.default or not values.null_count():
        return values
    texts = times.day_or_moment(values) if values.dtype.is_temporal() else text_of(values)
    if spec.default == AS_OF:
        return texts.fill_null(times.day_of(frame.as_of, frame.zone))
    return texts.zip_with(texts.is_not_null(), _filled(spec.default, frame.rows))


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
    elif not target.name.startswith((EXT, RECORD)):
        long = (values.str.len_chars() > LONGEST_NAME).fill_null(value=False)
        problems.append(Problem(long, "too_long", label, f"at most {LONGEST_NAME} characters"))
    return Value(values, problems)


def _quantity(raw: pl.Series, label: str, spec: Spec, target: Field, frame: Frame) -> Value:
    raw = _written(raw, spec)
    decimals = 4 if spec.decimals is None else spec.decimals
    numbers = quantities.to_units(raw, decimals=decimals)
    units = numbers.units
    if spec.per:
        pieces = quantities.to_units(_written(frame.rows[spec.per], spec))
        units = quantities.divided(units, pieces.units, decimals=decimals)
    values = units.abs() if spec.absolute else units
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


def _number(raw: pl.Series, label: str, spec: Spec, _: Field, __: Frame) -> Value:
    texts = text_of(_written(raw, spec)).str.strip_chars()
    bad = texts.is_not_null() & ~texts.str.contains(NUMBER)
    values = texts.str.replace(r"^\+", "").str.replace(r"^(-?)0+([0-9])", "${1}${2}")
    wanted = f"a number such as {spec.number or 12.5}"
    return Value(values, [Problem(bad.fill_null(value=False), "not_a_number", label, wanted)])


def _list(raw: pl.Series, label: str, spec: Spec, _: Field, __: Frame) -> Value:
    lists = [
        [part.strip() for part in text.split(spec.split) if part.strip()] if text else []
        for text in text_of(raw).to_list()
    ]
    values = [msgspec.json.encode(each).decode() if each else None for each in lists]
    long = [any(len(part) > LONGEST_NAME for part in each) for each in lists]
    wanted = f"texts of at most {LONGEST_NAME} characters, separated by {spec.split}"
    problems = [Problem(pl.Series(long, dtype=pl.Boolean), "too_long", label, wanted)]
    return Value(pl.Series(values, dtype=pl.String), problems)


def _when(raw: pl.Series, label: str, spec: Spec, _: Field, frame: Frame) -> Value:
    days = times.day_or_moment(raw, spec, zone=frame.zone)
    bad = raw.is_not_null() & days.is_null()
    return Value(days, [Problem(bad, "bad_time", label, _wanted(spec, "2020-05-31"))])


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
    Kind.NUMBER: _number,
    Kind.LIST: _list,
    Kind.WHEN: _when,
}
