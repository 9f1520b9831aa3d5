# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from sightline.errors import MappingError
from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

STOCK = (
    "SKU ID,Current Stock Quantity,Units (Nos/Kg),Average Lead Time (days),"
    "Maximum Lead Time (days),Unit Price\n"
)
ORDERS = "Order Date,SKU ID,Order Quantity\n"

Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]


def short(table: pa.Table) -> list[str]:
    return [name.removeprefix("io.sightline.")[:-3] for name in table["type"].to_pylist()]


def test_orders_until_the_count_are_shipped_and_later_ones_stay_open(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # given a stock list of 31 May and an order before, on and after that day
    stock = write("stock.csv", STOCK + "A,100,Kg,30,45,2.5\n")
    orders = write("orders.csv", ORDERS + "2020-06-01,A,7\n2020-05-31,A,5\n2020-01-01,A,3\n")
    # when both are imported in one command
    bring(stock, orders)
    # then the log holds them in order of time, the count after what it already knows of
    table = events_in(log)
    assert list(zip(short(table), map(int, table["base_qty"].to_pylist()), strict=True)) == [
        ("demand.line_placed", 3),
        ("inventory.shipment", 3),
        ("demand.line_placed", 5),
        ("inventory.shipment", 5),
        ("inventory.counted", 100),
        ("demand.line_placed", 7),
    ]
    counted = table.to_pylist()[4]
    assert counted["time"] == datetime(2020, 5, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    assert (counted["base_uom"], counted["loc"]) == ("KGM", "MAIN")
    assert table["due"].to_pylist()[0] == date(2020, 1, 1)


def test_as_of_replaces_the_day_of_the_mapping(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    orders = write("orders.csv", ORDERS + "2020-05-31,A,5\n2020-01-01,A,3\n")
    bring(orders, as_of=date(2020, 1, 31))
    assert Counter(short(events_in(log))) == {"demand.line_placed": 2, "inventory.shipment": 1}


def test_as_of_is_refused_where_nothing_depends_on_it(bring: Bring, write: Write) -> None:
    file = write(
        "a.csv",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France\n",
    )
    with pytest.raises(MappingError, match="online_retail knows no --as-of"):
        bring(file, as_of=date(2020, 1, 31))


def test_quantities_are_rounded_to_four_decimals_flagged_and_counted(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = "2020-01-01,A,1.00005\n2020-01-02,A,1.5\n2020-01-03,A,0.000015\n"
    summary = bring(write("orders.csv", ORDERS + rows))
    table = events_in(log)
    assert [str(size) for size in table["base_qty"].to_pylist()] == ["1.0000"] * 2 + [
        "1.5000"
    ] * 2
    assert table["quality_flags"].to_pylist() == [["rounded"]] * 2 + [[]] * 2
    assert '"qty":"1"' in table["data"][0].as_py()
    assert summary.flagged["rounded"] == 2
    assert {name: n for name, n in summary.rejected.items() if n} == {"zero": 1}


def test_a_sku_is_counted_once(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # given a stock list that repeats a row and contradicts another
    rows = "A,1,Kg,1,1,1\nB,2,Nos,1,1,1\nA,1,Kg,1,1,1\nB,3,Nos,1,1,1\n"
    file = write("stock.csv", STOCK + rows)
    # when it is imported
    summary = bring(file)
    # then the first row of each SKU counts
    table = events_in(log)
    assert dict(
        zip(table["item"].to_pylist(), map(int, table["base_qty"].to_pylist()), strict=True)
    ) == {
        "A": 1,
        "B": 2,
    }
    assert (summary.read, summary.accepted, summary.duplicates) == (4, 2, 1)
    assert {name: n for name, n in summary.rejected.items() if n} == {"second_count": 1}
    again = bring(file)
    assert (again.read, again.duplicates, again.events) == (4, 4, 0)
