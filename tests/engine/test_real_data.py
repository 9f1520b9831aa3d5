# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four real data sets in one home, held against a direct pandas and PM4Py computation."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sightline import catalog

Sightline = Callable[..., Any]
pytestmark = [pytest.mark.data, pytest.mark.slow]  # minutes on a busy machine

RETAIL = "online_retail_II_2009-12_2010-12.parquet"
STOCK = ("inventory_stock.parquet", "inventory_past_orders.parquet")
VENDORS = "scms_delivery_history_to_2012H1.parquet"
DECLARATIONS = "DomesticDeclarations.xes.gz"
PROCESS = "declarations"


@pytest.fixture(scope="module")
def summaries(sightline: Sightline, data: Path) -> dict[str, dict[str, Any]]:
    """Import everything into one home and run it; return what the commands said."""
    said = {
        "retail": sightline("import", data / RETAIL),
        "stock": sightline("import", *(data / name for name in STOCK)),
        "vendors": sightline("import", data / VENDORS),
        "log": sightline("import", data / DECLARATIONS, "--process", PROCESS),
    }
    said["run"] = sightline("run", "--until-idle")
    return said


@pytest.fixture(scope="module")
def ask(sightline: Sightline, summaries: dict[str, Any]) -> Callable[[str], pd.DataFrame]:
    """Return a function that answers SQL on the filled home."""
    del summaries
    return lambda query: pd.DataFrame(sightline("sql", query))


@pytest.fixture(scope="module")
def retail(data: Path) -> pd.DataFrame:
    """Give the order lines with their class, told apart as RULINGS 19 says."""
    frame = pd.read_parquet(data / RETAIL)
    is_credit = frame["Invoice"].str.startswith("C")
    frame["kind"] = None
    frame.loc[is_credit, "kind"] = "returned"
    frame.loc[~is_credit & (frame.Quantity > 0) & (frame.Price > 0), "kind"] = "sold"
    frame.loc[~is_credit & (frame.Quantity < 0) & (frame.Price == 0), "kind"] = "written_off"
    frame.loc[~is_credit & (frame.Quantity > 0) & (frame.Price == 0), "kind"] = "given_away"
    frame.loc[frame.Price < 0, "kind"] = None
    return frame


@pytest.mark.parametrize("name", ["retail", "stock", "vendors", "log"])
def test_every_row_read_is_accepted_repeated_or_rejected(
    summaries: dict[str, dict[str, Any]], name: str
) -> None:
    said = summaries[name]
    rejected = sum(said["rejected"].values())
    assert said["read"] == said["accepted"] + said["duplicates"] + rejected


def test_the_stream_took_every_event_of_the_imports(
    summaries: dict[str, dict[str, Any]],
    ask: Callable[[str], pd.DataFrame],
) -> None:
    imported = sum(said["events"] for name, said in summaries.items() if name != "run")
    own = ask("SELECT count() AS n FROM events WHERE source = 'sightline://rules'").n[0]
    assert summaries["run"]["events"] == imported + int(own)
    refused = sum(
        sum(said["rejected"].values()) for name, said in summaries.items() if name != "run"
    )
    assert summaries["run"]["dead_letters"] == refused


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [
        ("sold", "inventory.shipment"),
        ("returned", "inventory.returned"),
        ("written_off", "inventory.adjusted"),
        ("given_away", "inventory.issue"),
    ],
)
def test_units_per_item_equal_the_file(
    retail: pd.DataFrame, ask: Callable[[str], pd.DataFrame], kind: str, type_name: str
) -> None:
    rows = ask(
        "SELECT item, type, sum(base_qty) AS units FROM events WHERE source LIKE '%retail%' "
        "GROUP BY item, type"
    )
    rows = rows[rows.type == f"io.sightline.{type_name}.v1"]
    got = {
        item: abs(float(units)) for item, units in zip(rows["item"], rows.units, strict=True)
    }
    mine = retail[retail.kind == kind]
    want = mine.Quantity.abs().groupby(mine.StockCode).sum().astype(float).to_dict()
    assert got == want


def test_repeated_rows_are_flagged_not_dropped(
    retail: pd.DataFrame, summaries: dict[str, Any]
) -> None:
    columns = [name for name in retail.columns if name != "kind"]
    repeats = int(retail.duplicated(columns).sum())
    assert summaries["retail"]["flagged"]["possible_duplicate"] == repeats


def test_stock_since_the_first_event_is_what_came_less_what_went(
    retail: pd.DataFrame, ask: Callable[[str], pd.DataFrame]
) -> None:
    sign = {"sold": -1, "returned": 1, "written_off": -1, "given_away": -1}
    mine = retail[retail.kind.notna()]
    moved = mine.Quantity.abs() * mine.kind.map(sign)
    want = moved.groupby(mine.StockCode).sum()
    rows = ask(
        "SELECT item, on_hand, outstanding, flags FROM v_positions "
        "WHERE loc = (SELECT any(loc) FROM events WHERE source LIKE '%retail%' AND loc != '')"
    ).set_index("item")
    assert all("no_anchor" in flags for flags in rows["flags"])
    assert (rows.outstanding.astype(float) == 0).all()
    assert rows.on_hand.astype(float).to_dict() == {
        item: float(units) for item, units in want.items() if item in rows.index
    }
    service = set(want.index) - set(rows.index)
    assert {"POST", "DOT", "M", "BANK CHARGES"} & set(want.index) <= service
    assert len(service) < 60


