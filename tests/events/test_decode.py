# SPDX-License-Identifier: AGPL-3.0-or-later
"""Good lines become rows that say what the event said."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from sightline.events import decode as decoding
from sightline.events.catalogue import TYPES
from sightline.events.columns import SCHEMA
from sightline.events.decode import Decoded, decode_lines
from sightline.events.event_type import EventType
from sightline.events.examples import example

Decode = Callable[..., Decoded]
Make = Callable[..., dict[str, Any]]


def only(decoded: Decoded) -> dict[str, Any]:
    assert decoded.refused == []
    rows: list[dict[str, Any]] = decoded.table.to_pylist()
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_the_example_of_every_type_is_accepted_as_it_is(
    kind: EventType, decode: Decode
) -> None:
    row = only(decode(example(kind)))
    assert row["type"] == kind.full
    assert json.loads(row["data"]) == example(kind)["data"]
    assert row["quality_flags"] == []
    assert row["objects"]


def test_the_lab_day_is_accepted_but_for_its_bad_line(lab: list[bytes]) -> None:
    decoded = decode_lines(lab, ingest_ms=0)
    assert decoded.table.num_rows == 23
    assert [refusal.id for refusal in decoded.refused] == ["lab-bad"]
    assert decoded.refused[0].field == "data.q.qty"
    assert decoded.refused[0].index == 7
    assert decoded.index.tolist() == [i for i in range(24) if i != 7]


def test_the_table_has_the_canonical_columns(decode: Decode, make: Make) -> None:
    assert decode(make("inventory.receipt")).table.schema == SCHEMA
    assert decode().table.schema == SCHEMA


def test_a_quantity_is_converted_by_what_the_document_states(
    decode: Decode, make: Make
) -> None:
    dozens = {"qty": "1.5", "uom": "DZN", "base_uom": "EA", "conv_num": 12, "conv_den": 1}
    row = only(decode(make("inventory.issue", q=dozens)))
    assert row["base_qty"] == Decimal("18.0000")
    assert row["base_uom"] == "EA"


def test_without_a_conversion_the_base_unit_is_the_unit(decode: Decode, make: Make) -> None:
    row = only(decode(make("inventory.issue", q={"qty": "0.25", "uom": "KGM"})))
    assert (row["base_qty"], row["base_uom"]) == (Decimal("0.2500"), "KGM")


@pytest.mark.parametrize("name", ["inventory.adjusted", "allocation.changed"])
def test_a_signed_type_keeps_its_sign(name: str, decode: Decode, make: Make) -> None:
    row = only(decode(make(name, q={"qty": "-2.5", "uom": "EA"})))
    assert row["base_qty"] == Decimal("-2.5000")


def test_a_transfer_starts_at_loc_and_ends_at_to_loc(decode: Decode, make: Make) -> None:
    row = only(decode(make("transfer.shipped")))
    assert (row["loc"], row["to_loc"], row["transfer_line"]) == ("DC1", "DC2", "T1-1")
    ends = [(o["id"], o["qualifier"]) for o in row["objects"] if o["type"] == "loc"]
    assert ends == [("DC1", "from"), ("DC2", "to")]


def test_a_short_receipt_of_nothing_is_accepted(decode: Decode, make: Make) -> None:
    zero, two = {"qty": "0", "uom": "EA"}, {"qty": "2", "uom": "EA"}
    row = only(decode(make("transfer.received", q=zero, short_q=two)))
    assert (row["base_qty"], row["short_qty"]) == (Decimal(0), Decimal(2))


@pytest.mark.parametrize(
    ("name", "field", "mode"),
    [
        ("inventory.receipt", "bucket", "quality"),
        ("inventory.returned", "disposition", "damaged"),
        ("inventory.hold_changed", "hold", "recall"),
        ("inventory.issue", "purpose", "gift"),
        ("allocation.changed", "kind", "soft"),
        ("supply.po_acknowledged", "status", "reject"),
        ("integration.feed_status", "state", "down"),
        ("approval.decided", "outcome", "rejected"),
        ("approval.step_changed", "action", "escalated"),
    ],
)
def test_the_mode_is_the_word_that_tells_events_of_a_type_apart(
    name: str, field: str, mode: str, decode: Decode, make: Make
) -> None:
    assert only(decode(make(name, **{field: mode})))["mode"] == mode


def test_a_receipt_without_a_bucket_is_available(decode: Decode, make: Make) -> None:
    assert only(decode(make("inventory.receipt", bucket=...)))["mode"] == "available"


@pytest.mark.parametrize(
    ("name", "field"),
    [("inventory.receipt", "final"), ("supply.po_changed", "closed_short")],
)
def test_what_closes_a_line_says_so(name: str, field: str, decode: Decode, make: Make) -> None:
    assert only(decode(make(name, **{field: True})))["closes"] is True
    assert only(decode(make(name)))["closes"] is False


def test_a_document_without_a_version_has_the_first(decode: Decode, make: Make) -> None:
    assert only(decode(make("demand.line_placed", version=...)))["version"] == 1
    assert only(decode(make("demand.line_placed", version=7)))["version"] == 7
    assert only(decode(make("inventory.issue")))["version"] is None


@pytest.mark.parametrize(
    ("name", "field"),
    [("demand.line_placed", "requested_date"), ("supply.po_created", "need_date")],
)
def test_the_due_day_is_the_one_asked_for(
    name: str, field: str, decode: Decode, make: Make
) -> None:
    assert only(decode(make(name, **{field: "2026-04-01"})))["due"] == date(2026, 4, 1)
    assert only(decode(make(name, **{field: ...})))["due"] is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("demand.line_placed", {"price": {"amount": "9.5", "currency": "USD"}}),
        ("inventory.receipt", {"unit_cost": {"amount": "9.5", "currency": "USD"}}),
        ("transfer.shipped", {"cost": {"amount": "9.5", "currency": "USD"}}),
        ("decision.recommended", {"exposure": {"amount": "9.5", "currency": "USD"}}),
        ("approval.requested", {"amount": "9.5", "currency": "USD"}),
        ("exception.opened", {"money": {"amount": "9.5", "currency": "USD"}}),
        ("exception.opened", {"money": "9.5", "currency": "USD"}),
        ("exception.opened", {"money": 9.5, "currency": "USD"}),
    ],
)
def test_money_becomes_amount_and_currency(
    name: str, data: dict[str, Any], decode: Decode, make: Make
) -> None:
    row = only(decode(make(name, **data)))
    assert (row["amount"], row["currency"]) == (Decimal("9.5"), "USD")


def test_finer_money_is_rounded_and_flagged(decode: Decode, make: Make) -> None:
    price = {"amount": "0.00525", "currency": "EUR"}
    row = only(decode(make("demand.line_placed", price=price)))
    assert row["amount"] == Decimal("0.0052")
    assert row["quality_flags"] == ["rounded"]
    assert json.loads(row["data"])["price"] == price


def test_a_step_of_a_process_fills_its_columns(decode: Decode, make: Make) -> None:
    row = only(decode(make("process.activity", lifecycle="complete", role="buyer")))
    told = [
        row[name] for name in ("process", "case_id", "activity", "lifecycle", "actor", "role")
    ]
    assert told == ["purchasing", "PO7", "Approve order", "complete", "P17", "buyer"]
    assert row["start_time"] == datetime(2026, 3, 2, 6, 40, tzinfo=UTC)
    assert {"type": "case", "id": "PO7", "qualifier": ""} in row["objects"]


def test_the_actor_is_who_data_names_or_else_who_was_authenticated(
    decode: Decode, make: Make
) -> None:
    actor = {"id": "K1", "role": "planner", "org": "north"}
    named = only(decode(make("inventory.issue", actor=actor, envelope={"authid": "K2"})))
    assert (named["actor"], named["role"]) == ("K1", "planner")
    assert only(decode(make("inventory.issue", envelope={"authid": "K2"})))["actor"] == "K2"


@pytest.mark.parametrize("data", [{"non_stock": True}, {"class": "non_stock"}])
def test_non_stock_is_said_by_flag_or_class(
    data: dict[str, Any], decode: Decode, make: Make
) -> None:
    assert only(decode(make("inventory.issue", **data)))["non_stock"] is True
    assert only(decode(make("inventory.issue")))["non_stock"] is False


def test_a_reversal_names_what_it_undoes(decode: Decode, make: Make) -> None:
    row = only(decode(make("inventory.reversed", reverses_source="erp://old")))
    assert (row["reverses"], row["reverses_source"]) == ("ev-0", "erp://old")
    assert row["reason_code"] == "ENTERED_TWICE"
    assert row["base_qty"] is None


def test_the_tenant_is_main_unless_stated(decode: Decode, make: Make) -> None:
    assert only(decode(make("inventory.issue")))["tenant"] == "main"
    assert only(decode(make("inventory.issue", envelope={"tenantid": "t"})))["tenant"] == "t"


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2026-03-02T07:00:00Z", 1772434800000),
        ("2026-03-02t07:00:00z", 1772434800000),
        ("2026-03-02 07:00:00+00:00", 1772434800000),
        ("2026-03-02T09:30:00.5+02:30", 1772434800500),
        ("2026-03-02T06:59:59.9999-00:00", 1772434799999),
        ("2026-03-02T06:59:59.999999999Z", 1772434799999),
        ("1970-01-01T00:00:00Z", 0),
        ("2200-12-31T23:59:59.999Z", 7289654399999),
    ],
)
def test_a_time_is_read_to_the_millisecond(
    text: str, milliseconds: int, decode: Decode, make: Make
) -> None:
    decoded = decode(make("inventory.issue", envelope={"time": text, "recordedtime": text}))
    assert decoded.table["time"].cast(pa.int64()).to_pylist() == [milliseconds]
    # and the same in company that makes the reader go line by line
    other = make("inventory.issue", envelope={"time": "tomorrow"})
    event = make("inventory.issue", envelope={"time": text, "recordedtime": text})
    assert decode(other, event).table.equals(decoded.table)


def test_without_a_recorded_time_it_is_the_time_and_flagged(decode: Decode, make: Make) -> None:
    row = only(decode(make("inventory.issue", envelope={"recordedtime": ...})))
    assert row["recordedtime"] == row["time"]
    assert row["quality_flags"] == ["no_recordedtime"]


@pytest.mark.parametrize(
    ("time", "recorded", "flags"),
    [
        ("2026-03-02T07:05:00Z", "2026-03-02T07:00:00Z", []),
        ("2026-03-02T07:05:00.001Z", "2026-03-02T07:00:00Z", ["clock_skew"]),
        ("2027-03-02T07:00:00Z", "2027-03-02T07:00:00Z", []),
        ("2027-03-02T07:00:00Z", ..., ["no_recordedtime", "clock_skew"]),
    ],
)
def test_skew_is_judged_by_the_recorded_time_or_else_by_arrival(
    time: str, recorded: Any, flags: list[str], decode: Decode, make: Make
) -> None:
    event = make("inventory.issue", envelope={"time": time, "recordedtime": recorded})
    assert only(decode(event))["quality_flags"] == flags


def test_objects_are_those_listed_and_then_those_named(decode: Decode, make: Make) -> None:
    listed = [
        {"type": "truck", "id": "T7", "qualifier": "carried by"},
        {"type": "item", "id": "A100", "qualifier": "main"},
        {"type": "item", "id": "A100", "qualifier": "main"},
        {"type": "item", "id": "A100", "qualifier": "spare"},
    ]
    row = only(decode(make("inventory.issue", objects=listed, customer=..., lot=...)))
    found = [(o["type"], o["id"], o["qualifier"]) for o in row["objects"]]
    assert found == [
        ("truck", "T7", "carried by"),
        ("item", "A100", "main"),
        ("item", "A100", "spare"),
        ("loc", "DC1", ""),
    ]


@pytest.mark.parametrize(
    ("name", "relation"),
    [
        ("workflow.wave", ("order_line", "SO1-2")),
        ("master.record_changed", ("item", "A100")),
        ("demand.promotion_changed", ("item", "B200")),
        ("approval.decided", ("approval", "APR1")),
        ("exception.opened", ("exception", "EXC1")),
        ("inventory.counted", ("count", "C9")),
    ],
)
def test_objects_that_fields_name_are_found(
    name: str, relation: tuple[str, str], decode: Decode, make: Make
) -> None:
    objects = only(decode(make(name)))["objects"]
    assert relation in {(obj["type"], obj["id"]) for obj in objects}


def test_unknown_fields_are_kept_in_ext(decode: Decode, make: Make) -> None:
    q = {"qty": "3", "uom": "EA", "colour": "red"}
    event = make("inventory.issue", q=q, mood="good", ext={"shift": 2, "mood": "bad"})
    event["futureattribute"] = "ignored"
    data = json.loads(only(decode(event))["data"])
    assert data["q"] == {"qty": "3", "uom": "EA"}
    assert data["ext"] == {"shift": 2, "mood": "bad", "data.mood": "good", "q.colour": "red"}


def test_null_is_the_same_as_absent(decode: Decode, make: Make) -> None:
    with_null = decode(make("inventory.issue", lot=None, region=None)).table
    assert with_null.equals(decode(make("inventory.issue", lot=..., region=...)).table)


def test_the_data_text_is_canonical(decode: Decode, make: Make) -> None:
    event = make("demand.line_placed", ext={"b": {"z": 1, "a": [1.5, "é"]}, "a": None})
    text = only(decode(event))["data"]
    assert text == json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_many_lines_keep_their_order_and_their_numbers(
    decode: Decode, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given events of changing types, every seventh of them bad, and small chunks
    monkeypatch.setattr(decoding, "CHUNK", 16)
    names = [kind.name for kind in TYPES.values()]
    events = [
        make(
            names[i % 42],
            envelope={"id": str(i), "time": "never" if i % 7 == 0 else "2026-03-02T07:00:00Z"},
        )
        for i in range(100)
    ]
    # when they are decoded
    decoded = decode(*events)
    # then rows and refusals stand in the order of their lines
    assert decoded.table["id"].to_pylist() == [str(i) for i in decoded.index]
    assert [refusal.index for refusal in decoded.refused] == list(range(0, 100, 7))
    assert [refusal.id for refusal in decoded.refused] == [str(i) for i in range(0, 100, 7)]
