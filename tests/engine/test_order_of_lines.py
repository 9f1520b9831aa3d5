# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file says last may have happened first: import, stream and tables agree on it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Sightline = Callable[..., Any]
Event = dict[str, Any]


def event(kind: str, name: str, day: int, **data: Any) -> Event:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "erp://plant",
        "type": f"io.sightline.{kind}.v1",
        "time": f"2026-03-{day}T08:00:00Z",
        "recordedtime": "2026-03-21T08:00:00Z",
        "data": data,
    }


def item(name: str, day: int) -> Event:
    about = {"entity": "item", "key": name, "fields": {"base_uom": "EA"}}
    return event("master.record_changed", f"item-{name}", day, **about, valid_from="1970-01-01")


def pallets(name: str, day: int) -> Event:
    fields = {"item": name, "uom": "PF", "num": 40, "den": 1}
    about = {"entity": "item_uom", "key": f"{name}/PF", "fields": fields}
    return event("master.record_changed", f"unit-{name}", day, **about, valid_from="1970-01-01")


def receipt(name: str, day: int, what: str, qty: str, uom: str) -> Event:
    about = {"item": what, "loc": "DC1", "q": {"qty": qty, "uom": uom}}
    return event("inventory.receipt", name, day, **about)


LINES = [
    receipt("a1", 20, "A", "3", "PF"),  # its unit is not known
    receipt("b1", 20, "B", "3", "PF"),
    receipt("twice", 20, "D", "5", "EA"),  # contradicts an event of another item
    receipt("twice", 19, "C", "7", "EA"),
    item("A", 19),
    pallets("B", 19),
    item("B", 19),
]


@pytest.fixture(scope="module")
def taken(sightline: Sightline, tmp_path_factory: pytest.TempPathFactory) -> Event:
    """Import the lines and run; return what both say."""
    file = tmp_path_factory.mktemp("files") / "day.ndjson"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in LINES))
    told = sightline("import", file)
    return dict(told, ran=sightline("run", "--until-idle"))


def test_a_quantity_is_judged_by_the_records_before_it_in_time(
    sightline: Sightline, taken: Event
) -> None:
    # given receipts that stand before the records of their items, which are a day older
    assert taken["read"] == len(LINES)
    # then the one without a factor is a dead letter, the other is in pieces
    letters = sightline("sql", "SELECT id, kind, reason FROM dlq WHERE kind != 'conflict'")
    assert [(each["id"], each["kind"]) for each in letters] == [("a1", "quarantine")]
    assert letters[0]["reason"].startswith("no_conversion: ")
    (row,) = sightline("positions", "--item", "B")
    assert float(row["on_hand"]) == 120
    assert sightline("positions", "--item", "A") == []


def test_a_contradiction_is_one_dead_letter_and_counts_nowhere(
    sightline: Sightline, taken: Event
) -> None:
    # then import and stream agree on which one is refused
    assert taken["rejected"] == {"conflict": 1}
    assert taken["ran"]["dead_letters"] == 2  # the other has no conversion
    letters = sightline(
        "sql", "SELECT id, source, reason, raw FROM dlq WHERE kind = 'conflict'"
    )
    (letter,) = letters
    assert (letter["id"], letter["source"]) == ("twice", "erp://plant")
    assert letter["reason"].startswith("conflict: an event with this tenant, source and id but")
    assert json.loads(letter["raw"])["data"]["item"] == "D"
    # and only the first in time is on hand
    (row,) = sightline("positions", "--item", "C")
    assert float(row["on_hand"]) == 7
    assert sightline("positions", "--item", "D") == []
