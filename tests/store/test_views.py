# SPDX-License-Identifier: AGPL-3.0-or-later
"""Views show each thing once, in its latest version."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sightline.store import Store

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
TIME = pa.timestamp("ms", "UTC")


def test_every_table_with_versions_has_a_view(store: Store) -> None:
    named = store.ask(
        "SELECT name FROM system.tables WHERE database = currentDatabase() "
        "AND (engine = 'ReplacingMergeTree' OR engine = 'View') ORDER BY name"
    )["name"].to_pylist()
    tables = {name for name in named if not name.startswith("v_")}
    assert tables
    assert {f"v_{name}" for name in tables} <= set(named)


def test_a_position_is_shown_in_its_latest_version_whatever_came_last(store: Store) -> None:
    for ver, on_hand in ((2, 162), (1, 100)):
        row = {"item": ["A100"], "loc": ["DC1"], "ver": [ver], "on_hand": [on_hand]}
        store.insert_arrow("positions", pa.table(row))
    rows = store.ask("SELECT item, on_hand FROM v_positions").to_pylist()
    assert rows == [{"item": "A100", "on_hand": Decimal(162)}]


def test_the_positions_query_narrows_by_item_and_location(store: Store) -> None:
    cells = pa.table({"item": ["A100", "A100", "B200"], "loc": ["DC1", "DC2", "DC1"]})
    store.insert_arrow("positions", cells)
    assert len(store.read("positions", item="", loc="")) == 3
    assert store.read("positions", item="A100", loc="")["loc"].tolist() == ["DC1", "DC2"]
    assert store.read("positions", item="A100", loc="DC2")["loc"].tolist() == ["DC2"]


def _change(store: Store, revision: int, **columns: Any) -> None:
    types = {"time": TIME, "opened": TIME, "money": pa.decimal128(18, 4)}
    given = {"exception_id": "x1", "revision": revision, "time": MORNING, **columns}
    given["time"] = MORNING + timedelta(hours=revision)
    store.insert_arrow(
        "exceptions",
        pa.table({name: pa.array([value], types.get(name)) for name, value in given.items()}),
    )


def test_an_exception_is_the_sum_of_its_changes(store: Store) -> None:
    # given an exception that is opened, revalued, taken and taken over, told out of order
    _change(store, 3, owner="ana", state="acknowledged")
    _change(store, 1, kind="shortage", state="open", opened=MORNING, evidence=["e1", "e2"])
    _change(store, 4, owner="ben")
    _change(store, 2, money=Decimal("12.5000"), evidence=["e3"])
    # then the view has the latest of each
    (row,) = store.ask("SELECT * FROM v_exceptions").to_pylist()
    assert (row["kind"], row["state"], row["owner"]) == ("shortage", "acknowledged", "ben")
    assert (row["opened"], row["money"]) == (MORNING, Decimal("12.5000"))
    assert (row["revision"], row["time"]) == (4, MORNING + timedelta(hours=4))
    assert (row["evidence"], row["deadline"]) == (["e3"], None)


def test_a_change_that_arrives_twice_counts_once(store: Store) -> None:
    _change(store, 1, kind="shortage", state="open")
    _change(store, 1, kind="shortage", state="open")
    assert store.ask("SELECT count() AS n FROM v_exceptions")["n"].to_pylist() == [1]


def _feed(store: Store, part: int, off: int, events: int, *, gen: int = 1) -> None:
    store.insert_arrow(
        "feeds",
        pa.table(
            {
                "source": ["wms"],
                "part": [part],
                "gen": [gen],
                "off": [off],
                "events": [events],
                "watermark": pa.array([MORNING + timedelta(hours=part)], TIME),
            }
        ),
    )


def test_a_feed_is_summed_over_the_partitions_of_the_current_log(store: Store) -> None:
    # given a source in two partitions, one reported twice, and in a log of before
    _feed(store, 0, 100, 10)
    _feed(store, 0, 200, 25)
    _feed(store, 3, 150, 7)
    _feed(store, 0, 900, 1000, gen=0)
    # then it has one row: the latest watermark and the sum of the latest counts
    (row,) = store.ask("SELECT source, watermark, events FROM v_feeds").to_pylist()
    assert row == {"source": "wms", "watermark": MORNING + timedelta(hours=3), "events": 32}


def test_progress_has_a_row_for_each_partition_of_the_current_log(store: Store) -> None:
    for gen, part, off in ((1, 0, 5), (1, 0, 9), (1, 1, 4), (0, 2, 99)):
        store.insert_arrow("progress", pa.table({"gen": [gen], "part": [part], "off": [off]}))
    rows = store.ask("SELECT part, off FROM v_progress ORDER BY part").to_pylist()
    assert rows == [{"part": 0, "off": 9}, {"part": 1, "off": 4}]
