# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.imports import attributes, quantities, texts, times
from sightline.imports.mapping import Spec


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]


def read(text: Any, zone: str = "UTC", **spec: Any) -> int | None:
    value: int | None = times.to_ms(pl.Series([text]), Spec(**spec), zone=zone)[0]
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-05-31", ms(2020, 5, 31)),
        ("2020-05-31 17:00", ms(2020, 5, 31, 17)),
        ("2020-05-31T17:00:01", ms(2020, 5, 31, 17, 0, 1)),
        ("2020-05-31 17:00:01.25", ms(2020, 5, 31, 17, 0, 1) + 250),
        ("2020-05-31T17:00:01.123456789", ms(2020, 5, 31, 17, 0, 1) + 123),
        ("2020-05-31T17:00:00Z", ms(2020, 5, 31, 17)),
        ("2020-05-31T17:00:00.5+02:00", ms(2020, 5, 31, 15) + 500),
        ("2020-05-31 17:00:00+0200", ms(2020, 5, 31, 15)),
        ("2020-05-31T17:00-05", ms(2020, 5, 31, 22)),
        (" 2020-05-31 ", ms(2020, 5, 31)),
        ("2020-02-30", None),
        ("31.05.2020", None),
        ("soon", None),
        ("1900-01-01", None),
        ("2201-01-01", None),
        ("", None),
    ],
)
def test_iso_times_are_read_with_and_without_offset(text: str, expected: int | None) -> None:
    assert read(text) == expected


def test_a_time_without_offset_is_one_of_the_zone() -> None:
    assert read("2020-07-01 12:00", "Europe/Berlin") == ms(2020, 7, 1, 10)
    assert read("2020-07-01T12:00:00Z", "Europe/Berlin") == ms(2020, 7, 1, 12)
    assert read(datetime(2020, 1, 1, 12), "America/New_York") == ms(2020, 1, 1, 17)  # noqa: DTZ001
    assert read(date(2020, 1, 1), "UTC") == ms(2020, 1, 1)


def test_the_hour_that_repeats_is_the_first_and_the_skipped_one_moves_on() -> None:
    assert read("2020-10-25 02:30", "Europe/Berlin") == ms(2020, 10, 25, 0, 30)
    assert read("2020-03-29 02:30", "Europe/Berlin") == ms(2020, 3, 29, 1, 30)


def test_formats_are_tried_in_turn() -> None:
    formats = ("%d.%m.%Y %H:%M", "%m/%d/%y", "%d-%b-%y")
    assert read("31.05.2020 17:00", formats=formats) == ms(2020, 5, 31, 17)
    assert read("5/3/13", formats=formats) == ms(2013, 5, 3)
    assert read("02-Jun-06", formats=formats) == ms(2006, 6, 2)
    assert read("2020-05-31", formats=formats) is None


def test_a_damaged_date_is_repaired() -> None:
    formats = ("%m/%d/%y",)
    assert read("2005-03-13", repair="month_day_year", formats=formats) == ms(2013, 5, 3)
    assert read("2011-12-07", repair="month_day_year", formats=formats) == ms(2007, 11, 12)
    assert read("9/8/12", repair="month_day_year", formats=formats) == ms(2012, 9, 8)


def test_a_day_as_a_constant_is_its_last_millisecond() -> None:
    assert times.end_of(date(2020, 5, 31), "UTC") == ms(2020, 6, 1) - 1
    assert times.end_of(date(2020, 5, 31), "Europe/Berlin") == ms(2020, 5, 31, 22) - 1


@given(st.decimals(-(10**9), 10**9, places=4))
def test_numbers_come_back_exactly_from_text(number: Decimal) -> None:
    found = quantities.to_units(pl.Series([str(number)]))
    assert Decimal(found.units[0]) / 10_000 == number
    assert not found.inexact[0]
    assert Decimal(quantities.to_text(found.units)[0]) == number


@given(st.floats(-1e9, 1e9))
def test_a_float_is_exact_when_four_decimals_show_it(number: float) -> None:
    found = quantities.to_units(pl.Series([number]))
    four = -Decimal(repr(number)).normalize().as_tuple().exponent <= 4  # type: ignore[operator]
    assert found.inexact[0] is not four
    slack = Decimal("0.00005") + Decimal(math.ulp(number))
    assert abs(Decimal(found.units[0]) / 10_000 - Decimal(number)) <= slack


