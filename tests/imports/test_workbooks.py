# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workbooks: each sheet a file of rows, values as a person sees them, doubts refused."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pyarrow as pa
import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

ISSUES = """
name: issues
source: erp://x
tables:
  - name: issues
    time: {column: Day, formats: ["%d.%m.%Y"]}
    rules:
      - events:
          - type: inventory.issue
            fields:
              {item: Item, loc: {value: L}, qty: Qty, uom: {value: EA}, ext.note: Note}
  - name: counts
    time: {column: Counted}
    rules:
      - events:
          - type: inventory.counted
            fields: {item: Item, loc: {value: L}, qty: Book, uom: {value: EA}}
"""
HEAD = ["Item", "Qty", "Day", "Note"]
DAY = date(2024, 1, 2)
Bring = Callable[..., Summary]
EventsIn = Callable[[SqliteLog], pa.Table]


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "issues.yaml"
    path.write_text(ISSUES)
    return str(path)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a workbook: sheet → rows."""

    def save(name: str = "a.xlsx", **sheets: list[list[Any]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return save


def change(path: Path, alter: Callable[[Any], None]) -> Path:
    """Let `alter` change the open workbook at `path`."""
    book = openpyxl.load_workbook(path)
    alter(book)
    book.save(path)
    return path


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return item, quantity, day, note and row of every event, by row."""
    found = []
    for each in table.to_pylist():
        note = msgspec.json.decode(each["data"]).get("ext", {}).get("note")
        quantity, day = str(each["base_qty"].normalize()), each["time"].date()
        found.append((int(each["sequence"]), each["item"], quantity, day, note))
    return sorted(found)