def test_on_time_deliveries_per_vendor_equal_the_file(
    data: Path, ask: Callable[[str], pd.DataFrame]
) -> None:
    frame = pd.read_parquet(data / VENDORS)
    delivered, scheduled = (
        pd.to_datetime(frame[name], format="%d-%b-%y")
        for name in ("Delivered to Client Date", "Scheduled Delivery Date")
    )
    want = (delivered <= scheduled).groupby(frame.Vendor).agg(["sum", "size"])
    _, _, query = catalog.load("suppliers_on_time").text.partition("\n\n")  # without its header
    rows = ask(query).set_index("supplier")
    assert rows.po_lines.astype(int).to_dict() == want["size"].to_dict()
    assert rows.on_time.astype(int).to_dict() == want["sum"].to_dict()
    assert (rows.unpromised.astype(int) == 0).all()
    late_by = (delivered - scheduled).dt.days
    median = late_by[late_by > 0].groupby(frame.Vendor).median()
    assert rows.days_late.dropna().astype(float).to_dict() == median.to_dict()


def test_stock_orders_give_plausible_positions(
    data: Path, summaries: dict[str, Any], ask: Callable[[str], pd.DataFrame]
) -> None:
    stock = pd.read_parquet(data / STOCK[0]).drop_duplicates("SKU ID")
    orders = pd.read_parquet(data / STOCK[1])
    later = orders[orders["Order Date"] > "2020-05-31"]
    want = later["Order Quantity"].round(4).groupby(later["SKU ID"]).sum()
    rows = ask(
        "SELECT item, on_hand, outstanding, last_count_time, flags FROM v_positions "
        "WHERE loc = 'MAIN'"
    ).set_index("item")
    counted = rows[rows.last_count_time.notna()]
    assert set(counted.index) == set(stock["SKU ID"])
    on_hand = stock.set_index("SKU ID")["Current Stock Quantity"].round(4)
    assert counted.on_hand.astype(float).to_dict() == on_hand.to_dict()
    outstanding = rows.outstanding.astype(float)
    for sku, quantity in want.items():
        assert outstanding[sku] == pytest.approx(quantity, abs=1e-3)
    assert summaries["stock"]["flagged"]["rounded"] >= 15_214


def test_the_mined_process_equals_a_direct_computation(
    data: Path, sightline: Sightline, summaries: dict[str, Any]
) -> None:
    del summaries
    frame = pd.read_parquet(data / "bpic2020_DomesticDeclarations.parquet")
    frame = frame.sort_values(
        ["case:concept:name", "time:timestamp"], kind="stable", ignore_index=True
    )
    case, activity = frame["case:concept:name"], frame["concept:name"]
    follows = case == case.shift(-1)
    edges = Counter(zip(activity[follows], activity.shift(-1)[follows], strict=True))
    got = {
        (row["activity"], row["next_activity"]): int(row["n"])
        for row in sightline("mine", "dfg", "--process", PROCESS)
    }
    assert got == edges
    variants = Counter(tuple(each) for _, each in activity.groupby(case))
    rows = sightline("mine", "variants", "--process", PROCESS)
    assert {tuple(r["activities"]): int(r["cases"]) for r in rows} == variants


def test_cases_activities_and_cycle_times_equal_a_direct_computation(
    data: Path,
    sightline: Sightline,
    summaries: dict[str, Any],
    ask: Callable[[str], pd.DataFrame],
) -> None:
    del summaries
    frame = pd.read_parquet(data / "bpic2020_DomesticDeclarations.parquet")
    span = frame.groupby("case:concept:name")["time:timestamp"].agg(["min", "max"])
    millis = (span["max"] - span["min"]) // pd.Timedelta(milliseconds=1)
    (row,) = sightline("mine", "cycle-time", "--process", PROCESS)
    assert float(row["p50_ms"]) == pytest.approx(millis.median())
    assert float(row["p95_ms"]) == pytest.approx(millis.quantile(0.95))
    counted = ask(
        "SELECT count() AS events, uniqExact(case_id) AS cases, uniqExact(activity) AS kinds "
        "FROM v_transitions WHERE process = 'declarations'"
    ).iloc[0]
    assert [int(counted[name]) for name in ("events", "cases", "kinds")] == [
        len(frame),
        len(span),
        frame["concept:name"].nunique(),
    ]


def test_importing_everything_again_adds_nothing(
    data: Path, sightline: Sightline, summaries: dict[str, Any]
) -> None:
    again = sightline("import", data / RETAIL)
    assert (again["accepted"], again["duplicates"]) == (0, summaries["retail"]["read"])
    assert sightline("run", "--until-idle")["events"] == 0


def test_the_parquet_of_an_imported_xes_doubles_nothing(
    data: Path, sightline: Sightline, summaries: dict[str, Any]
) -> None:
    del summaries
    sightline("import", data / "bpic2020_DomesticDeclarations.parquet", "--process", PROCESS)
    ran = sightline("run", "--until-idle")
    assert (ran["events"], ran["duplicates"], ran["dead_letters"]) == (0, 55_628, 0)
