# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases become pieces, through import, stream and command line, by what held at the time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Sightline = Callable[..., Any]
Event = dict[str, Any]

ALWAYS = "1970-01-01"
CHANGE = "2026-03-15"


def event(kind: str, name: str, time: str, **data: Any) -> Event:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "erp://plant",
        "type": f"io.sightline.{kind}.v1",
        "time": time,
        "recordedtime": "2026-03-21T08:00:00Z",
        "data": data,
    }


def record(entity: str, key: str, name: str, fields: Event, **more: Any) -> Event:
    about = {"entity": entity, "key": key, "fields": fields, **more}
    return event("master.record_changed", name, "2026-02-01T08:00:00Z", **about)


def item(name: str, base: str) -> Event:
    return record("item", name, f"item-{name}", {"base_uom": base}, valid_from=ALWAYS)


def unit(key: str, num: int, den: int, begin: str, version: int = 1) -> Event:
    fields = {**dict(zip(("item", "uom"), key.split("/"), strict=True)), "num": num, "den": den}
    validity = {"valid_from": begin, "version": version}
    return record("item_uom", key, f"{key}-{begin}", fields, **validity)


def moved(kind: str, name: str, time: str, what: str, **more: Any) -> Event:
    """Return a movement of `what`, such as ``10 CS of A``."""
    qty, uom, _, code = what.split()
    about = {"item": code, "loc": "DC1", "q": {"qty": qty, "uom": uom}}
    return event(f"inventory.{kind}", name, time, **about, **more)


MASTERS = [
    item("A", "EA"),
    unit("A/CS", 12, 1, ALWAYS),
    unit("A/CS", 10, 1, CHANGE, version=2),
    item("B", "KGM"),
    unit("B/PK", 1, 3, ALWAYS),
    item("C", "EA"),
]
ORDERED = {"item": "A", "loc": "DC1", "order_line": "SO1/1", "q": {"qty": "3", "uom": "CS"}}
LINES = [
    moved("receipt", "r1", "2026-03-10T08:00:00Z", "10 CS of A"),
    moved("receipt", "r2", "2026-03-20T08:00:00Z", "10 CS of A"),
    event("demand.line_placed", "o1", "2026-03-20T09:00:00Z", **ORDERED),
    moved("shipment", "s1", "2026-03-20T10:00:00Z", "1 CS of A", order_line="SO1/1"),
    # late: it happened just before the case got smaller, and comes after all the others
    moved("issue", "i1", "2026-03-14T23:59:59Z", "2 CS of A"),
    moved("issue", "i2", "2026-03-15T00:00:00Z", "6 EA of A"),
    moved("receipt", "b1", "2026-03-20T08:00:00Z", "1 PK of B"),
    moved("receipt", "b3", "2026-03-20T08:00:00Z", "3 PK of B"),
    moved("receipt", "c1", "2026-03-20T08:00:00Z", "4 CS of C"),
]


@pytest.fixture(scope="module")
def taken(sightline: Sightline, tmp_path_factory: pytest.TempPathFactory) -> Event:
    """Import the records, then the lines, and run; return what the run says."""
    folder = tmp_path_factory.mktemp("files")
    for name, events in (("masters", MASTERS), ("lines", LINES)):
        sightline("import", written(folder / f"{name}.ndjson", events))
    return dict(sightline("run", "--until-idle"))


def written(path: Path, events: list[Event]) -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in events))
    return path


def on_hand(sightline: Sightline, name: str) -> dict[str, float]:
    (row,) = sightline("positions", "--item", name)
    return {column: float(row[column]) for column in ("on_hand", "outstanding")}


def letters(sightline: Sightline) -> list[tuple[str, str]]:
    rows = sightline("sql", "SELECT id, kind, reason FROM dlq ORDER BY id")
    assert {row["kind"] for row in rows} == {"quarantine"}
    return [(row["id"], row["reason"].partition(":")[0]) for row in rows]


def test_each_line_is_converted_by_the_case_of_its_time(
    sightline: Sightline, taken: Event
) -> None:
    # 10 x 12 + 10 x 10 - 1 x 10 - 2 x 12 - 6; of 3 x 10 ordered, 1 x 10 is shipped
    assert taken["events"] == len(MASTERS) + len(LINES) - 2
    assert on_hand(sightline, "A") == {"on_hand": 180, "outstanding": 20}
    rows = sightline(
        "sql",
        "SELECT id, base_qty, base_uom, has(quality_flags, 'converted') AS converted "
        "FROM events WHERE item = 'A' AND base_qty > 0 ORDER BY id",
    )
    assert [(row["id"], float(row["base_qty"]), row["converted"]) for row in rows] == [
        ("i1", 24, True),
        ("i2", 6, False),
        ("o1", 30, True),
        ("r1", 120, True),
        ("r2", 100, True),
        ("s1", 10, True),
    ]
    assert {row["base_uom"] for row in rows} == {"EA"}


