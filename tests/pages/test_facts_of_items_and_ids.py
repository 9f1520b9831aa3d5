# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from sightline.store import Store

Open = Callable[..., AppTest]
NOW = datetime.now(UTC)
TEXTS = ("tenant", "id", "source", "type", "item", "loc", "mode", "reason_code")
MOVES = (
    ("inventory.receipt", 100, {}),
    ("inventory.shipment", 7, {}),
    ("inventory.shipment", 7, {"flags": ["possible_duplicate"]}),
    ("inventory.returned", 2, {}),
    ("inventory.adjusted", -4, {"reason_code": "write_off"}),
    ("inventory.adjusted", 1, {"reason_code": "found"}),
    ("inventory.issue", 3, {"mode": "gift"}),
    ("inventory.issue", 5, {"mode": "consumption"}),
    ("inventory.issue", 6, {}),
)


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def write(store: Store, rows: list[dict[str, Any]]) -> None:
    usual = {"tenant": "main", "source": "erp://a", "item": "GIFTS", "loc": "DC1"}
    known = [dict.fromkeys(TEXTS, "") | usual | row for row in rows]
    quantities = [Decimal(row.get("qty", 1)) for row in known]
    store.insert_arrow(
        "events",
        pa.table(
            {
                **{name: pa.array([row[name] for row in known]) for name in TEXTS},
                "time": pa.array(
                    [NOW - timedelta(minutes=number) for number in range(len(known))],
                    pa.timestamp("ms", tz="UTC"),
                ),
                "base_qty": pa.array(quantities, pa.decimal128(18, 4)),
                "quality_flags": pa.array(
                    [row.get("flags", []) for row in known], pa.list_(pa.string())
                ),
            }
        ),
    )


def moves() -> list[dict[str, Any]]:
    return [
        {"id": f"m{number}", "type": f"io.sightline.{kind}.v1", "qty": units, **more}
        for number, (kind, units, more) in enumerate(MOVES)
    ]


def test_what_moved_is_told_apart_by_what_it_was_for(store: Store) -> None:
    # given one of everything that moves stock, one of it a repeated row
    write(store, moves())
    # when the item is asked for
    found = store.read("stock_movements", item="GIFTS", loc="DC1")
    # then sales, returns, write-offs, gifts and receipts each have their own sum
    got = {
        (row["type"], row["purpose"]): (row["units"], row["events"], row["repeated"])
        for row in found.to_dict("records")
    }
    assert got == {
        ("inventory.receipt", ""): (100, 1, 0),
        ("inventory.shipment", ""): (14, 2, 1),
        ("inventory.returned", ""): (2, 1, 0),
        ("inventory.adjusted", "write_off"): (-4, 1, 0),
        ("inventory.adjusted", ""): (1, 1, 0),
        ("inventory.issue", "gift"): (3, 1, 0),
        ("inventory.issue", "consumption"): (5, 1, 0),
        ("inventory.issue", ""): (6, 1, 0),
    }


def test_the_page_of_an_item_names_them(full: Store, open_page: Open) -> None:
    # given a position with such movements
    write(full, moves())
    position = {"item": ["GIFTS"], "loc": ["DC1"]}
    as_of = pa.array([NOW], pa.timestamp("ms", tz="UTC"))
    full.insert_arrow("positions", pa.table({**position, "as_of": as_of}))
    # when its page opens
    shown = html(open_page("stock", item="GIFTS", loc="DC1"))
    # then each is named, and the repeated row is told
    for name, units in (
        ("Received", "100"),
        ("Sold: shipped to customers", "14"),
        ("Returned by customers", "2"),
        ("Written off", "−4"),  # noqa: RUF001  a minus sign
        ("Adjusted", "1"),
        ("Given away", "3"),
        ("Used up", "5"),
        ("Issued", "6"),
    ):
        assert f'<td>{name}</td><td class="sl-right">{units}</td>' in shown
    assert re.search(r"Sold.*?>14</td>.*?>2<br>.*?1 repeated", shown)
    assert shown.count("repeated</span>") == 1


def test_ids_that_stand_for_one_event_are_healthy(full: Store, open_page: Open) -> None:
    assert full
    assert "Every id stands for one event." in html(open_page("system"))


@pytest.mark.parametrize("most", [1, 20])
def test_an_id_that_occurs_twice_is_found_with_its_items(store: Store, most: int) -> None:
    # given an id on three items, one on two, and the same id of another source and tenant
    write(
        store,
        [
            *({"id": "a", "item": item} for item in ("X", "Y", "Z")),
            *({"id": "b", "item": item} for item in ("Y", "X")),
            {"id": "c"},
            {"id": "c", "source": "erp://b"},
            {"id": "c", "tenant": "other"},
        ],
    )
    # when they are asked for
    found = store.read("system_repeated_ids", most=most)
    # then there are two, the most used first, however few are shown
    got = [(row["id"], row["events"], list(row["items"])) for row in found.to_dict("records")]
    assert got == [("a", 3, ["X", "Y", "Z"]), ("b", 2, ["X", "Y"])][:most]
    assert set(found["total"]) == {2}


def test_system_shows_twenty_of_them_and_counts_the_rest(full: Store, open_page: Open) -> None:
    # given 23 ids, each on two items, with a tag for a name
    write(
        full,
        [
            {"id": f"<i>{number}", "item": item, "tenant": "north"}
            for number in range(23)
            for item in ("X", "Y")
        ],
    )
    # when System opens
    shown = html(open_page("system"))
    # then it counts them all, shows twenty as text, and says whose they are
    assert "23 ids with more than one event: ask the source." in shown
    assert shown.count("&lt;i&gt;") == 20
    assert "<i>" not in shown
    assert "3 more ids." in shown
    assert "erp://a, tenant north" in shown
    assert "X and Y" in shown


def test_waits_are_those_of_the_business(store: Store) -> None:
    # given a purchase and an exception whose second steps came two hours after the first
    names = ("purchase", "exception")
    later = NOW + timedelta(hours=2)
    time = pa.timestamp("ms", tz="UTC")
    store.insert_arrow("cases", pa.table({"process": names, "case_id": names}))
    store.insert_arrow(
        "transitions",
        pa.table(
            {
                "process": names,
                "case_id": names,
                "seq": pa.array([2, 2], pa.uint32()),
                "activity": ["approve", "resolved"],
                "time": pa.array([later, later], time),
                "wait_ms": pa.array([7_200_000, 7_200_000]),
            }
        ),
    )
    # when Health asks where cases wait
    found = store.read("health_waits", most=5)
    # then Sightline's own process is not among them
    assert list(found["process"]) == ["purchase"]
    assert list(found["wait_h"]) == [2]
