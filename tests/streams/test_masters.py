# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records, promotions and limits as rows, and what the views make of them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.events.masters import ENTITIES, document
from sightline.store import Store
from streams.logic import masters
from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.facts import facts
from streams.logic.intake import IntakeState
from tests.strategies.clouds import INGEST_MS, START, Cloud, cloud, stamp

TENANTS = count()
NO_END = datetime(2201, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
NAMED = [each for each in ENTITIES.values() if each.fields]


def taken(*events: Cloud, gen: int = 1) -> dict[str, pa.Table]:
    """Return the rows that some events add to each table."""
    body = b"\n".join(json.dumps(each).encode() for each in events)
    chunk = Chunk(2, [Raw("ndjson", len(events), body, 0, INGEST_MS, append_row=0)], 9)
    fresh = IntakeState(2, gen).apply(decode(chunk))
    assert not fresh.letters, fresh.letters
    return {each.table: each.rows for each in facts(fresh, gen=gen)}


def keep(store: Store, *events: Cloud, gen: int = 1) -> None:
    for table, rows in taken(*events, gen=gen).items():
        store.insert_arrow(table, rows)


def record(entity: str, key: str, name: str = "r1", **data: Any) -> Cloud:
    """Return a record; ``valid_from`` may be a number of days after the first of March."""
    for each in ("valid_from", "valid_to"):
        if isinstance(data.get(each), int):
            data[each] = (MARCH + timedelta(days=data[each])).date().isoformat()
    fields = data.pop("fields", {})
    return cloud(
        "master.record_changed", id=name, entity=entity, key=key, fields=fields, **data
    )


@pytest.mark.parametrize("entity", NAMED, ids=lambda each: each.name)
def test_the_table_of_an_entity_has_the_columns_of_its_fields(
    store: Store, entity: Any
) -> None:
    rows = store.ask(f"DESCRIBE TABLE {entity.table}").to_pylist()
    found = {row["name"]: row["type"] for row in rows}
    assert {each.name: found.get(each.name) for each in entity.fields} == {
        each.name: each.kind.column for each in entity.fields
    }


def test_a_record_lands_with_all_that_it_says(store: Store) -> None:
    # given records of several entities with values of every kind
    cost = {"item": "A", "loc": "DC1", "unit_cost": "4.1000", "currency": "EUR", "by": "ana"}
    calendar = {"working_days": "mon-fri", "holidays": ["2026-12-25"], "zone": "Europe/Berlin"}
    policy = {"path": "lead,head", "four_eyes": "true", "min_amount": 1000}
    weight = {"weight_kg": 0.0025, "shelf_life_days": "30"}
    keep(
        store,
        record(
            "cost", "A/DC1", "c", version=3, valid_from=14, valid_to="9999-12-31", fields=cost
        ),
        record("calendar", "K", "k", fields=calendar),
        record("approval_policy", "P", "p", fields=policy),
        record("item", "A", "i", fields=weight),
    )
    # then every field has its type, and what is not known is kept
    (row,) = store.ask("SELECT * FROM v_costs").to_pylist()
    assert (row["key"], row["version"], row["item"], row["loc"]) == ("A/DC1", 3, "A", "DC1")
    assert (row["unit_cost"], row["unit_price"]) == (Decimal("4.1"), None)
    assert dict(row["attributes"]) == {"by": "ana"}
    assert (row["valid_from"], row["valid_to"]) == (MARCH + timedelta(days=14), NO_END)
    assert (row["source"], row["event_id"], row["part"], row["gen"]) == ("erp://a", "c", 2, 1)
    (row,) = store.ask("SELECT * FROM v_calendars").to_pylist()
    assert row["working_days"] == ["mon", "tue", "wed", "thu", "fri"]
    assert (row["holidays"], row["hours"]) == ([date(2026, 12, 25)], None)
    (row,) = store.ask("SELECT * FROM v_policies").to_pylist()
    assert (row["path"], row["four_eyes"], row["min_amount"]) == (["lead", "head"], True, 1000)
    (row,) = store.ask("SELECT * FROM v_items").to_pylist()
    assert (row["weight_kg"], row["shelf_life_days"]) == (Decimal("0.0025"), 30)
    # and a record without valid_from holds from the event's time
    assert (row["valid_from"], row["valid_to"]) == (START, NO_END)


def test_a_record_of_every_entity_can_be_kept(store: Store) -> None:
    for entity in NAMED:
        rows = {
            name: rows for name, rows in taken(_full(entity)).items() if name == entity.table
        }
        (table,) = rows.values()
        store.insert_arrow(entity.table, table)
        held = f"SELECT count() AS n FROM v_{entity.table}"  # noqa: S608  a name of ours
        assert store.ask(held)["n"].to_pylist() == [1]


def _full(entity: Any) -> Cloud:
    samples: dict[str, Any] = {
        "wrong_type": "1", "unknown_unit": "CS", "not_a_currency": "EUR",
        "unknown_zone": "Europe/Berlin", "not_a_link": "https://erp.example/{id}",
    }  # fmt: skip
    special = {
        "hours": "08:00-17:00", "working_days": "mon", "holidays": "2026-12-25",
        "four_eyes": True,
    }  # fmt: skip
    fields = {e.name: special.get(e.name, samples[e.kind.code]) for e in entity.fields}
    return record(entity.name, entity.key_of(fields) or "K", fields=fields)


def test_of_versions_that_begin_together_one_holds(store: Store) -> None:
    # given versions that begin on one day, out of order and from one source
    keep(store, record("item", "A", "1", version=2, valid_from=0, fields={"status": "late"}))
    keep(store, record("item", "A", "2", version=1, valid_from=0, fields={"status": "first"}))
    keep(store, record("item", "A", "3", version=2, valid_from=0, fields={"status": "b"},
                       sequence="7"))  # fmt: skip
    keep(store, record("item", "A", "0", version=2, valid_from=0, fields={"status": "c"},
                       sequence="5", recorded_after=9))  # fmt: skip
    # then the highest holds, of equals the one that its source sent last
    (row,) = store.ask("SELECT status, version FROM v_items").to_pylist()
    assert row == {"status": "b", "version": 2}
    # and of two sources, the one whose last word was recorded later
    keep(store, record("item", "A", "9", version=2, valid_from=0, fields={"status": "d"},
                       source="erp://b", recorded_after=1))  # fmt: skip
    assert store.ask("SELECT status FROM v_items").to_pylist() == [{"status": "d"}]


def test_a_record_ends_where_it_says_or_where_the_next_begins(store: Store) -> None:
    keep(store, record("item", "A", "1", valid_from=0, valid_to=5))
    keep(store, record("item", "A", "2", valid_from=10, valid_to=90))
    keep(store, record("item", "A", "3", valid_from=20))
    rows = store.ask("SELECT valid_from, valid_to FROM v_items ORDER BY valid_from").to_pylist()
    days = [((r["valid_from"] - MARCH).days, r["valid_to"]) for r in rows]
    day = [MARCH + timedelta(days=n) for n in (5, 20)]
    assert days == [(0, day[0]), (10, day[1]), (20, NO_END)]


def test_the_question_in_the_document_finds_what_held_at_the_time(store: Store) -> None:
    # given a cost that ends, and shipments before, during and after
    def shipped(name: str, minute: int) -> Cloud:
        about = {"item": "A", "loc": "L", "order_line": "O/1", "q": 2}
        return cloud("inventory.shipment", id=name, minute=minute, **about)

    times = {f"valid_{end}": stamp(START + timedelta(minutes=at)) for end, at in
             (("from", 10), ("to", 20))}  # fmt: skip
    keep(store, record("cost", "A", fields={"item": "A", "unit_cost": "4.1"}, **times))
    keep(store, *(shipped(str(minute), minute) for minute in (9, 10, 19, 20)))
    # when the question of the document is asked
    (question,) = re.findall(r"```sql\n(.*?)```", document.PAGE.read_text(), re.DOTALL)
    rows = store.ask(question).to_pylist()
    # then each shipment has the cost of its time
    costs = {int(row["id"]): row["unit_cost"] for row in rows}
    assert costs == {9: None, 10: Decimal("4.1"), 19: Decimal("4.1"), 20: None}


versions = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.integers(1, 2),
        st.integers(0, 4),
        st.none() | st.integers(5, 9),
        st.integers(0, 2),
    ),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(versions, st.randoms(use_true_random=False))
