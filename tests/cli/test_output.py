# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows are printed with every digit, and nothing in them can upset a terminal or a parser."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from sightline.commands import output

ROWS = pa.table(
    {
        "item": pa.array(["A100", "über\n\x1b[2J"]),
        "qty": pa.array([Decimal("162.0001"), None], pa.decimal128(18, 4)),
        "at": pa.array([datetime(2026, 3, 2, 6, 0, 0, 5000, tzinfo=UTC)] * 2),
        "day": pa.array([date(2026, 3, 2), None]),
        "flags": pa.array([["late", "rounded"], []], pa.list_(pa.string())),
        "n": pa.array([2**63 - 1, -5]),
        "open": pa.array([True, False]),
    }
)


def _printed(table: pa.Table, fmt: str, capsys: pytest.CaptureFixture[str]) -> str:
    output.echo(table, fmt)
    return capsys.readouterr().out


def test_json_is_one_document_that_keeps_every_digit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = json.loads(_printed(ROWS, "json", capsys), parse_float=Decimal)
    assert document[0] == {
        "item": "A100",
        "qty": Decimal("162.0001"),
        "at": "2026-03-02T06:00:00.005000Z",
        "day": "2026-03-02",
        "flags": ["late", "rounded"],
        "n": 2**63 - 1,
        "open": True,
    }
    assert (document[1]["qty"], document[1]["day"]) == (None, None)


def test_no_rows_are_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(ROWS.slice(0, 0), "json", capsys) == "[]\n"


def test_csv_is_read_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(io.StringIO(_printed(ROWS, "csv", capsys))))
    assert rows[0] == ROWS.column_names
    assert rows[1][:4] == ["A100", "162.0001", "2026-03-02T06:00:00.005000Z", "2026-03-02"]
    assert rows[2] == ["über\n\x1b[2J", "", rows[1][2], "", "[]", "-5", "false"]


def test_a_table_is_aligned_and_shows_control_characters_as_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = _printed(ROWS.select(["item", "n"]), "table", capsys)
    assert printed.splitlines() == [
        "item                             n",
        "-------------  -------------------",
        "A100           9223372036854775807",
        "über\\n\\x1b[2J                   -5",
    ]


def test_bytes_are_shown_as_the_text_they_hold(capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed(pa.table({"raw": pa.array([b"caf\xe9"])}), "json", capsys)
    assert json.loads(printed) == [{"raw": "caf\\xe9"}]


def test_maps_and_missing_numbers_have_a_place_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts = pa.array([[("late", 2)]], pa.map_(pa.string(), pa.int64()))
    printed = _printed(pa.table({"counts": counts, "share": [float("nan")]}), "json", capsys)
    assert json.loads(printed) == [{"counts": {"late": 2}, "share": None}]


def test_a_table_cuts_what_no_screen_can_show_and_json_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = pa.table({"path": ["x" * 1000]})
    assert _printed(table, "table", capsys).splitlines()[2] == "x" * 239 + "…"
    assert json.loads(_printed(table, "json", capsys)) == [{"path": "x" * 1000}]
