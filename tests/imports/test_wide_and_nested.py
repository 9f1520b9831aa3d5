# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of other shapes: columns that hold columns, columns that are rows, other headings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

TOP = "name: mine\nsource: erp://x\n"
ISSUE = "type: inventory.issue"
Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]


@pytest.fixture
def mapping(write: Write) -> Callable[[str], str]:
    """Return a function that writes a mapping with one table."""

    def mapping(table: str) -> str:
        return str(write("mine.yaml", f"{TOP}tables:\n  - {table}"))

    return mapping


def told(table: pa.Table) -> list[tuple[str, str, str]]:
    """Return item, quantity and day of every event."""
    rows = zip(table["item"], table["base_qty"], table["time"], strict=True)
    return sorted(
        (str(item), str(quantity.as_py().normalize()), f"{time.as_py():%Y-%m-%d}")
        for item, quantity, time in rows
    )


def test_columns_that_hold_columns_have_names_with_a_dot(
    mapping: Any, bring: Bring, log: SqliteLog, tmp_path: Path, events_in: EventsIn
) -> None:
    # given a column of columns, one of them null, and a column of lists in it
    line = [
        {"sku": "A", "qty": {"value": 2}, "tags": ["x"]},
        {"sku": "B", "qty": None, "tags": []},
    ]
    frame = pl.DataFrame({"day": ["2024-01-02"] * 2, "line": line, "notes": [["a"], ["b"]]})
    frame.write_parquet(tmp_path / "a.parquet")
    named = mapping(
        "{time: day, rules: [{events: [{type: inventory.issue, fields: {item: line.sku,"
        " loc: {value: L}, qty: line.qty.value, uom: {value: EA}}}]}]}"
    )
    summary = bring(tmp_path / "a.parquet", mapping=named)
    # then they can be named, what is null inside is missing, and lists are reported
    assert (summary.accepted, dict(+summary.rejected)) == (1, {"missing_qty": 1})
    assert told(events_in(log)) == [("A", "2", "2024-01-02")]
    (warning,) = summary.warnings
    assert "has columns of lists (line.tags, notes), which no mapping can name" in warning


WIDE = (
    "{time: {text: '{Month}-01'}, unpivot: {columns: ['A*', 'B?'], name: sku, value: sold},"
    " rules: [{when: {sold: {is: 0}}, skip: nothing}, {events: [{type: inventory.issue, fields:"
    " {item: sku, loc: Shop, qty: sold, uom: {value: EA}}}]}]}"
)


def test_a_wide_table_gives_a_row_for_each_filled_cell(  # noqa: PLR0913, PLR0917
    mapping: Any,
    bring: Bring,
    log: SqliteLog,
    write: Write,
    events_in: EventsIn,
    refused_in: Any,
) -> None:
    # given months down and items across, with a blank, a zero, and a word among the numbers
    file = write("a.csv", "Month,Shop,A1,B2,C3\n2024-01,S,3,0,9\n2024-02,S,,x,9\n")
    named = mapping(WIDE)
    summary = bring(file, mapping=named)
    # then every filled cell of the columns named was read once
    assert (summary.read, summary.accepted) == (3, 1)
    assert dict(+summary.rejected) == {"nothing": 1, "not_a_decimal": 1}
    assert told(events_in(log)) == [("A1", "3", "2024-01-01")]
    # and the refused one tells where it stood: the second of the second row
    (refusal,) = refused_in(log)
    raw = msgspec.json.decode(refusal["raw"])
    assert (raw["row"], raw["Month"], raw["sku"], raw["sold"]) == (4, "2024-02", "B2", "x")
    # and a second import adds nothing
    again = bring(file, mapping=named)
    assert (again.read, again.accepted, again.duplicates) == (3, 0, 3)


def test_a_table_without_a_column_to_turn_does_not_fit(
    mapping: Any, bring: Bring, write: Write
) -> None:
    with pytest.raises(MappingError, match=r"has no column 'A\*' and no 'B\?', which mine"):
        bring(write("a.csv", "Month,Shop,C3\n2024-01,S,3\n"), mapping=mapping(WIDE))


