# SPDX-License-Identifier: AGPL-3.0-or-later
import csv
import io

import pandas as pd
import pytest

from dashboard import download


def read(rows: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(download.csv(rows).decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")']
)
@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str, kind: str) -> None:
    # given a cell and a heading that would be formulas
    rows = pd.DataFrame({"item": pd.Series([text], dtype=kind), text: ["x"]})
    # when they are downloaded
    heading, cells = read(rows)
    # then both are text
    assert cells == [f"'{text}", "x"]
    assert heading == ["item", f"'{text}"]


@pytest.mark.parametrize("text", ["a\r=1+1", "a\n=1+1", 'a","=1+1'])
def test_a_text_never_ends_its_cell(text: str) -> None:
    assert read(pd.DataFrame({"item": [text], "n": [1]}))[1:] == [[text, "1"]]


def test_a_list_is_one_text_and_no_formula() -> None:
    assert read(pd.DataFrame({"items": [["=A", "B"], []]}))[1:] == [["'=A; B"], [""]]


def test_numbers_times_and_harmless_texts_stay_as_they_are() -> None:
    # given numbers below zero, a moment, nothing, and texts with such signs inside
    rows = pd.DataFrame(
        {
            "units": [-3.5, float("nan")],
            "lines": [-1, 2],
            "at": pd.to_datetime(["2026-03-02T12:00Z", None], utc=True),
            "item": ["A-1=2", None],
        }
    )
    # then they are written as pandas writes them
    assert download.csv(rows) == rows.to_csv(index=False, lineterminator="\r\n").encode()
