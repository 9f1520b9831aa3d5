# SPDX-License-Identifier: AGPL-3.0-or-later
"""Imports of real files against plain pandas: rows, rules, units, deliveries, cases."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

pytestmark = pytest.mark.data

RETAIL = "online_retail_II_2009-12_2010-12.parquet"
SCMS = "scms_delivery_history_to_2012H1.parquet"

Bring = Callable[..., Summary]
EventsIn = Callable[[SqliteLog], pa.Table]


def frame_of(table: pa.Table, *names: str) -> pd.DataFrame:
    table = table.select(list(names))
    for place, name in enumerate(names):
        if name in {"base_qty", "amount"}:
            table = table.set_column(place, name, table[name].cast(pa.float64()))
        if name == "type":
            short = pc.replace_substring_regex(table[name], r"^io\.sightline\.(.*)\.v1$", r"\1")
            table = table.set_column(place, name, short)
    return table.to_pandas()


def told(summary: Summary) -> dict[str, int]:
    assert summary.read == summary.accepted + summary.duplicates + sum(
        summary.rejected.values()
    )
    return {name: count for name, count in summary.rejected.items() if count}


@pytest.fixture
def retail(data: Path) -> pd.DataFrame:
    """Give the sheet with what each row means, said by pandas alone."""
    rows = pd.read_parquet(data / RETAIL)
    is_return = rows["Invoice"].str.startswith("C")
    quantity, price = rows["Quantity"], rows["Price"]
    rows["kind"] = np.select(
        [
            is_return,
            price < 0,
            (quantity > 0) & (price > 0),
            (quantity < 0) & (price == 0),
            (quantity > 0) & (price == 0),
        ],
        ["inventory.returned", "rejected", "sale", "inventory.adjusted", "inventory.issue"],
        default="none",
    )
    return rows


def test_online_retail_agrees_with_pandas(
    data: Path, retail: pd.DataFrame, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # when all rows are imported
    summary = bring(data / RETAIL)
    # then rows are counted by rule as pandas counts them
    kinds = retail["kind"].value_counts()
    assert "none" not in kinds
    assert summary.read == len(retail) == 525_461
    assert told(summary) == {"negative_price": kinds["rejected"]}
    assert summary.duplicates == 0
    assert (
        summary.flagged["possible_duplicate"] == retail.iloc[:, :8].duplicated().sum() == 6_865
    )
    assert summary.flagged["no_customer"] == retail["Customer ID"].isna().sum()
    # and units per item are those of pandas, for every kind of event
    events = frame_of(events_in(log), "type", "item", "base_qty", "amount", "id")
    assert events["id"].is_unique
    for kind, group in events.groupby("type"):
        sale = kind in {"demand.line_placed", "inventory.shipment"}
        rows = retail[retail["kind"] == ("sale" if sale else kind)]
        size = rows["Quantity"] if kind == "inventory.adjusted" else rows["Quantity"].abs()
        expected = size.astype(float).groupby(rows["StockCode"]).sum().sort_index()
        found = group.groupby("item")["base_qty"].sum().sort_index()
        pd.testing.assert_series_equal(
            found, expected, check_names=False, check_index_type=False
        )
    # and the money of what was ordered is the money of the sheet
    placed = events[events["type"] == "demand.line_placed"]
    money = (placed["base_qty"] * placed["amount"]).sum()
    sales = retail[retail["kind"] == "sale"]
    assert money == pytest.approx((sales["Quantity"] * sales["Price"]).sum())
    # and importing it again adds nothing
    top = log.top()
    again = bring(data / RETAIL)
    assert (again.read, again.accepted, again.duplicates) == (525_461, 0, 525_461)
    assert log.top() == top


def test_stock_orders_agrees_with_pandas(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    stock = pd.read_parquet(data / "inventory_stock.parquet")
    orders = pd.read_parquet(data / "inventory_past_orders.parquet")
    rounded = orders["Order Quantity"].round(4)
    summary = bring(data / "inventory_stock.parquet", data / "inventory_past_orders.parquet")
    # then every SKU is counted once, and what rounds to nothing is rejected
    events = frame_of(events_in(log), "type", "item", "base_qty", "base_uom", "time")
    assert summary.read == len(stock) + len(orders) == 34_222
    assert told(summary) == {"zero": (rounded == 0).sum()}
    counted = events[events["type"] == "inventory.counted"]
    assert counted["item"].is_unique
    assert len(counted) == len(stock)
    assert set(events["base_uom"]) == {"KGM"}
    more = (rounded != orders["Order Quantity"]).sum()
    more_stock = (
        stock["Current Stock Quantity"].round(4) != stock["Current Stock Quantity"]
    ).sum()
    assert more == 15_214
    assert summary.flagged["rounded"] == more + more_stock
    # and orders until the day of the count are shipped, later ones are not
    until = orders["Order Date"] <= "2020-05-31"
    for kind, chosen in (("demand.line_placed", until | True), ("inventory.shipment", until)):
        found = events[events["type"] == kind].groupby("item")["base_qty"].sum().sort_index()
        expected = rounded[chosen].groupby(orders["SKU ID"]).sum().sort_index()
        pd.testing.assert_series_equal(
            found, expected, check_names=False, check_index_type=False
        )


def test_scms_agrees_with_pandas(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = pd.read_parquet(data / SCMS)
    summary = bring(data / SCMS)
    assert (summary.read, told(summary)) == (len(rows), {})
    table = events_in(log)
    # then on-time deliveries per vendor are those of pandas
    days = {
        name: pd.to_datetime(rows[f"{name} Date"], format="%d-%b-%y")
        for name in ("Delivered to Client", "Scheduled Delivery")
    }
    on_time = days["Delivered to Client"] <= days["Scheduled Delivery"]
    expected = on_time.groupby(rows["Vendor"]).sum().sort_index()
    events = frame_of(table, "type", "supplier", "time", "data", "base_qty", "po_line", "item")
    receipts = events[events["type"] == "inventory.receipt"]
    scheduled = receipts["data"].str.extract(r'"scheduled_date":"([0-9-]+)"')[0]
    held = receipts["time"].dt.strftime("%Y-%m-%d") <= scheduled
    found = held.groupby(receipts["supplier"]).sum().sort_index()
    pd.testing.assert_series_equal(found, expected, check_names=False, check_index_type=False)
    # and every line is received once, with its quantity
    assert receipts["po_line"].is_unique
    units = rows["Line Item Quantity"].astype(float).groupby(rows["Item Description"]).sum()
    sums = receipts.groupby("item")["base_qty"].sum().sort_index()
    pd.testing.assert_series_equal(
        sums, units.sort_index(), check_names=False, check_index_type=False
    )


def test_scms_orders_are_released_on_their_repaired_days(
    data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = pd.read_parquet(data / SCMS)
    summary = bring(data / SCMS)
    sent = rows["PO Sent to Vendor Date"]
    damaged = sent.str.extract(r"^20(\d\d)-(\d\d)-(\d\d)$")
    text = sent.where(damaged[0].isna(), damaged[0] + "/" + damaged[1] + "/" + damaged[2])
    days = pd.to_datetime(text, format="%m/%d/%y", errors="coerce")
    events = frame_of(events_in(log), "type", "po_line", "time")
    released = events[events["type"] == "supply.po_released"].set_index("po_line")["time"]
    expected = days.dropna().dt.tz_localize("UTC")
    expected.index = (rows["PO / SO #"] + "/" + rows["ID"].astype(str))[expected.index]
    assert (
        released.sort_index().astype(str).to_dict()
        == expected.sort_index().astype(str).to_dict()
    )
    assert len(released) == len(rows) - sum(
        count for name, count in summary.nulled.items() if name.startswith("PO Sent")
    )


@pytest.mark.parametrize("name", ["DomesticDeclarations", "PrepaidTravelCost"])
def test_xes_and_parquet_of_one_log_are_the_same(
    name: str, data: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # given both files of one log, imported under one name
    first = bring(data / f"{name}.xes.gz")
    second = bring(data / f"bpic2020_{name}.parquet", process=name)
    # then every event is there twice, with the same id and the same content
    events = frame_of(
        events_in(log), "id", "content", "case_id", "activity", "time", "sequence"
    )
    assert first.events == second.events == len(events) / 2
    assert (events.groupby(["id", "content"]).size() == 2).all()
    assert events["id"].nunique() == first.events
    # and steps, order and moments are those of the table
    rows = pd.read_parquet(data / f"bpic2020_{name}.parquet")
    rows = rows.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
    once = events.drop_duplicates("id").sort_values(["case_id", "time", "sequence"])
    for column, role in (("case_id", "case:concept:name"), ("activity", "concept:name")):
        assert once[column].tolist() == rows[role].tolist()
    assert once["time"].tolist() == rows["time:timestamp"].dt.floor("ms").tolist()


@pytest.mark.parametrize(
    ("name", "case", "activity"),
    [
        ("bpic2012.parquet", "case:concept:name", "concept:name"),
        ("bpic2019_subset.parquet", "case:concept:name", "concept:name"),
        ("wabo_receipt.parquet", "case:concept:name", "concept:name"),
        ("traffic_fines_10k_cases.parquet", "case_id", "activity"),
        ("PurchasingExample.csv.gz", "case_id", "activity"),
    ],
)
def test_event_logs_of_all_makes_are_read_whole(  # noqa: PLR0913, PLR0917
    name: str, case: str, activity: str, data: Path, bring: Bring, log: SqliteLog,
    events_in: EventsIn,
) -> None:  # fmt: skip
    is_csv = "csv" in name
    rows = pd.read_csv(data / name) if is_csv else pd.read_parquet(data / name)
    summary = bring(data / name)
    assert (summary.read, summary.accepted, told(summary)) == (len(rows), len(rows), {})
    events = frame_of(events_in(log), "case_id", "activity", "id")
    assert events["id"].is_unique
    pairs = rows[[case, activity]].astype(str).value_counts().to_dict()
    assert events[["case_id", "activity"]].value_counts().to_dict() == pairs


def test_online_retail_as_csv_gives_the_same_events(
    data: Path, tmp_path: Path, bring: Bring, log: SqliteLog, events_in: EventsIn
) -> None:
    # given the sheet as a CSV file
    rows = pd.read_parquet(data / RETAIL).iloc[:60_000]
    rows.to_parquet(tmp_path / "a.parquet")
    rows.to_csv(tmp_path / "a.csv", index=False)
    names = ["type", "time", "item", "base_qty", "amount", "data", "content", "sequence"]
    # when both are imported
    first = bring(tmp_path / "a.parquet")
    typed = events_in(log)
    second = bring(tmp_path / "a.csv")
    # then only their ids differ
    both = frame_of(events_in(log), *names, "id")
    assert (first.accepted, first.events) == (second.accepted, second.events)
    assert both["id"].is_unique
    assert (both.groupby(names, dropna=False).size() % 2 == 0).all()
    assert typed.num_rows * 2 == len(both)