NAMED = (
    "{time: BUDAT, names: {BUDAT: [Posting Date, Buchungsdatum], MATNR: [Material]},"
    " optional: [LGORT], rules: [{events: [{id: '{DOC}/{MATNR}', type: inventory.issue, fields:"
    " {item: MATNR, loc: {column: LGORT, default: MAIN}, qty: MENGE, uom: {value: EA},"
    " unit_cost: {column: DMBTR, per: MENGE, round: 2}}}]}]}"
)


def test_columns_may_have_other_names_and_events_ids_of_their_own(
    bring: Bring, log: SqliteLog, write: Write, events_in: EventsIn
) -> None:
    # given one document in the words of two languages
    named = str(write("mine.yaml", f"{TOP}currency: EUR\ntables:\n  - {NAMED}"))
    german = write("a.csv", "DOC,MATNR,Buchungsdatum,MENGE,DMBTR\n7,A,2024-01-02,3,10\n")
    english = write("b.csv", "DOC,Material,Posting Date,MENGE,DMBTR\n7,A,2024-01-02,3,10\n")
    bring(german, mapping=named)
    bring(english, mapping=named)
    # then it is the same event, with the amount by piece
    first, second = events_in(log).to_pylist()
    assert first["id"] == second["id"] == "7/A"
    assert first["content"] == second["content"]
    assert (first["loc"], str(first["amount"])) == ("MAIN", "3.3300")
    assert "id" not in msgspec.json.decode(first["data"])


def test_an_event_without_the_id_that_it_should_have_is_refused(
    bring: Bring, write: Write
) -> None:
    named = str(write("mine.yaml", f"{TOP}currency: EUR\ntables:\n  - {NAMED}"))
    file = write(
        "a.csv", "DOC,MATNR,BUDAT,MENGE,DMBTR\n,A,2024-01-02,3,10\n8,A,2024-01-02,4,0\n"
    )
    summary = bring(file, mapping=named)
    assert (summary.accepted, dict(+summary.rejected)) == (1, {"missing_id": 1})


@pytest.mark.parametrize(("by", "amount"), [("0", None), ("", None), ("-4", "-2.5000")])
def test_an_amount_by_piece_without_pieces_is_not_known(  # noqa: PLR0913, PLR0917
    bring: Bring, log: SqliteLog, write: Write, events_in: EventsIn, by: str, amount: str | None
) -> None:
    named = NAMED.replace("per: MENGE", "per: PIECES")
    path = str(write("mine.yaml", f"{TOP}currency: EUR\ntables:\n  - {named}"))
    file = write("a.csv", f"DOC,MATNR,BUDAT,MENGE,DMBTR,PIECES\n7,A,2024-01-02,3,10,{by}\n")
    assert bring(file, mapping=path).accepted == 1
    (event,) = events_in(log).to_pylist()
    assert (event["amount"] and str(event["amount"])) == amount


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_characters_are_read_when_the_mapping_says_so(
    encoding: str, bring: Bring, log: SqliteLog, write: Write, events_in: EventsIn
) -> None:
    named = str(write("mine.yaml", f"{TOP}encoding: {encoding}\ntables:\n  - {WIDE}"))
    file = write("a.csv", "Month,Shop,A1\n2024-01,Köln,3\n".encode(encoding))
    assert bring(file, mapping=named).accepted == 1
    assert events_in(log)["loc"].to_pylist() == ["Köln"]


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet", "xlsx"])
def test_ten_thousand_columns_are_refused(
    kind: str, mapping: Any, bring: Bring, write: Write, tmp_path: Path
) -> None:
    names = [f"c{i}" for i in range(10_000)]
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        write("a.csv", ",".join(names) + "\n" + ",".join("1" * 10_000) + "\n")
    elif kind == "ndjson":
        write("a.ndjson", msgspec.json.encode(dict.fromkeys(names, 1)))
    elif kind == "parquet":
        pl.DataFrame(dict.fromkeys(names, 1)).write_parquet(path)
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(names)
        book.save(path)
    with pytest.raises(ImportFileError, match="has 10000 columns; expected at most 5000"):
        bring(path, mapping=mapping(WIDE))
