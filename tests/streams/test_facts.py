# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened, as rows of the tables that keep it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sightline.log import INDEX_BITS
from sightline.store import Store
from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.facts import Rows, facts
from streams.logic.intake import Fresh, IntakeState
from tests.strategies.clouds import INGEST_MS, START, Cloud, cloud, stamp

FIRST = 4 << INDEX_BITS
EXCEPTION = {
    "exc_id": "x1",
    "revision": 1,
    "kind": "shortage",
    "severity": "high",
    "item": "A",
    "loc": "L",
    "object": "item/A",
    "opened": stamp(START),
    "state": "open",
    "owner": "ana",
    "sla_due": "2026-03-03T06:00:00Z",
    "priority": 7,
    "money": "12.5",
    "rule": "due_shortage",
    "rule_version": "1",
    "drivers": [{"name": "short_units", "value": "3"}],
    "evidence": ["e1", "e2"],
}


def fresh(*lines: Cloud | bytes, part: int = 2) -> Fresh:
    """Return what partition `part` takes in of these lines."""
    body = b"\n".join(e if isinstance(e, bytes) else json.dumps(e).encode() for e in lines)
    raws = []
    if lines:
        row = FIRST >> INDEX_BITS
        raws = [Raw("ndjson", len(lines), body, FIRST, INGEST_MS, append_row=row)]
    return IntakeState(part, 1).apply(decode(Chunk(part, raws, 9)))


def rows(found: list[Rows], table: str) -> list[dict[str, Any]]:
    (mine,) = [each.rows.to_pylist() for each in found if each.table == table]
    return list(mine)


def told(verb: str, **data: Any) -> dict[str, Any]:
    """Return the row of table exceptions that one event leads to."""
    kept = {name: value for name, value in (EXCEPTION | data).items() if value is not ...}
    event = cloud(f"exception.{verb}", id="x1/1", minute=5, **kept)
    (row,) = rows(facts(fresh(event), gen=1), "exceptions")
    return row


def shipment(name: str, line: str) -> Cloud:
    return cloud("inventory.shipment", id=name, item="A", loc="L", order_line=line, q=2)


def test_an_event_and_its_relations_carry_part_offset_and_generation() -> None:
    # given a line that is none, then two events
    found = facts(fresh(b"no json", shipment("s1", "O1/1"), shipment("s2", "O2/1")), gen=7)
    # then their rows say where in the log they stand
    events = rows(found, "events")
    assert [(e["id"], e["part"], e["off"], e["gen"]) for e in events] == [
        ("s1", 2, FIRST + 1, 7),
        ("s2", 2, FIRST + 2, 7),
    ]
    relations = rows(found, "e2o")
    assert {(r["event_id"], r["part"], r["off"], r["gen"]) for r in relations} == {
        ("s1", 2, FIRST + 1, 7),
        ("s2", 2, FIRST + 2, 7),
    }
    # and the other line is a dead letter in its place
    (letter,) = rows(found, "dlq")
    assert (letter["part"], letter["off"], letter["gen"]) == (2, FIRST, 7)
    assert (letter["kind"], letter["raw"]) == ("malformed", "no json")
    assert letter["at"] == datetime.fromtimestamp(INGEST_MS / 1000, UTC)


def test_every_object_of_an_event_is_a_relation() -> None:
    found = rows(facts(fresh(shipment("s1", "O1/1")), gen=1), "e2o")
    assert {(each["otype"], each["oid"]) for each in found} == {
        ("item", "A"),
        ("loc", "L"),
        ("order_line", "O1/1"),
    }
    assert {(each["type"], each["time"], each["tenant"]) for each in found} == {
        ("io.sightline.inventory.shipment.v1", START, "main")
    }


def test_relations_stay_with_their_events_in_a_long_chunk() -> None:
    # given events with different numbers of objects
    many = [
        shipment(f"e{n}", f"O{n}/1")
        if n % 2
        else cloud("inventory.counted", id=f"e{n}", item=f"I{n}", loc="L", q=1)
        for n in range(50)
    ]
    found = rows(facts(fresh(*many), gen=1), "e2o")
    # then each relation names an object of its own event, in the order of events
    assert [each["off"] for each in found] == sorted(each["off"] for each in found)
    lines = {each["event_id"]: each["oid"] for each in found if each["otype"] == "order_line"}
    assert lines == {f"e{n}": f"O{n}/1" for n in range(1, 50, 2)}
    assert len({each["event_id"] for each in found}) == 50


