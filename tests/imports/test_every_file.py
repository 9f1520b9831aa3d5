# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every file of real data: read by a shipped mapping as often as a direct count says."""

import gzip
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sightline.errors import ImportFileError
from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

pytestmark = pytest.mark.data

Bring = Callable[..., Summary]
EventsIn = Callable[[SqliteLog], pa.Table]

WORKBOOK = "supply_chain_logistics_full.xlsx"
BASKETS = "completejourney_sample75k.parquet"
PARTS = "carparts_even.parquet"
REFUSED = {"nab_aws_adexchange.tar.gz": "is an archive; unpack it"}
COUNTED_BELOW = {WORKBOOK, BASKETS, PARTS}
ELSEWHERE = {"ocel2_order_management_running-example.sqlite", "sap_vbfa_docflow.parquet"}
"""What becomes of relations between objects is tested with them."""
OTHERS = {
    "DomesticDeclarations.xes.gz",
    "PrepaidTravelCost.xes.gz",
    "PurchasingExample.csv.gz",
    "bpic2012.parquet",
    "bpic2019_subset.parquet",
    "bpic2020_DomesticDeclarations.parquet",
    "bpic2020_PrepaidTravelCost.parquet",
    "inventory_past_orders.parquet",
    "inventory_stock.parquet",
    "online_retail_II_2009-12_2010-12.parquet",
    "scms_delivery_history_to_2012H1.parquet",
    "traffic_fines_10k_cases.parquet",
    "wabo_receipt.parquet",
}


def rows_of(file: Path) -> int:
    """Count the rows of a file without us."""
    if file.suffix == ".parquet":
        return int(pq.read_metadata(file).num_rows)
    text = gzip.decompress(file.read_bytes())
    if file.name.endswith(".xes.gz"):
        return len(re.findall(rb"<event[ >]", text))
    return len(pd.read_csv(file))


def by_type(events: pa.Table) -> dict[str, int]:
    short = pc.replace_substring_regex(events["type"], r"^io\.sightline\.(.*)\.v1$", r"\1")
    return {each["values"]: each["counts"] for each in pc.value_counts(short).to_pylist()}


def summed(events: pa.Table, kind: str, key: str) -> dict[str, float]:
    """Return the quantities of one type of event, added up by `key`."""
    chosen = events.filter(pc.equal(events["type"], f"io.sightline.{kind}.v1"))
    frame = pl.DataFrame({"key": chosen[key], "qty": chosen["base_qty"].cast(pa.float64())})
    return dict(frame.group_by("key").agg(pl.col("qty").sum()).rows())


def records_in(log: SqliteLog) -> list[dict[str, Any]]:
    """Return the data of all master records of a log; they lie in it as lines."""
    return [
        msgspec.json.decode(line)["data"]
        for part in range(log.partitions)
        for batch in log.read(part, -1, events=1 << 40)
        if batch.fmt == "ndjson"
        for line in batch.body.split(b"\n")
    ]


def test_every_file_is_known(data: Path) -> None:
    known = OTHERS | ELSEWHERE | COUNTED_BELOW | set(REFUSED) | {"README.md"}
    assert {file.name for file in data.iterdir()} == known


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OTHERS))
def test_as_many_rows_are_read_as_there_are(name: str, data: Path, bring: Bring) -> None:
    summary = bring(data / name)
    rejected = sum(summary.rejected.values())
    assert summary.read == rows_of(data / name)
    assert summary.read == summary.accepted + summary.duplicates + rejected
    assert set(+summary.rejected) <= {"zero", "negative_price"}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_imported_says_why(name: str, data: Path, bring: Bring) -> None:
    with pytest.raises(ImportFileError, match=REFUSED[name]):
        bring(data / name)


