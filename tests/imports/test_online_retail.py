# SPDX-License-Identifier: AGPL-3.0-or-later
import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from sightline.events.decode import decode_lines
from sightline.imports import Summary
from sightline.log.reading import events_of
from sightline.log.sqlite import SqliteLog

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALE = "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France"

Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]


def csv(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


def short(table: pa.Table) -> list[tuple[str, Decimal]]:
    names = [name.removeprefix("io.sightline.")[:-3] for name in table["type"].to_pylist()]
    return list(zip(names, table["base_qty"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("row", "events"),
    [
        (SALE, [("demand.line_placed", 2), ("inventory.shipment", 2)]),
        ("C1,A,Lamp,-2,2010-01-01 08:00:00,1.5,7,France", [("inventory.returned", 2)]),
        ("C1,A,Lamp,2,2010-01-01 08:00:00,1.5,7,France", [("inventory.returned", 2)]),
        ("1,A,lost,-2,2010-01-01 08:00:00,0,7,France", [("inventory.adjusted", -2)]),
        ("1,A,Lamp,2,2010-01-01 08:00:00,0,7,France", [("inventory.issue", 2)]),
        ("A1,B,debt,1,2010-01-01 08:00:00,-9,7,France", []),
    ],
)
def test_a_row_becomes_what_its_invoice_quantity_and_price_say(  # noqa: PLR0913, PLR0917
    row: str, events: list[tuple[str, int]], bring: Bring, write: Write, log: SqliteLog,
    events_in: EventsIn,
) -> None:  # fmt: skip
    summary = bring(write("a.csv", csv(row)))
    assert short(events_in(log)) == [(name, Decimal(size)) for name, size in events]
    assert summary.read == summary.accepted + sum(summary.rejected.values())
    assert summary.events == len(events)


def test_a_negative_price_is_rejected_and_counted(
    bring: Bring, write: Write, log: SqliteLog,
    refused_in: Callable[[SqliteLog], list[dict[str, str]]],
) -> None:  # fmt: skip
    summary = bring(write("a.csv", csv(SALE, "A1,B,debt,1,2010-01-01 08:00:00,-9,7,France")))
    assert dict(summary.rejected)["negative_price"] == 1
    (refusal,) = refused_in(log)
    assert refusal["reason"].startswith("negative_price: Price is '-9'; expected")
    assert '"row":2' in refusal["raw"]


def test_an_event_says_where_it_comes_from(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    bring(write("a.csv", csv(SALE)))
    placed = events_in(log).to_pylist()[0]
    assert placed["order_line"] == "1/1"
    assert placed["sequence"] == "000000001"
    assert placed["recordedtime"] == placed["time"]
    assert (placed["amount"], placed["currency"]) == (Decimal("1.5"), "GBP")
    assert (placed["customer"], placed["region"], placed["loc"]) == ("7", "France", "UK")
    assert [each["type"] for each in placed["objects"]] == [
        "item", "loc", "order_line", "order", "customer",
    ]  # fmt: skip


def test_imported_events_equal_the_same_events_sent_as_json(
    bring: Bring, write: Write, log: SqliteLog
) -> None:
    # given a row of each kind, one with characters that JSON escapes
    rows = [SALE, SALE, '1,A,"5"" ""nail"" \\ ünï",-2,2010-01-01 08:00:00,0,,France']
    bring(write("a.csv", csv(*rows, "C1,POST,Lamp,-2,2010-01-01 08:00:00,1.5,7,France")))
    for part in range(log.partitions):
        for batch in log.read(part, -1, events=100):
            # when its batches are written as CloudEvents and decoded again
            table = pa.ipc.open_stream(batch.body).read_all().combine_chunks()
            decoded = decode_lines(list(events_of(batch)), ingest_ms=10**13)
            # then every column comes back, content hash included
            assert not decoded.refused
            kept = [name for name in table.column_names if name != "quality_flags"]
            assert table.select(kept).equals(decoded.table.select(kept))


def test_rows_are_flagged_not_dropped(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # given a repeated row, one without customer and one without description
    rows = [SALE, SALE, "2,A,Lamp,2,2010-01-01 08:00:00,1.5,,France"]
    rows += ["2,A,nan,2,2010-01-01 08:00:00,1.5,7,France"]
    # when they are imported
    summary = bring(write("a.csv", csv(*rows)))
    # then all are accepted, with a flag each
    assert (summary.accepted, summary.duplicates) == (4, 0)
    assert dict(summary.flagged) == {
        "possible_duplicate": 1, "no_customer": 1, "no_description": 1,
    }  # fmt: skip
    flags = dict(
        zip(
            *(events_in(log)[n].to_pylist() for n in ("sequence", "quality_flags")), strict=True
        )
    )
    assert flags == {
        "000000001": [],
        "000000002": ["possible_duplicate"],
        "000000003": ["no_customer"],
        "000000004": ["no_description"],
    }


def test_service_codes_are_non_stock(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = [
        f"1,{code},x,1,2010-01-01 08:00:00,5,7,France"
        for code in ("POST", "m", "POSTER", "gift_0001_20")
    ]
    bring(write("a.csv", csv(*rows)))
    table = events_in(log)
    told = dict(zip(table["item"].to_pylist(), table["non_stock"].to_pylist(), strict=True))
    assert told == {"POST": True, "m": True, "POSTER": False, "gift_0001_20": True}


def test_codes_that_differ_by_case_stay_apart_and_are_named(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    summary = bring(write("a.csv", csv(SALE, SALE.replace(",A,", ",a,"))))
    assert set(events_in(log)["item"].to_pylist()) == {"A", "a"}
    assert summary.warnings == [
        "1 codes in StockCode differ by case only, such as A/a; they stay different items"
    ]


def test_na_stays_text_in_a_key(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    bring(write("a.csv", csv(SALE.replace(",A,", ",NA,"))))
    assert set(events_in(log)["item"].to_pylist()) == {"NA"}


def test_the_log_gets_each_partition_in_order_of_time(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = [
        f"{i},A,Lamp,2,2010-01-{1 + i * 5 % 28:02} 08:00:00,1.5,7,France" for i in range(28)
    ]
    bring(write("a.csv", csv(*rows)))
    times = events_in(log)["time"].to_pylist()
    assert times == sorted(times)
    assert len(set(times)) == 28


def test_importing_again_adds_nothing_and_says_so(
    bring: Bring, write: Write, log: SqliteLog
) -> None:
    file = write("a.csv", csv(SALE, "A1,B,debt,1,2010-01-01 08:00:00,-9,7,France"))
    bring(file)
    top = log.top()
    again = bring(file)
    assert (again.read, again.accepted, again.duplicates, again.events) == (2, 0, 2, 0)
    assert log.top() == top
    assert again.sentences()[-1] == f"  {file} was imported before: nothing added"


def test_the_same_file_under_another_name_adds_nothing(bring: Bring, write: Write) -> None:
    first, copy = write("a.csv", csv(SALE)), write("b.csv", csv(SALE))
    together = bring(first, copy)
    assert (together.read, together.accepted, together.duplicates) == (2, 1, 1)
    assert bring(copy).duplicates == 1


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz", "a.parquet", "a.ndjson"])
def test_every_format_says_the_same(
    name: str, bring: Bring, tmp_path: Path, log: SqliteLog, events_in: EventsIn
) -> None:
    # given the same two rows in one of the formats
    frame = pl.read_csv(csv(SALE, "C2,B,Cup,-1,2010-01-02 08:00:00,2,8,Spain").encode())
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.write_parquet(path)
    elif name.endswith("ndjson"):
        frame.write_ndjson(path)
    elif name.endswith("gz"):
        path.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        frame.write_csv(path, separator="\t" if name.endswith("tsv") else ",")
    # when it is imported
    bring(path, mapping="online_retail")
    # then the events say the same
    table = events_in(log).select(["type", "item", "customer", "base_qty", "amount"])
    assert sorted(map(str, table.to_pylist())) == sorted(
        map(
            str,
            [
                {"type": f"io.sightline.{kind}.v1", "item": item, "customer": customer,
                 "base_qty": Decimal(qty), "amount": amount and Decimal(amount)}
                for kind, item, customer, qty, amount in [
                    ("demand.line_placed", "A", "7", "2.0000", "1.5000"),
                    ("inventory.shipment", "A", "", "2.0000", None),
                    ("inventory.returned", "B", "8", "1.0000", None),
                ]
            ],
        )
    )  # fmt: skip