def test_a_chunk_of_nothing_adds_no_rows() -> None:
    assert facts(fresh(), gen=1) == []


def test_the_tables_take_the_rows_as_they_are(store: Store) -> None:
    opened = cloud("exception.opened", id="x1/1", **EXCEPTION)
    found = facts(fresh(b"no json", shipment("s1", "O1/1"), opened), gen=1)
    assert {each.table for each in found} == {
        "events", "e2o", "dlq", "exceptions", "progress", "feeds",
    }  # fmt: skip
    for each in found:
        store.insert_arrow(each.table, each.rows)


def test_an_exception_is_mirrored_with_all_that_it_says() -> None:
    assert told("opened") == {
        "tenant": "main",
        "exception_id": "x1",
        "revision": 1,
        "time": datetime(2026, 3, 2, 6, 5, tzinfo=UTC),
        "kind": "shortage",
        "severity": "high",
        "item": "A",
        "loc": "L",
        "object": "item/A",
        "opened": START,
        "state": "open",
        "owner": "ana",
        "sla_due": datetime(2026, 3, 3, 6, tzinfo=UTC),
        "priority": 7.0,
        "money": Decimal("12.5000"),
        "deadline": None,
        "rule": "due_shortage",
        "rule_version": "1",
        "drivers": '[{"name": "short_units", "value": "3"}]',
        "evidence": ["e1", "e2"],
    }


def test_what_a_change_leaves_out_stays_unknown() -> None:
    row = told("changed", **dict.fromkeys(["money", "owner", "drivers", "priority"], ...))
    assert [row[name] for name in ("money", "owner", "drivers", "priority")] == [None] * 4


@pytest.mark.parametrize(
    ("verb", "state"), [("opened", "open"), ("changed", "open"), ("resolved", "resolved")]
)
def test_an_exception_without_a_state_has_that_of_its_event(verb: str, state: str) -> None:
    assert told(verb, state=...)["state"] == state


def test_without_a_revision_time_orders_changes_and_not_their_arrival() -> None:
    # given a system that numbers nothing, whose last look arrives after the end
    def change(verb: str, minute: int) -> Cloud:
        kept = {name: value for name, value in EXCEPTION.items() if name != "revision"}
        return cloud(f"exception.{verb}", id=f"{verb}{minute}", minute=minute, **kept)

    shuffled = [change("opened", 1), change("resolved", 9), change("changed", 8)]
    found = rows(facts(fresh(*shuffled), gen=1), "exceptions")
    # then the end has the highest revision, and all differ
    revisions = [row["revision"] for row in found]
    assert revisions[0] < revisions[2] < revisions[1]


def test_changes_of_one_moment_are_told_apart_by_their_offset() -> None:
    kept = {name: value for name, value in EXCEPTION.items() if name != "revision"}
    both = [cloud("exception.changed", id=name, minute=5, **kept) for name in ("a", "b")]
    first, second = rows(facts(fresh(*both), gen=1), "exceptions")
    assert second["revision"] == first["revision"] + 1


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("severity", 3, "3"),
        ("rule_version", 2, "2"),
        ("money", 12.5, Decimal("12.5000")),
        ("money", {"amount": "0.1", "currency": "EUR"}, Decimal("0.1000")),
        ("money", "0", Decimal(0)),
        ("money", "0.00001", None),
        ("opened", "2026-03-02T08:00:00.123999+02:00", START + timedelta(milliseconds=123)),
        ("deadline", "1890-01-01T00:00:00Z", datetime(1890, 1, 1, tzinfo=UTC)),
        ("drivers", [], "[]"),
        ("evidence", [], []),
    ],
)
def test_whatever_the_catalogue_allows_finds_its_column(
    field: str, given: object, kept: object
) -> None:
    assert told("opened", **{field: given})[field] == kept
