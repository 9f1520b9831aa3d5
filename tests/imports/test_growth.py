# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that has grown goes on where the log's knowledge of it ends."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import ImportFileError, LogError
from sightline.imports import Summary, growth
from sightline.imports.files import file_at
from sightline.imports.growing import Grower
from sightline.imports.record_ends import first_end, last_end
from sightline.imports.runner import SCRATCH
from sightline.imports.shipped import load
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from tests.aid.letters_home import event

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
Bring = Callable[..., Summary]
Events = Callable[[SqliteLog], pa.Table]


def sale(number: int, what: str = "Lamp") -> str:
    return f"{number},A,{what},2,2010-01-01 08:{number % 60:02d}:00,1.50,7,France\n"


def orders(table: pa.Table) -> list[str]:
    return sorted(filter(None, table["order_line"].to_pylist()))


def test_an_import_of_a_longer_file_adds_what_is_new(
    tmp_path: Path, bring: Bring, log: SqliteLog, events_in: Events
) -> None:
    # given a file that was imported
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + sale(1) + sale(2))
    bring(file)
    # when it has grown by two rows, one of them bad, and is imported again
    with file.open("a") as more:
        more.write(sale(3) + "4,A,Lamp\n")
    summary = bring(file)
    # then the old rows are duplicates, and the new ones are numbered on
    assert (summary.read, summary.duplicates, summary.accepted) == (4, 2, 1)
    assert summary.rejected["wrong_columns"] == 1
    assert orders(events_in(log)) == ["1/1", "1/1", "2/2", "2/2", "3/3", "3/3"]
    assert len(set(events_in(log)["id"].to_pylist())) == 6
    # and once more there is nothing new
    assert bring(file).already == [str(file)]


def test_events_need_no_mapping_to_grow(tmp_path: Path, bring: Bring, log: SqliteLog) -> None:
    file = tmp_path / "day.ndjson"
    file.write_bytes(event("e1") + b"\n\n" + event("e2") + b"\n")
    bring(file)
    with file.open("ab") as more:
        more.write(event("e3") + b"\n")
    summary = bring(file)
    assert (summary.read, summary.duplicates, summary.accepted) == (3, 2, 1)
    assert sum(each.events for each in log.stat()) == 3


def test_a_file_that_begins_otherwise_is_another_file(tmp_path: Path, bring: Bring) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + sale(1))
    bring(file)
    file.write_text(HEADER + sale(7) + sale(2))
    summary = bring(file)
    assert (summary.read, summary.duplicates, summary.accepted) == (2, 0, 2)


def test_two_files_that_begin_alike_do_not_share_ids(
    tmp_path: Path, bring: Bring, log: SqliteLog, events_in: Events
) -> None:
    # given two files with the same first row
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(HEADER + sale(1))
    bring(one)
    one.write_text(HEADER + sale(1) + sale(2))
    two.write_text(HEADER + sale(1) + sale(3))
    # when both have grown, each in its way
    assert bring(one).accepted == 1
    assert bring(two).accepted == 1
    # then the row that they share is there once, and the others both
    assert orders(events_in(log)) == ["1/1", "1/1", "2/2", "2/2", "3/2", "3/2"]
    assert len(set(events_in(log)["id"].to_pylist())) == 6


def test_rows_that_depend_on_each_other_are_read_whole(tmp_path: Path) -> None:
    steps = tmp_path / "log.csv"
    steps.write_text("case_id,activity,timestamp\n1,a,2020-01-01\n")
    stock = tmp_path / "stock.csv"
    names = "SKU ID,Current Stock Quantity,Units (Nos/Kg),Average Lead Time (days),"
    stock.write_text(f"{names}Maximum Lead Time (days),Unit Price\nA,1,Nos,1,1,1\n")
    sales = tmp_path / "sales.csv"
    sales.write_text(HEADER + sale(1))
    assert not growth.can_grow(file_at(steps), load("event_log"))
    assert not growth.can_grow(file_at(stock), load("stock_orders"))
    assert growth.can_grow(file_at(sales), load("online_retail"))


def grower(file: Path, log: SqliteLog, home: Settings) -> Grower:
    return Grower(file_at(file), load("online_retail"), log, home.home / SCRATCH)


