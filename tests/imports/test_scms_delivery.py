# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa

from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

ROW = {
    "ID": "1",
    "PO / SO #": "SCMS-1",
    "ASN/DN #": "ASN-8",
    "Country": "Haiti",
    "Fulfill Via": "Direct Drop",
    "Shipment Mode": "Air",
    "PQ First Sent to Client Date": "Pre-PQ Process",
    "PO Sent to Vendor Date": "2005-03-13",
    "Scheduled Delivery Date": "02-Jun-13",
    "Delivered to Client Date": "01-Jun-13",
    "Vendor": "Acme",
    "Item Description": "Test kit",
    "Line Item Quantity": "19",
    "Pack Price": "29.0",
    "Weight (Kilograms)": "13",
    "Freight Cost (USD)": "See DN-304 (ID#:10589)",
}

Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]


def test_a_row_becomes_an_order_and_its_receipt(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # when a row with a damaged date is imported
    summary = bring(write("a.csv", pl.DataFrame([ROW]).write_csv()))
    # then the date is repaired: 2005-03-13 was 5/3/13
    table = events_in(log)
    sent = datetime(2013, 5, 3, tzinfo=UTC)
    assert list(zip(table["type"].to_pylist(), table["time"].to_pylist(), strict=True)) == [
        ("io.sightline.supply.po_created.v1", sent),
        ("io.sightline.supply.po_released.v1", sent),
        ("io.sightline.supply.po_acknowledged.v1", sent),
        ("io.sightline.inventory.receipt.v1", datetime(2013, 6, 1, tzinfo=UTC)),
    ]
    receipt = table.to_pylist()[-1]
    assert (receipt["supplier"], receipt["po_line"], receipt["closes"]) == (
        "Acme",
        "SCMS-1/1",
        True,
    )
    assert '"scheduled_date":"2013-06-02"' in receipt["data"]
    assert "freight" not in receipt["data"]
    assert dict(summary.nulled) == {
        "PQ First Sent to Client Date: Pre-PQ Process": 1,
        "Freight Cost (USD): See *": 1,
    }


def test_a_row_without_an_order_date_is_a_receipt_only(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    row = ROW | {"PO Sent to Vendor Date": "N/A - From RDC"}
    summary = bring(write("a.csv", pl.DataFrame([row]).write_csv()))
    assert events_in(log)["type"].to_pylist() == ["io.sightline.inventory.receipt.v1"]
    assert (summary.read, summary.accepted) == (1, 1)
    assert summary.nulled["PO Sent to Vendor Date: N/A*"] == 1


def test_a_date_that_is_none_rejects_the_row(bring: Bring, write: Write) -> None:
    row = ROW | {"Scheduled Delivery Date": "soon"}
    summary = bring(write("a.csv", pl.DataFrame([row, ROW]).write_csv()))
    assert {name: n for name, n in summary.rejected.items() if n} == {"bad_date": 1}
    assert summary.accepted == 1