def test_what_has_no_factor_or_comes_to_a_fraction_is_set_aside(
    sightline: Sightline, taken: Event
) -> None:
    assert taken["dead_letters"] == 2
    assert letters(sightline) == [("b1", "not_representable"), ("c1", "no_conversion")]
    assert on_hand(sightline, "B") == {"on_hand": 1, "outstanding": 0}


def test_the_tables_tell_which_case_held_when(sightline: Sightline, taken: Event) -> None:
    del taken
    rows = sightline(
        "sql",
        "SELECT num, den, toString(valid_from) AS since, toString(valid_to) AS until "
        "FROM v_item_units WHERE key = 'A/CS' ORDER BY valid_from",
    )
    assert [(row["num"], row["since"][:10], row["until"][:10]) for row in rows] == [
        (12, ALWAYS, CHANGE),
        (10, CHANGE, "2201-01-01"),
    ]


@pytest.mark.slow
def test_a_late_line_and_one_that_is_sent_again_are_taken_in_by_the_next_run(
    sightline: Sightline, taken: Event, tmp_path: Path
) -> None:
    del taken
    # given a line from before the change, and the factor that was missing
    late = moved("receipt", "r0", "2026-03-02T08:00:00Z", "1 CS of A")
    sightline("import", written(tmp_path / "late.ndjson", [late, unit("C/CS", 6, 1, ALWAYS)]))
    # when the line without factor is sent again, needlessly, beside one that was taken before
    again = [LINES[-1], LINES[0]]
    sightline("import", written(tmp_path / "again.ndjson", again))
    ran = sightline("run", "--until-idle")
    # then all is as if nothing had been missing, nothing counts twice, one letter less stands
    assert (ran["events"], ran["duplicates"], ran["dead_letters"]) == (3, 2, -1)
    assert on_hand(sightline, "A")["on_hand"] == 192
    assert on_hand(sightline, "C")["on_hand"] == 24
    (row,) = sightline("dlq", "list", "--state", "released")
    assert (row["id"], row["state"]) == ("c1", "released")
    assert [row["id"] for row in sightline("dlq", "list")] == ["b1"]


@pytest.mark.slow
def test_a_corrected_factor_restates_what_was_converted_by_it(
    sightline: Sightline, taken: Event, tmp_path: Path
) -> None:
    del taken
    # given that cases had always been of 11 until they got smaller
    wrong = unit("A/CS", 11, 1, ALWAYS, version=3) | {"id": "correction"}
    before = on_hand(sightline, "A")["on_hand"]
    sightline("import", written(tmp_path / "correction.ndjson", [wrong]))
    sightline("run", "--until-idle")
    # then positions follow: of 10, 1 and less 2 cases, each is one piece less
    assert on_hand(sightline, "A")["on_hand"] == before - (10 + 1 - 2)
    # and readers of events find what each counts for now beside what it came with
    rows = sightline(
        "sql",
        "SELECT v.id AS id, e.base_qty AS came, v.base_qty AS counts FROM v_events AS v "
        "INNER JOIN events AS e ON e.id = v.id WHERE v.id IN ('r1', 'r2') ORDER BY id",
    )
    found = [(row["id"], float(row["came"]), float(row["counts"])) for row in rows]
    assert found == [("r1", 120, 110), ("r2", 100, 100)]


def test_a_quantity_that_looks_like_packs_is_set_aside_until_somebody_says_what_it_is(
    sightline: Sightline, taken: Event, tmp_path: Path
) -> None:
    del taken

    # given orders that are usual, and one of five at the price of a case of twelve
    def order(name: str, qty: int, price: str) -> Event:
        about = {"item": "D", "loc": "DC1", "order_line": f"{name}/1"}
        money = {
            "price": {"amount": price, "currency": "EUR"},
            "q": {"qty": str(qty), "uom": "EA"},
        }
        return event("demand.line_placed", name, "2026-03-16T08:00:00Z", **about, **money)

    usual = [order(f"d{n}", 60, "2.00") for n in range(8)]
    sent = [item("D", "EA"), unit("D/CS", 12, 1, ALWAYS), *usual, order("odd", 5, "24.00")]
    sightline("import", written(tmp_path / "orders.ndjson", sent))
    sightline("run", "--until-idle")
    (row,) = sightline("positions", "--item", "D")
    assert (float(row["outstanding"]), "suspect" in row["flags"]) == (480, True)
    (found,) = sightline("sql", "SELECT * FROM v_suspects")
    assert (found["event_id"], found["state"], float(found["money"])) == ("odd", "open", 110)
    # when somebody who looked into it says that they were cases
    word = {"item": "D", "exc_id": "uom_suspect erp://plant odd"}
    said = event(
        "exception.resolved", "w1", "2026-03-17T08:00:00Z", **word, resolution_code="as_packs"
    )
    sightline("import", written(tmp_path / "word.ndjson", [said]))
    sightline("run", "--until-idle")
    # then they count as such
    (row,) = sightline("positions", "--item", "D")
    assert (float(row["outstanding"]), "suspect" in row["flags"]) == (540, False)