def test_the_shop_receipts_agree_with_polars(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = pl.read_parquet(data / BASKETS)
    summary = bring(data / BASKETS)
    # then every line with a quantity was ordered and shipped, the others skipped
    sold = rows.filter(pl.col("quantity") > 0)
    assert summary.read == rows.height == 75_000
    assert dict(+summary.rejected) == {"nothing_sold": rows.height - sold.height}
    events = events_in(log)
    assert by_type(events) == {
        "demand.line_placed": sold.height, "inventory.shipment": sold.height,
    }  # fmt: skip
    # and quantities by shop, product and customer are those of the table
    for key, column in (
        ("loc", "store_id"),
        ("item", "product_id"),
        ("customer", "household_id"),
    ):
        expected = dict(sold.group_by(column).agg(pl.col("quantity").sum()).rows())
        assert summed(events, "inventory.shipment", key) == pytest.approx(expected)
    # and so is the money, within the rounding of a price to four decimals
    placed = events.filter(pc.equal(events["type"], "io.sightline.demand.line_placed.v1"))
    amount = placed["amount"].cast(pa.float64())
    quantity = placed["base_qty"].cast(pa.float64())
    money = pc.sum(pc.multiply(amount, quantity)).as_py()
    slack = 0.00005 * float(sold["quantity"].sum())
    assert money == pytest.approx(float(sold["sales_value"].sum()), abs=slack)
    # and fuel is outside stock
    fuel = sold.filter(pl.col("product_type").str.starts_with("GASOLINE")).height
    assert pc.sum(placed["non_stock"]).as_py() == fuel > 600


def test_the_monthly_sales_agree_with_polars(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # given 1337 items across and 51 months down, turned by polars
    wide = pl.read_parquet(data / PARTS)
    cells = wide.unpivot(index="month", variable_name="item", value_name="qty").drop_nulls()
    sold = cells.filter(pl.col("qty") != 0)
    summary = bring(data / PARTS)
    events = events_in(log)
    assert summary.read == cells.height == 51 * 1337 - 3008
    assert dict(+summary.rejected) == {"no_demand": cells.height - sold.height}
    assert by_type(events) == {
        "demand.line_placed": sold.height, "inventory.shipment": sold.height,
    }  # fmt: skip
    # then months and quantities of every item are those of the table
    placed = events.filter(pc.equal(events["type"], "io.sightline.demand.line_placed.v1"))
    found = zip(
        placed["item"].to_pylist(),
        pc.strftime(placed["time"], "%Y-%m").to_pylist(),
        map(int, placed["base_qty"].to_pylist()),
        strict=True,
    )
    assert sorted(found) == sorted(sold.select("item", "month", "qty").rows())


def sheet(data: Path, name: str) -> pd.DataFrame:
    """Read a sheet by another reader."""
    return pd.read_excel(data / WORKBOOK, sheet_name=name, engine="openpyxl")


def test_the_workbook_agrees_with_pandas(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    orders, rates = sheet(data, "OrderList"), sheet(data, "FreightRates")
    ports, customers = sheet(data, "PlantPorts"), sheet(data, "VmiCustomers")
    products, limits = sheet(data, "ProductsPerPlant"), sheet(data, "WhCapacities")
    costs = sheet(data, "WhCosts")
    summary = bring(data / WORKBOOK)
    # then every row of the seven sheets was read, and the sheet of words was left out
    sheets = [orders, rates, ports, customers, products, limits, costs]
    assert summary.read == summary.accepted == sum(map(len, sheets))
    assert [each.split(" has ")[0] for each in summary.warnings] == ["sheet 'Description'"]
    assert summary.flagged["possible_duplicate"] == rates.duplicated().sum() == 3
    events, records = events_in(log), records_in(log)
    assert by_type(events) == {
        "demand.line_placed": len(orders),
        "inventory.shipment": len(orders),
        "constraint.snapshot": len(limits),
    }
    assert Counter(record["entity"] for record in records) == {
        "lane": len(rates) + len(ports),
        "location": len(costs),
        "planning_param": len(products),
        "contract": len(customers),
    }
    # and pieces by plant, product and customer are those of the sheet
    for key, column in (
        ("loc", "Plant Code"),
        ("item", "Product ID"),
        ("customer", "Customer"),
    ):
        expected = orders.groupby(orders[column].astype(str))["Unit quantity"].sum()
        found = summed(events, "demand.line_placed", key)
        assert found == pytest.approx(expected.astype(float).to_dict())
    # and every row of the other sheets is told as it stands there
    told = {(each["entity"], each["key"]): each["fields"] for each in records}
    for plant, cost in costs.itertuples(index=False):
        found = told["location", plant]["storage_cost_per_unit_usd"]
        assert float(found) == pytest.approx(cost, rel=1e-14)
    for plant, product in products.itertuples(index=False):
        assert told["planning_param", f"{product}/{plant}"] == {
            "item": str(product),
            "loc": plant,
        }
    for plant, customer in customers.itertuples(index=False):
        assert told["contract", f"{plant}/{customer}"]["only_from"] == plant
    for plant, port in ports.itertuples(index=False):
        assert told["lane", f"{plant}/{port}"] == {"from_loc": plant, "to_loc": port}
    days = Counter(float(each["lead_time_days"]) for each in told.values() if "service" in each)
    assert days == Counter(rates.drop_duplicates()["tpt_day_cnt"].astype(float))
    limited = events.filter(pc.equal(events["type"], "io.sightline.constraint.snapshot.v1"))
    said = [msgspec.json.decode(each) for each in limited["data"].to_pylist()]
    assert {each["loc"]: float(each["limit"]) for each in said} == {
        plant: float(limit) for plant, limit in limits.itertuples(index=False)
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_files_of_objects_and_documents_are_read_whole(
    name: str, data: Path, bring: Bring
) -> None:
    # given how many events or rows of documents there are
    if name.endswith(".sqlite"):
        with sqlite3.connect(f"file:{data / name}?mode=ro&immutable=1", uri=True) as source:
            (expected,) = source.execute("SELECT count(*) FROM event").fetchone()
    else:
        expected = rows_of(data / name)
    summary = bring(data / name)
    assert summary.read >= expected > 18_000
    assert summary.read == summary.accepted + summary.duplicates + sum(
        summary.rejected.values()
    )
