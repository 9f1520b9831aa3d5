# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people read off positions, through log, stream and tables."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from dashboard.cards import positions
from sightline.aid.quality import check_one, find
from sightline.cli import main
from sightline.log import open_log
from sightline.outlook import Bucket, look_ahead, repeated
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle
from tests.strategies.clouds import Cloud, cloud

DOCS = Path(__file__).parents[2] / "docs"
LAB, DOC = DOCS / "lab" / "events.ndjson", DOCS / "positions.md"
TODAY = date(2026, 3, 2)
HERE: dict[str, Any] = {"item": "A", "loc": "DC1"}
Read = Callable[[list[Cloud]], Store]


@pytest.fixture
def read(settings: Settings, store: Store, tmp_path: Path) -> Read:
    """Return what brings events in and lets the stream read them."""

    def bring(clouds: list[Cloud]) -> Store:
        file = tmp_path / f"{clouds[0]['id']}.ndjson"
        file.write_text("\n".join(map(json.dumps, clouds)), encoding="utf-8")
        run(settings, store, file)
        return store

    return bring


def run(settings: Settings, store: Store, file: Path) -> None:
    environ = {"SIGHTLINE_HOME": str(settings.home), "SIGHTLINE_STORE": settings.store}
    ran = CliRunner().invoke(main, ["import", str(file)], env=environ)
    assert ran.exit_code == 0, ran.output
    log = open_log(settings)
    try:
        run_until_idle(settings, store, log)
    finally:
        log.close()


def comes(store: Store, zone: str = "UTC", **where: Any) -> list[tuple[Any, ...]]:
    names = ("line", "state", "qty", "expected", "basis", "is_overdue")
    found = store.read("stock_supply", as_of=TODAY, zone=zone, **(HERE | where))
    rows = found.assign(expected=[_day(each) for each in found["expected"]])
    return [tuple(row[name] for name in names) for row in records(rows)]


def _day(value: Any) -> str:
    return "" if pd.isna(value) else str(pd.Timestamp(value).date())


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def buys(line: str, name: str, verb: str, **data: Any) -> Cloud:
    return cloud(f"supply.po_{verb}", id=name, po_line=line, **HERE, **data)


def test_inbound_comes_on_the_day_that_the_best_word_on_it_says(read: Read) -> None:
    # given five purchase lines and what was said of when they come, and two transfers
    told = [
        buys("P1", "1", "released", q=10, need_date="2026-03-05", supplier="S1"),
        buys("P1", "2", "acknowledged", status="accept", confirmed_date="2026-03-09"),
        cloud("supply.asn", id="3", po_line="P1", asn_line="N1", shipment="SH", q=4,
              eta="2026-03-04T23:30:00Z", **HERE),
        buys("P2", "4", "released", q=5, need_date="2026-02-27", version=1),
        buys("P3", "5", "released", q=7, supplier="S1"),
        buys("P4", "6", "released", q=3, supplier="S9"),
        buys("P5", "7", "released", q=2, need_date="2026-03-03", version=1),
        buys("P5", "8", "changed", q=2, date="2026-03-11", version=2),
        cloud("master.record_changed", id="9", entity="supplier", key="S1",
              valid_from="2020-01-01", fields={"lead_time_days": "6"}),
        cloud("transfer.requested", id="10", transfer_line="T1", item="A", from_loc="DC2",
              to_loc="DC1", q=8, need_by="2026-03-07"),
        cloud("transfer.shipped", id="11", minute=5, transfer_line="T1", item="A",
              from_loc="DC2", to_loc="DC1", q=6, eta="2026-03-03T08:00:00Z"),
    ]  # fmt: skip
    # when they are read
    store = read(told)
    # then goods on their way follow the notice, the others the supplier, the buyer, the plan
    lines = [
        ("P2", "on_order", 5.0, "2026-02-27", "promised", True),
        ("T1", "in_transit", 6.0, "2026-03-03", "announced", False),
        ("P1", "in_transit", 4.0, "2026-03-04", "announced", False),
        ("T1", "on_order", 2.0, "2026-03-07", "promised", False),
        ("P3", "on_order", 7.0, "2026-03-08", "lead_time", False),
        ("P1", "on_order", 6.0, "2026-03-09", "acknowledged", False),
        ("P5", "on_order", 2.0, "2026-03-11", "promised", False),
        ("P4", "on_order", 3.0, "", "none", False),
    ]
    assert comes(store) == lines
    # and they add up to what the position says
    (row,) = store.read_arrow("positions", **HERE).to_pylist()
    assert row["on_order"] + row["in_transit"] == sum(each[2] for each in lines)
    # and an arrival before midnight in UTC is the next day's in Berlin
    days = {each[0]: each[3] for each in comes(store, zone="Europe/Berlin")
            if each[1] == "in_transit"}  # fmt: skip
    assert days == {"P1": "2026-03-05", "T1": "2026-03-03"}
    # and a milestone of the carrier knows better
    late = cloud("supply.milestone", id="m", minute=60, shipment="SH", code="delayed",
                 eta="2026-03-06T08:00:00Z")  # fmt: skip
    late["data"]["objects"] = [{"type": "shipment", "id": "SH"}]
    store = read([late])
    assert ("P1", "in_transit", 4.0, "2026-03-06", "carrier", False) in comes(store)