@pytest.mark.parametrize(
    ("text", "units", "inexact", "wrong"),
    [
        ("+12.50", 125_000, False, False),
        ("1.00005", 10_000, True, False),
        ("1.00015", 10_002, True, False),
        ("1e3", 10_000_000, False, False),
        ("1.500000", 15_000, False, False),
        ("1,5", None, False, True),
        ("1e15", None, False, True),
        ("nan", None, False, True),
        ("1_000", None, False, True),
        ("\u0661\u0662", None, False, True),
        (".5", 5000, False, False),
        ("1e-9", 0, True, False),
        ("", None, False, False),
        (None, None, False, False),
    ],
)
def test_texts_that_are_odd_numbers_are_judged(
    text: str | None,
    units: int | None,
    inexact: bool,  # noqa: FBT001
    wrong: bool,  # noqa: FBT001
) -> None:
    found = quantities.to_units(pl.Series([text, "1"], dtype=pl.String))
    assert found.units[0] == units
    assert (found.inexact[0], found.wrong[0]) == (inexact, wrong)
    assert found.units[1] == 10_000


def test_floats_and_integers_beyond_all_stock_are_wrong() -> None:
    odd = quantities.to_units(pl.Series([1e15, float("inf"), None, float("nan")]))
    assert odd.wrong.to_list() == [True, True, False, False]
    assert quantities.to_units(pl.Series([10**11, 5])).wrong.to_list() == [True, False]


def test_rounding_to_fewer_decimals_is_half_to_even() -> None:
    found = quantities.to_units(pl.Series(["0.125", "0.135", "2"]), decimals=2)
    assert found.units.to_list() == [1200, 1400, 20_000]
    assert found.inexact.to_list() == [True, True, False]


values = st.one_of(st.none(), st.text(max_size=8))


@given(st.lists(st.fixed_dictionaries({"b": values, "a": values, "c": st.text()}), min_size=1))
def test_objects_are_written_as_a_canonical_encoder_would(
    rows: list[dict[str, str | None]],
) -> None:
    columns = {
        name: texts.quoted(pl.Series([row[name] for row in rows], dtype=pl.String))
        for name in "bac"
    }
    written = texts.object_of(columns, len(rows)).to_list()
    stated = [{key: value for key, value in row.items() if value is not None} for row in rows]
    assert written == [
        msgspec.json.encode(row, order="deterministic").decode() for row in stated
    ]


@given(st.lists(values, min_size=1))
def test_an_object_may_be_empty(column: list[str | None]) -> None:
    written = texts.object_of(
        {"a": texts.quoted(pl.Series(column, dtype=pl.String))}, len(column)
    )
    assert [json.loads(text) for text in written] == [
        {} if value is None else {"a": value} for value in column
    ]


def test_constants_and_columns_mix() -> None:
    parts = {"b": texts.constant(1), "a": pl.Series(["2", None])}
    assert texts.object_of(parts, 2).to_list() == ['{"a":2,"b":1}', '{"b":1}']
    assert texts.object_of({"b": "1"}, 2).to_list() == ['{"b":1}'] * 2


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.integers(-(2**40), 2**40),
            st.none() | st.booleans(),
            st.none() | st.text(max_size=5),
            st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
        ),
        min_size=1,
        max_size=20,
    )
)
def test_attributes_are_the_same_by_row_and_by_column(rows: list[tuple[Any, ...]]) -> None:
    aware = [(*row[:4], row[4] and row[4].replace(tzinfo=UTC)) for row in rows]
    names = ["f", "i", "b", "s", "t"]
    kinds = [pl.Float64, pl.Int64, pl.Boolean, pl.String, pl.Datetime("us", "UTC")]
    columns = {
        name: pl.Series([row[i] for row in aware], dtype=kind)
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    by_column = attributes.of_columns(columns, len(rows), zone="UTC").to_list()
    assert by_column == [attributes.of_row(dict(zip(names, row, strict=True))) for row in aware]