def test_a_last_line_without_an_end_waits_or_is_taken(
    tmp_path: Path, log: SqliteLog, home: Settings, events_in: Events
) -> None:
    # given a file whose last line is being written
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + sale(1) + sale(2)[:20])
    name = load("online_retail").sha256
    # when it is taken, then the line waits
    taken = grower(file, log, home).take(log.prefixes(name), with_last=False)
    assert (taken.after.rows, taken.rest) == (1, 20)
    # when the line is complete but for its end, and may be taken
    file.write_text(HEADER + sale(1) + sale(2)[:-1])
    taken = grower(file, log, home).take(log.prefixes(name), with_last=True)
    assert (taken.before.rows, taken.after.rows, taken.rest) == (1, 2, 0)
    # when it goes on with its end, then the next row is numbered on
    file.write_text(HEADER + sale(1) + sale(2) + sale(3))
    grower(file, log, home).take(log.prefixes(name), with_last=False)
    assert orders(events_in(log)) == ["1/1", "1/1", "2/2", "2/2", "3/3", "3/3"]


def test_a_header_alone_is_no_row(tmp_path: Path, log: SqliteLog, home: Settings) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(HEADER)
    taken = grower(file, log, home).take([], with_last=False)
    assert (taken.after.bytes, taken.summary.read) == (0, 0)


def test_long_files_go_in_stretches_of_whole_rows(
    tmp_path: Path,
    log: SqliteLog,
    home: Settings,
    events_in: Events,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given rows with line ends inside quotes, and stretches of about three rows
    monkeypatch.setattr(growth, "STRETCH_BYTES", 200)
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + "".join(sale(n, f'"a\n""{n}"') for n in range(1, 30)))
    # when the file is taken
    taken = grower(file, log, home).take([], with_last=False)
    # then each row is there, under its own number
    assert (taken.summary.read, taken.summary.accepted, taken.rest) == (29, 29, 0)
    expected = sorted(f"{n}/{n}" for n in range(1, 30) for _ in range(2))
    assert orders(events_in(log)) == expected
    assert len(log.prefixes(load("online_retail").sha256)) > 5


def test_a_row_longer_than_a_stretch_is_refused(
    tmp_path: Path, log: SqliteLog, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "STRETCH_BYTES", 200)
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + sale(1, '"' + "x" * 500 + '"'))
    with pytest.raises(ImportFileError, match=r"sales.csv has a row longer than"):
        grower(file, log, home).take([], with_last=False)


def test_what_another_process_took_is_not_taken_twice(
    tmp_path: Path, log: SqliteLog, home: Settings, events_in: Events
) -> None:
    # given two that saw the same beginning
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + sale(1))
    grower(file, log, home).take([], with_last=False)
    # when the second takes the same stretch, then nothing is added
    taken = grower(file, log, home).take([], with_last=False)
    assert (taken.summary.duplicates, taken.summary.events) == (1, 0)
    assert len(events_in(log)) == 2


def test_an_interrupted_import_is_finished_first(
    tmp_path: Path,
    log: SqliteLog,
    home: Settings,
    bring: Bring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given an import that met a full disk half way
    file = tmp_path / "sales.csv"
    file.write_text(HEADER + "".join(sale(n) for n in range(1, 20)))
    monkeypatch.setattr("sightline.imports.mapped.CHUNK_EVENTS", 10)
    append, calls = SqliteLog.append, []

    def failing(self: SqliteLog, *given: object, **more: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise LogError("full")
        append(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(SqliteLog, "append", failing)
    with pytest.raises(LogError, match="full"):
        bring(file)
    # when it is taken as a growing file, then it says what comes first
    with pytest.raises(LogError, match="was interrupted; run `sightline import`"):
        grower(file, log, home).take([], with_last=False)
    assert bring(file).accepted > 0


ROWS = st.text(alphabet='a,\n"', max_size=40)


@given(ROWS)
def test_rows_end_where_the_reader_of_csv_ends_them(text: str) -> None:
    # given any text, whole as far as we say
    data = text.encode()
    whole = data[: last_end(data, ",")]
    rows = []
    while whole:
        end = first_end(whole, ",")
        rows.append(whole[:end])
        whole = whole[end:]
    # then the reader sees as many rows in it as we do, blank ones aside
    assert sum(1 for row in rows if row.strip(b"\n")) == _rows_of(b"".join(rows))


def _rows_of(data: bytes) -> int:
    if not data.strip(b"\n"):
        return 0
    counted = 0

    def count(_: pa_csv.InvalidRow) -> str:
        nonlocal counted
        counted += 1
        return "skip"

    options = pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=count)
    read = pa_csv.ReadOptions(autogenerate_column_names=True, use_threads=False)
    table = pa_csv.read_csv(pa.py_buffer(data), parse_options=options, read_options=read)
    return table.num_rows + counted