def test_rows_of_a_key_never_overlap_whatever_the_order_and_however_often(
    store: Store, sent: list[tuple[str, int, int, int | None, int]], dice: Any
) -> None:
    # given versions of records, some sent again, in any order, in two generations
    events = [
        record("item", key, str(n), version=version, valid_from=begin, recorded_after=late,
               **({} if end is None else {"valid_to": end}))
        for n, (key, version, begin, end, late) in enumerate(sent)
    ]  # fmt: skip
    tenant = f"t{next(TENANTS)}"
    again = [*events, *dice.choices(events, k=3)] if events else []
    dice.shuffle(again)
    for gen, event in enumerate(again):
        rows = taken(event | {"tenantid": tenant}, gen=gen % 2 + 1)["items"]
        store.insert_arrow("items", rows)
    # then at every day the record holds that the rule picks, or none
    everything = store.ask("SELECT * FROM v_items").to_pylist()
    held = [row for row in everything if row["tenant"] == tenant]
    for key in "AB":
        for day in range(10):
            at = MARCH + timedelta(days=day)
            found = [
                int(row["event_id"])
                for row in held
                if row["key"] == key and row["valid_from"] <= at < row["valid_to"]
            ]
            assert found == _holding(sent, key, day)


def _holding(
    sent: list[tuple[str, int, int, int | None, int]], key: str, day: int
) -> list[int]:
    begun = [n for n, (k, _, begin, _, _) in enumerate(sent) if k == key and begin <= day]
    latest = max((sent[n][2] for n in begun), default=None)
    rivals = [n for n in begun if sent[n][2] == latest]
    best = max(rivals, key=lambda n: (sent[n][1], sent[n][4], str(n)), default=None)
    if best is None or (sent[best][3] is not None and day >= (sent[best][3] or 0)):
        return []
    return [best]


