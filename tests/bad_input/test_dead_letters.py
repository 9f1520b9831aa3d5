# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mistakes in single rows: each becomes a dead letter, its neighbours stay, none is lost."""

import json
from typing import Any

import pytest

from tests.bad_input.conftest import Desktop

SALES = """\
Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France
2,A,Lamp,2,31.02.2010 08:00:00,1.50,7,France
3,A,Lamp,two,2010-01-01 08:00:00,1.50,7,France
4,,Lamp,2,2010-01-01 08:00:00,1.50,7,France
5,A,Lamp,2,2010-01-01 08:00:00,-1.50,7,France
6,B,Lamp,3,2010-01-02 08:00:00,1.50,7,France
7,B,La"""
STOCK = """\
SKU ID,Current Stock Quantity,Units (Nos/Kg),Average Lead Time (days),\
Maximum Lead Time (days),Unit Price
A,10,Nos,1,1,1
B,1,Furlong,1,1,1
C,-1,Nos,1,1,1
D,2.5,Kg,1,1,1
"""
LARGE = 20_000_000


def event(name: str, /, **changed: Any) -> bytes:
    """Return one event as a line; `changed` replaces what its data say."""
    data = {"item": "A", "loc": "DC1", "q": {"qty": "1", "uom": "EA"}} | changed
    whole = {
        "specversion": "1.0",
        "id": name,
        "source": "erp://a",
        "type": "io.sightline.inventory.issue.v1",
        "time": "2026-03-02T06:00:00Z",
        "data": data,
    }
    return json.dumps(whole).encode()


def qty(amount: str, uom: str = "EA") -> dict[str, Any]:
    return {"q": {"qty": amount, "uom": uom}}


LINES = [
    event("e1"),
    event("e2", **qty("-5")),
    event("e3", **qty("1", "FURLONG")),
    event("e4", **qty("0.00001")),
    event("e5").replace(b"2026-03-02T06:00:00Z", b"2026-02-30T06:00:00Z"),
    event("e6").replace(b"06:00:00Z", b"06:00:00"),
    event("e7").replace(b".issue.v1", b".issued.v1"),
    event("e8").replace(b'"item": "A", ', b""),
    event("e9", note="Caf\xe9").replace(b"\\u00e9", b"\xe9"),
    b'{"x":"%s"}' % (b"y" * LARGE),
    event("e1", **qty("7")),
    event("e1"),
    event("e10", **qty("2")),
    event("e11")[:60],
]
ACCEPTED = {"e1", "e10"}


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Desktop:
    return Desktop(tmp_path_factory.mktemp("bad") / "home")


@pytest.fixture(scope="module")
def told(desktop: Desktop) -> dict[str, Any]:
    """Import three files full of mistakes, run, and return what each command said."""
    sales = desktop.write("sales.csv", SALES)
    stock = desktop.write("stock.csv", STOCK)
    lines = desktop.write("lines.ndjson", b"\n".join(LINES))
    return {
        "sales": desktop.read("import", sales),
        "stock": desktop.read("import", stock, "--as-of", "2026-03-01"),
        "lines": desktop.read("import", lines),
        "run": desktop.read("run", "--until-idle"),
        "letters": desktop.read("sql", "SELECT * FROM dlq ORDER BY part, off"),
        "events": desktop.read("sql", "SELECT id, source, item, type FROM events"),
        "log": desktop.read("log", "stat")["total"]["events"],
    }


@pytest.mark.parametrize("name", ["sales", "stock", "lines"])
def test_every_row_of_a_file_is_accounted_for(told: dict[str, Any], name: str) -> None:
    said = told[name]
    rejected = sum(said["rejected"].values())
    assert said["read"] == said["accepted"] + said["duplicates"] + rejected
    rows = {"sales": 7, "stock": 4, "lines": len(LINES)}
    assert said["read"] == rows[name]


def test_nothing_that_was_sent_is_lost_on_the_way(told: dict[str, Any]) -> None:
    # given everything that the imports put into the log
    done = told["run"]
    # then the stream has accepted, dropped or refused each of it, and the tables have it
    assert told["log"] == done["events"] + done["duplicates"] + done["dead_letters"]
    assert len(told["events"]) == done["events"]
    assert len(told["letters"]) == done["dead_letters"]
    # and it is what the imports had said
    rejected = sum(sum(told[name]["rejected"].values()) for name in ("sales", "stock", "lines"))
    assert done["dead_letters"] == rejected
    assert done["duplicates"] == told["lines"]["duplicates"] == 1


def test_rows_of_a_table_say_which_and_why(told: dict[str, Any]) -> None:
    assert told["sales"]["rejected"] == {
        "bad_time": 1, "missing_item": 1, "negative_price": 1, "not_a_decimal": 1,
        "wrong_columns": 1,
    }  # fmt: skip
    letters = {json.loads(each["raw"])["row"]: each for each in told["letters"]
               if '"row":' in each["raw"] and "Invoice" in each["raw"]}  # fmt: skip
    assert "31.02.2010" in letters[2]["reason"]
    assert "'two'" in letters[3]["reason"]
    assert {letter["kind"] for letter in letters.values()} == {"malformed"}
    kept = {(each["item"], each["type"].split(".")[-2]) for each in told["events"]}
    assert {("A", "shipment"), ("B", "shipment")} <= kept


def test_an_unknown_unit_and_a_negative_count_are_named(told: dict[str, Any]) -> None:
    assert told["stock"]["rejected"] == {"negative": 1, "unknown_unit": 1}
    reasons = " ".join(letter["reason"] for letter in told["letters"])
    assert "Units (Nos/Kg) is 'Furlong'" in reasons
    assert "Current Stock Quantity is '-1'" in reasons


def test_events_of_a_file_are_refused_one_by_one(told: dict[str, Any]) -> None:
    # given what became of the lines
    accepted = {each["id"] for each in told["events"] if each["source"] == "erp://a"}
    assert accepted == ACCEPTED
    # then each of the others says what is wrong with it
    by_id = {each["id"]: each for each in told["letters"] if each["source"] == "erp://a"}
    found = {name: each["reason"].partition(":")[0] for name, each in by_id.items()}
    assert found == {
        "e1": "conflict",
        "e2": "negative",
        "e3": "unknown_unit",
        "e4": "not_representable",
        "e5": "not_a_time",
        "e6": "no_offset",
        "e7": "unknown_type",
        "e8": "missing",
    }
    # and what is no JSON at all, by its encoding or its end, is kept as it came
    unread = {each["reason"].partition(":")[0]: each["raw"] for each in told["letters"]}
    assert unread["not_json"] == LINES[-1].decode()
    assert unread["not_utf8"] == LINES[8].decode(errors="replace")


def test_an_id_that_comes_again_with_other_content_is_a_conflict(told: dict[str, Any]) -> None:
    (letter,) = [each for each in told["letters"] if each["kind"] == "conflict"]
    assert letter["id"] == "e1"
    assert '"qty":"7"' in letter["raw"].replace(" ", "")


def test_a_line_of_20_mb_is_kept_in_part(told: dict[str, Any]) -> None:
    (letter,) = [each for each in told["letters"] if "too_large" in each["reason"]]
    assert f"{LARGE + 8} bytes" in letter["reason"]
    assert 1000 < len(letter["raw"]) < 100_000


def test_importing_the_same_again_adds_nothing(desktop: Desktop, told: dict[str, Any]) -> None:
    again = desktop.read("import", desktop.home.parent / "lines.ndjson")
    assert (again["accepted"], again["duplicates"]) == (0, len(LINES))
    assert desktop.read("log", "stat")["total"]["events"] == told["log"]