def test_links_wait_for_missing_documents_and_hold_as_soon_as_they_come(read: Read) -> None:
    # given goods received, shipped and transferred for documents that nobody sent, and a
    # reversal of an unknown event
    store = read([
        cloud("inventory.receipt", id="r", po_line="P1", q=12, **HERE),
        cloud("supply.asn", id="a", po_line="P2", asn_line="N", q=3, **HERE),
        cloud("inventory.shipment", id="s", order_line="O1", q=2, source="wms://dc1", **HERE),
        cloud("transfer.received", id="t", transfer_line="T1", item="A", from_loc="DC2",
              to_loc="DC1", q=4),
        cloud("inventory.reversed", id="x", minute=9, reverses="unknown", **HERE),
    ])  # fmt: skip
    # when the position and the findings are read
    (row,) = store.read_arrow("positions", **HERE).to_pylist()
    found = check_one(store, find("parked_link"), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    # then stock counts, the links wait, and each is told with its source
    assert (row["on_hand"], row["on_order"], row["in_transit"]) == (14, 0, 0)
    told = [(each["subject"], each["place"]) for each in found.rows.to_pylist()]
    assert sorted(told) == [
        ("O1", "order line never placed"),
        ("P1", "purchase line never released"),
        ("P2", "purchase line never released"),
        ("T1", "transfer never requested"),
        ("unknown", "event to reverse"),
    ]
    sources = {each["subject"]: dict(each["row"])["source"] for each in found.rows.to_pylist()}
    assert sources["O1"] == "wms://dc1"
    # when the documents come, and the event that was reversed before it was known
    store = read([
        buys("P1", "d1", "released", q=20),
        buys("P2", "d2", "released", q=3),
        cloud("demand.line_placed", id="d3", order_line="O1", version=1, q=5, **HERE),
        cloud("transfer.requested", id="d4", transfer_line="T1", item="A", from_loc="DC2",
              to_loc="DC1", q=4),
        cloud("inventory.adjusted", id="unknown", q=-7, reason_code="x", **HERE),
    ])  # fmt: skip
    # then the links hold, the reversed event never counts, and nothing waits any more
    (row,) = store.read_arrow("positions", **HERE).to_pylist()
    assert (row["on_hand"], row["on_order"], row["in_transit"]) == (14, 12, 3)
    assert row["outstanding"] == 3
    as_of = datetime(2026, 3, 2, tzinfo=UTC)
    assert check_one(store, find("parked_link"), as_of=as_of).total == 0


def test_a_source_that_breaks_its_habit_is_found_with_the_positions_it_feeds(
    read: Read,
) -> None:
    # given one source heard each hour for three weeks, another one once a day
    hours = [
        cloud("inventory.adjusted", id=f"h{n}", minute=60 * n, q=1, source="wms://a",
              reason_code="x", **HERE)
        for n in range(21 * 24)
    ]  # fmt: skip
    days = [
        cloud("inventory.adjusted", id=f"d{n}", minute=1440 * n, q=1, source="erp://b",
              reason_code="x", item="B", loc="DC2")
        for n in range(21)
    ]  # fmt: skip
    store = read([*hours, *days])
    # when both have been silent for most of a day
    last = datetime(2026, 3, 2, 6, tzinfo=UTC) + timedelta(hours=21 * 24)
    habits = store.read("feed_habits", as_of=last)
    fed = store.read("stale_positions", sources=["wms://a"], since=last - timedelta(days=56))
    # then their habits are an hour and a day, and only one position is fed by the first
    gaps = {each["source"]: (each["usual_s"], each["known_s"]) for each in records(habits)}
    hour = 3600
    assert gaps == {
        "wms://a": (hour, (21 * 24 - 1) * hour),
        "erp://b": (24 * hour, 20 * 24 * hour),
    }
    assert [(each["item"], each["loc"]) for each in records(fed)] == [("A", "DC1")]


def test_forecasts_are_read_in_their_highest_version(read: Read) -> None:
    # given two versions of a week's forecast, one of the week after, one that is over
    week: dict[str, Any] = {"bucket_start": "2026-03-02", "bucket_len": 7}
    store = read([
        cloud("forecast.published", id="1", q=70, version=1, **week, **HERE),
        cloud("forecast.published", id="2", q=84, version=2, **week, **HERE),
        cloud("forecast.published", id="3", q=7, bucket_start="2026-03-09", **HERE),
        cloud("forecast.published", id="4", q=9, bucket_start="2026-02-23", **HERE),
    ])  # fmt: skip
    # when they are read
    found = store.read("stock_forecast", as_of=TODAY, **HERE)
    # then the highest version holds, and a period without a length is a week
    assert [(row["days"], row["qty"]) for row in records(found)] == [(7, 84), (7, 7)]


def test_the_lab_day_reads_as_the_document_works_it_out(
    settings: Settings, store: Store
) -> None:
    # given the lab day
    run(settings, store, LAB)
    # when positions, and the days ahead of A100 at DC1, are read at the end of the day
    rows = {
        (each["item"], each["loc"]): each
        for each in records(store.read("stock_positions", as_of=TODAY))
    }
    row = rows["A100", "DC1"]
    where: dict[str, Any] = {"as_of": TODAY, "item": "A100", "loc": "DC1"}
    supply = store.read("stock_supply", zone="UTC", **where)
    orders = store.read("stock_lines", **where)
    week = [Bucket(TODAY + timedelta(days=1), 7, 70, "forecast")]
    days = look_ahead(TODAY, row["available"], supply, orders, week)
    # then they are what the tables of docs/positions.md say
    places = [("A100", "DC1"), ("A100", "DC2"), ("B200", "DC1")]
    stands, ahead = (_numbers(title) for title in ("| | A100 at DC1", "| Day | comes"))
    for name, wanted in stands.items():
        assert [rows[place][name.strip("`")] for place in places] == wanted, name
    found = {f"{each['day']:%-d %B}": each for each in records(days)}
    names = ("comes", "beyond", "balance", "promise")
    assert ahead == {day: [found[day][name] for name in names] for day in ahead}
    assert list(days["basis"].head(9)) == ["orders", *["forecast"] * 7, "orders"]


def _numbers(title: str) -> dict[str, list[float]]:
    """Return the rows of the table that begins with `title`: first cell → numbers."""
    lines = DOC.read_text("utf-8").split(title)[1].split("\n\n")[0].splitlines()[2:]
    cells = [[each.strip() for each in line.strip("|").split("|")] for line in lines]
    return {name: [float(each) for each in numbers] for name, *numbers in cells}


def test_every_flag_and_column_of_a_position_is_documented(store: Store) -> None:
    text = DOC.read_text("utf-8")
    columns = store.ask("SELECT * FROM v_positions LIMIT 0").column_names
    told = [*columns, *positions.FLAGS]
    own = {"tenant", "item", "loc", "part", "off", "gen", "ver"}
    assert [name for name in told if name not in own and f"`{name}`" not in text] == []


def test_an_order_of_next_week_is_committed_and_not_yet_due(read: Read) -> None:
    # given two units for next week, one for today and one without a date
    store = read([
        cloud("inventory.counted", id="c", q=9, count_id="c", **HERE),
        *(
            cloud("demand.line_placed", id=f"o{n}", order_line=f"O{n}", version=1, q=q,
                  requested_date=day, **HERE)
            for n, (q, day) in enumerate([(2, "2026-03-09"), (1, "2026-03-02"), (1, None)])
        ),
    ])  # fmt: skip
    # when the position is read on two days
    then = [
        records(store.read("stock_positions", as_of=day))[0]
        for day in (TODAY, date(2026, 3, 9))
    ]
    # then the committed variant stays, and the due one follows the calendar
    assert [row["position"] for row in then] == [5, 5]
    assert [row["position_due"] for row in then] == [7, 5]


def test_what_is_overdue_counts_today_and_is_told_apart() -> None:
    # given nothing in stock, ten units overdue, and six that somebody waits for today
    supply = pd.DataFrame(
        {"qty": [10.0, 4.0, 9.0], "expected": [date(2026, 2, 27), TODAY, None]}
    )
    orders = pd.DataFrame({"outstanding": [8.0], "reserved": [2.0], "due": [None]})
    # when the days ahead are worked out
    today = records(look_ahead(TODAY, 0, supply, orders, []))[0]
    # then the overdue counts today and can be left out; what nobody dates is not counted
    assert (today["comes"], today["late"]) == (14, 10)
    assert (today["balance"], today["promise"]) == (8, 8)
    assert (today["sure_balance"], today["sure_promise"]) == (-2, -2)


def test_the_model_is_asked_where_planning_is_silent() -> None:
    # given a model that knows Mondays only
    found = repeated(TODAY, {1: 5.0})
    # when its days are repeated for four weeks
    # then the other weekdays are shut
    assert [each.quantity for each in found[:8]] == [5, 0, 0, 0, 0, 0, 0, 5]
    assert repeated(TODAY, {}) == []