def test_an_object_of_a_process_is_kept_elsewhere() -> None:
    event = record("object", "truck/7", fields={"type": "truck", "id": "7"})
    assert masters.records(taken(event)["events"]) == {}


def test_a_promotion_is_what_its_highest_version_says(store: Store) -> None:
    plan = {"promotion": "SPRING", "from": "2026-03-09", "to": "9999-12-31"}
    first = cloud("demand.promotion_changed", id="1", state="planned", items=["A"], **plan)
    second = cloud("demand.promotion_changed", id="2", version=2, state="approved",
                   items=["A", "B"], expected_uplift=1.4, **plan)  # fmt: skip
    keep(store, second)
    keep(store, first)
    (row,) = store.ask("SELECT * FROM v_promotions").to_pylist()
    assert (row["state"], row["version"], row["items"]) == ("approved", 2, ["A", "B"])
    assert (row["begins"], row["ends"]) == (date(2026, 3, 9), date(2200, 12, 31))
    assert (row["expected_uplift"], row["locations"]) == (1.4, [])


def test_a_limit_is_what_was_last_said_of_it(store: Store) -> None:
    def said(name: str, minute: int, **data: Any) -> Cloud:
        return cloud("constraint.snapshot", id=name, minute=minute, **data)

    keep(
        store,
        said("1", 5, kind="warehouse_capacity", loc="DC1", limit="1000", used=990.5),
        said("2", 1, kind="warehouse_capacity", loc="DC1", limit=1000, used=10),
        said("3", 2, kind="credit_hold", customer="CU1", limit="none", until="2026-04-01"),
        said("4", 2, kind="budget", scope={"family": "F", "year": 2026}, limit=1e30),
    )
    rows = store.ask("SELECT * FROM v_constraints ORDER BY event_id").to_pylist()
    assert [row["event_id"] for row in rows] == ["1", "3", "4"]
    assert (rows[0]["limit_amount"], rows[0]["used_amount"]) == (1000, Decimal("990.5"))
    assert (rows[1]["limit_amount"], rows[1]["until"]) == (
        None,
        datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert (rows[2]["limit_amount"], json.loads(rows[2]["scope"])["year"]) == (None, 2026)
