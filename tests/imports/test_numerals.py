# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers as people write them: one style a mapping, and nothing guessed."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import MappingError
from sightline.imports import Summary
from sightline.imports.numerals import STYLES, plain, separators
from sightline.imports.parse import parse
from sightline.log.sqlite import SqliteLog

MAPPING = """
name: till
source: till://a
currency: EUR
number: "1.234,56"
tables:
  - name: sales
    time: Tag
    common: {item: Artikel, loc: {value: L}, qty: {column: Menge, abs: true}, uom: {value: KGM},
             order_line: "{row}"}
    rules:
      - when: {Menge: {below: -1000}}
        reject: far_too_much
      - when: {Menge: {below: 0}}
        events: [{type: inventory.returned, fields: {disposition: {value: resalable}}}]
      - when: {Menge: {above: 0}}
        events: [{type: demand.line_placed, fields: {price: Preis}}]
"""


@pytest.mark.parametrize(
    ("style", "text", "meant"),
    [
        ("1.234,56", "1.234,5", "1234.5"),
        ("1.234,56", "12.345.678,90", "12345678.90"),
        ("1.234,56", "1234,5", "1234.5"),
        ("1.234,56", "3,00-", "-3.00"),
        ("1.234,56", " 12,50 € ", "12.50"),
        ("1.234,56", "EUR 1.000", "1000"),
        ("1,234.56", "$1,234.56", "1234.56"),
        ("1,234.56", "($5.00)", "-5.00"),
        ("1,234.56", "-$5", "-5"),
        ("1 234,56", "1\u202f234\u00a0567,8", "1234567.8"),
        ("1'234.56", "1\u2019234.5", "1234.5"),
        ("1234,56", "1,5E+02", "1.5E+02"),
        ("1.234,56", "\u22122,5", "-2.5"),
    ],
)
def test_a_number_is_read_as_its_style_says(style: str, text: str, meant: str) -> None:
    assert plain(pl.Series([text]), style).to_list() == [meant]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("1.234,56", "1.5"),
        ("1.234,56", "1,234.56"),
        ("1.234,56", "12.34"),
        ("1,234.56", "1.234,56"),
        ("1234,56", "1.234,56"),
        ("1,234.56", "5 kg"),
        ("1,234.56", "--5"),
        ("1,234.56", "(-5)"),
        ("1,234.56", "(5"),
        ("1 234,56", "1 2"),
    ],
)
def test_a_number_in_another_style_is_none(style: str, text: str) -> None:
    assert plain(pl.Series([text]), style)[0] == f"no number: {text}"


@pytest.mark.parametrize("style", STYLES)
@given(units=st.integers(-(10**11), 10**11))
def test_every_number_is_read_back_in_every_style(style: str, units: int) -> None:
    # given a number written in a style
    thousands, decimal = separators(style)
    meant = Decimal(units) / 100
    text = f"{meant:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    # when it is read, then it is that number
    assert Decimal(plain(pl.Series([text]), style)[0]) == meant


def test_what_is_empty_stays_unknown() -> None:
    assert plain(pl.Series(["", " ", None]), "1.234,56").to_list() == [None, None, None]


def test_a_file_with_decimal_commas_is_imported_with_its_conditions(
    write: Callable[[str, str], Path],
    bring: Callable[..., Summary],
    log: SqliteLog,
    events_in: Callable[[SqliteLog], pa.Table],
) -> None:
    # given a mapping that says once how numbers are written
    mapping = write("till.yaml", MAPPING)
    lines = ["1.234,5;2,50 €", "-2,25;1,00", "-1.000,5;1,00", "3.5;1,00", "x;1,00"]
    rows = "".join(f"2024-01-0{i};A;{line}\n" for i, line in enumerate(lines, 1))
    file = write("a.csv", f"Tag;Artikel;Menge;Preis\n{rows}")
    # when it is imported
    summary = bring(file, mapping=str(mapping))
    # then conditions, quantities and money follow it, and other numbers are rejected
    assert +summary.rejected == {"far_too_much": 1, "not_a_decimal": 2}
    found = events_in(log).sort_by("time").to_pylist()
    assert [row["base_qty"] for row in found] == [Decimal("1234.5"), Decimal("2.25")]
    assert found[0]["amount"] == Decimal("2.5")
    assert found[1]["type"] == "io.sightline.inventory.returned.v1"


def test_a_style_that_nobody_knows_is_refused_with_those_that_are() -> None:
    with pytest.raises(MappingError, match=r"has number: '1\.234'; write 1234\.56 as one of"):
        parse(MAPPING.replace("1.234,56", "1.234"), "till")
