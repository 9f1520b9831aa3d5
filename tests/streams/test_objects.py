# SPDX-License-Identifier: AGPL-3.0-or-later
"""What records declare of objects, as rows and through the views that people read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sightline.store import Store
from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.facts import Rows, facts
from streams.logic.intake import IntakeState
from tests.strategies.clouds import INGEST_MS, Cloud, cloud

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(2201, 1, 1, tzinfo=UTC)


@pytest.fixture
def write(store: Store) -> Any:
    """Give a function that writes what the stream makes of events into the store."""

    def write(*events: Cloud) -> list[Rows]:
        body = b"\n".join(json.dumps(each).encode() for each in events)
        raw = Raw("ndjson", len(events), body, 1 << 16, INGEST_MS, append_row=1)
        found = facts(IntakeState(0, 1).apply(decode(Chunk(0, [raw], 9))), gen=1)
        assert "dlq" not in {each.table for each in found}
        for each in found:
            store.insert_arrow(each.table, each.rows)
        return found

    return write


def record(
    id: str,  # noqa: A002  as in the envelope
    kind: str,
    name: str,
    since: str | None = None,
    **data: Any,
) -> Cloud:
    """Return the event that states these fields of an object."""
    known = {key: data.pop(key) for key in ("attributes", "relations") if key in data}
    fields = {"type": kind, "id": name, **known}
    more = {"valid_from": since} if since else {}
    return cloud(
        "master.record_changed",
        id=id,
        entity="object",
        key=f"{kind}/{name}",
        fields=fields,
        **more,
        **data,
    )


def objects(store: Store) -> list[tuple[Any, ...]]:
    """Return what the view shows of each object."""
    rows = store.ask("SELECT * FROM v_objects ORDER BY otype, oid, valid_from").to_pylist()
    return [
        (
            row["otype"],
            row["oid"],
            row["declared"],
            dict(row["attributes"]),
            row["valid_from"],
            row["valid_to"],
        )
        for row in rows
    ]


def test_each_state_holds_until_the_next_and_attributes_are_texts(
    store: Store, write: Any
) -> None:
    # given two states of one product, the later one told first
    write(
        record("2", "product", "P", "2026-04-01", attributes={"price": 12.5, "new": False}),
        record("1", "product", "P", "2026-03-01", attributes={"price": 10, "note": "x"}),
    )
    # then each holds in its time
    assert objects(store) == [
        ("product", "P", True, {"price": "10", "note": "x"}, MARCH, APRIL),
        ("product", "P", True, {"price": "12.5", "new": "false"}, APRIL, FOR_EVER),
    ]


def test_of_states_from_one_moment_the_highest_version_holds(store: Store, write: Any) -> None:
    write(
        record("1", "t", "o", "2026-03-01", attributes={"a": "new"}, version=2),
        record("2", "t", "o", "2026-03-01", attributes={"a": "old"}, version=1),
    )
    (only,) = objects(store)
    assert only[3] == {"a": "new"}


def test_a_state_that_ends_is_over_then(store: Store, write: Any) -> None:
    write(record("1", "t", "o", "2026-03-01", attributes={}, valid_to="2026-04-01"))
    assert objects(store) == [("t", "o", True, {}, MARCH, APRIL)]


def test_relations_are_kept_once_with_their_qualifiers_and_ways(
    store: Store, write: Any
) -> None:
    # given relations of which one is told twice and one points back
    contains = {"type": "item", "id": "I1", "qualifier": "contains"}
    behind = {"type": "customer", "id": "C", "qualifier": "places", "direction": "from"}
    write(
        record("1", "order", "O", relations=[contains, contains | {"qualifier": "gift"}]),
        record("2", "order", "O", relations=[contains, behind]),
    )
    # then each is there once
    found = store.ask("SELECT * EXCEPT tenant FROM v_o2o ORDER BY ALL").to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("customer", "C", "order", "O", "places"),
        ("order", "O", "item", "I1", "contains"),
        ("order", "O", "item", "I1", "gift"),
    ]
    # and nobody declared any of the objects
    assert {row[:3] for row in objects(store)} == {
        ("customer", "C", False),
        ("item", "I1", False),
        ("order", "O", False),
    }


def test_what_events_name_and_nobody_declares_is_shown_as_undeclared(
    store: Store, write: Any
) -> None:
    # given an event about an order and a courier, of which the order is declared
    about = [{"type": "order", "id": "O"}, {"type": "courier", "id": "K"}]
    write(
        cloud("process.activity", id="e", process="p", activity="ship", objects=about),
        record("1", "order", "O", "2026-03-01", attributes={}),
    )
    # then both are objects
    assert objects(store) == [
        ("courier", "K", False, {}, ALWAYS, FOR_EVER),
        ("order", "O", True, {}, MARCH, FOR_EVER),
    ]


def test_writing_the_same_again_changes_nothing(store: Store, write: Any) -> None:
    told = record("1", "t", "o", attributes={"a": 1}, relations=[{"type": "u", "id": "p"}])
    for each in write(told):
        store.insert_arrow(each.table, each.rows)
    assert len(objects(store)) == 2
    assert store.ask("SELECT count() AS n FROM v_o2o")["n"].to_pylist() == [1]


def test_other_master_records_declare_no_objects(write: Any) -> None:
    found = write(cloud("master.record_changed", id="i", entity="supplier", key="S", fields={}))
    assert not {"objects", "o2o"} & {each.table for each in found}