def test_values_are_those_that_a_person_sees(
    save: Any, mapping: str, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # given whole numbers, noise of binary fractions, flags, percentages and times of the day
    file = save(
        Sheet=[
            HEAD,
            [4006381333931, 12, DAY, "x"],
            ["007", 0.1 + 0.2, DAY, True],
            ["A", 43.227199999999996, DAY, 0.15],
            ["B", 1, DAY, time(9, 30)],
            ["C", 1, DAY, timedelta(hours=30, seconds=5)],
        ]
    )
    change(file, lambda book: setattr(book.worksheets[0]["D4"], "number_format", "0%"))
    summary = bring(file, mapping=mapping)
    # then codes are whole, quantities exact, and rows have the numbers of the sheet
    assert (summary.read, summary.accepted, summary.events) == (5, 5, 5)
    assert rows_of(events_in(log)) == [
        (2, "4006381333931", "12", DAY, "x"),
        (3, "007", "0.3", DAY, "true"),
        (4, "A", "43.2272", DAY, "0.15"),
        (5, "B", "1", DAY, "09:30:00"),
        (6, "C", "1", DAY, "30:00:05"),
    ]


def test_real_dates_and_texts_may_share_a_column(
    save: Any, mapping: str, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    moment = datetime.combine(DAY, time(5, 6))
    rows = [["A", 1, DAY, ""], ["A", 2, "03.01.2024", ""], ["A", 3, moment, ""]]
    bring(save(Sheet=[HEAD, *rows]), mapping=mapping)
    moments = sorted(f"{each:%d %H:%M}" for each in events_in(log)["time"].to_pylist())
    assert moments == ["02 00:00", "02 05:06", "03 00:00"]


def test_titles_and_blank_rows_are_passed_over(
    save: Any, mapping: str, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    above = [[], ["Issues of January"], [], [None, *HEAD]]
    below = [[None, "A", 1, DAY, ""], [], [None, "B", 2, DAY, ""], [" "], []]
    file = save(Sheet=above + below)
    change(file, lambda book: book.worksheets[0].merge_cells("A2:E2"))
    assert bring(file, mapping=mapping).read == 2
    assert [row[:2] for row in rows_of(events_in(log))] == [(5, "A"), (7, "B")]


@pytest.mark.parametrize(
    ("rows", "saying"),
    [
        ([["Report", "2024"], HEAD, ["A", 1, DAY, "x"]], "'Item'.* it has Report, 2024"),
        ([["Item", "Qty", "Day", "Item"], ["A", 1, DAY, "x"]], "A1 and D1 are both 'Item'"),
        ([[2021, 2022], [1, 2]], "row 1 has numbers only"),
        ([["Item", "Qty", "Day", "Note"], *[["A", 1, DAY, "x"]] * 400, ["A", 1, DAY, "x", "y"]],
         "E402 has a value but no heading in row 1"),
    ],
    ids=["title of two cells", "twice", "numbers", "stray value far below"],
)  # fmt: skip
def test_headings_in_doubt_are_refused(
    save: Any, mapping: str, bring: Bring, rows: list[Any], saying: str
) -> None:
    with pytest.raises((ImportFileError, MappingError), match=saying):
        bring(save(Sheet=rows), mapping=mapping)


def test_every_sheet_goes_to_the_table_that_it_fits(
    save: Any, mapping: str, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # given sheets of two tables, twice the same rows, notes, and a hidden sheet
    issues = [HEAD, ["A", 1, DAY, ""]]
    file = save(
        January=issues, February=issues, Stock=[["Item", "Book", "Counted"], ["A", 5, DAY]],
        Notes=[["Only", "words"], ["a", "b"]], Empty=[], Old=issues,
    )  # fmt: skip
    change(file, lambda book: setattr(book["Old"], "sheet_state", "hidden"))
    summary = bring(file, mapping=mapping)
    # then rows of both sheets are events of their own, and what is left out is said
    events = events_in(log)
    assert (summary.read, summary.events) == (3, 3)
    assert len(set(events["id"].to_pylist())) == 3
    assert summary.files == [f"{file} [{name}]" for name in ("January", "February", "Stock")]
    assert [each.split(";")[0] for each in summary.warnings] == [
        f"sheet 'Notes' has not the columns of a table of {mapping}",
        "sheet 'Old' is hidden",
    ]
    # and a second import adds nothing but the sheet that is asked for by name
    again = bring(file, mapping=mapping)
    assert (again.accepted, again.duplicates) == (0, 3)
    named = bring(file, mapping=mapping, sheets=("Old", "Stock"))
    assert (named.accepted, named.duplicates, named.warnings) == (1, 1, [])


def test_a_sheet_that_is_asked_for_has_to_be_there_and_fit(
    save: Any, mapping: str, bring: Bring, write: Any
) -> None:
    file = save(January=[HEAD, ["A", 1, DAY, ""]], Notes=[["Only", "words"], ["a", "b"]])
    with pytest.raises(ImportFileError, match=r"no sheet 'june'; it has January, Notes"):
        bring(file, mapping=mapping, sheets=("june",))
    with pytest.raises(MappingError, match=r"a\.xlsx \[Notes\] has no column .*'Item'"):
        bring(file, mapping=mapping, sheets=("Notes",))
    with pytest.raises(ImportFileError, match="has no sheets; leave --sheet out"):
        bring(write("a.csv", "a,b\n1,2\n"), mapping=mapping, sheets=("x",))
    only_notes = save("b.xlsx", Notes=[["Only", "words"], ["a", "b"]])
    with pytest.raises(MappingError, match=r"has no column .*'Item'"):
        bring(only_notes, mapping=mapping)
    with pytest.raises(MappingError, match=r"no shipped mapping fits .*\(Only, words"):
        bring(only_notes)
    with pytest.raises(ImportFileError, match=r"shows no sheet with values \(it has Empty\)"):
        bring(save("c.xlsx", Empty=[]), mapping=mapping)


def test_a_row_with_an_error_is_refused_by_its_cell(
    save: Any, mapping: str, bring: Bring, log: SqliteLog, refused_in: Any
) -> None:
    file = save(Sheet=[HEAD, ["A", 1, DAY, ""], ["B", "#N/A", DAY, ""]])
    change(file, lambda book: setattr(book.worksheets[0]["B3"], "data_type", "e"))
    summary = bring(file, mapping=mapping)
    assert (summary.read, summary.accepted, dict(+summary.rejected)) == (
        2,
        1,
        {"error_cell": 1},
    )
    assert refused_in(log)[0]["reason"] == "error_cell: B3 is #N/A; expected a value"


@pytest.mark.parametrize(
    ("alter", "saying"),
    [
        (lambda sheet: sheet.__setitem__("B3", "=1+1"),
         "Sheet 'Sheet' of .* has a formula in B3; .* as values"),
        (lambda sheet: sheet.merge_cells("A2:A3"), "has merged cells A2:A3; .*Unmerge them"),
    ],
    ids=["formula", "merged"],
)  # fmt: skip
def test_formulas_and_merged_cells_are_refused(
    save: Any, mapping: str, bring: Bring, alter: Any, saying: str
) -> None:
    file = save(Sheet=[HEAD, ["A", 1, DAY, ""], ["B", 2, DAY, ""]])
    change(file, lambda book: alter(book["Sheet"]))
    with pytest.raises(ImportFileError, match=saying):
        bring(file, mapping=mapping)


def test_formulas_in_a_sheet_that_is_left_out_do_not_matter(
    save: Any, mapping: str, bring: Bring
) -> None:
    file = save(Sheet=[HEAD, ["A", 1, DAY, ""]], Sums=[["Sum", "of"], ["=1+1", 2]])
    assert bring(file, mapping=mapping).accepted == 1


def test_a_workbook_can_be_an_event_log(
    save: Any, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    step = [17, "open", datetime.combine(DAY, time(3, 4))]
    file = save("claims.xlsx", Log=[["case", "activity", "timestamp"], step])
    assert bring(file).accepted == 1
    event = events_in(log).to_pylist()[0]
    assert (event["process"], event["case_id"], event["activity"]) == ("claims", "17", "open")
    with pytest.raises(MappingError, match="has no column for the case"):
        bring(save("b.xlsx", Log=[["a", "b"], [1, 2]]), mapping="event_log")
