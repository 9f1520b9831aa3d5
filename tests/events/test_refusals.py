# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bad lines are refused with a code, the field, the value and what was expected."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from sightline.events import reading
from sightline.events.decode import Decoded, Refusal

Decode = Callable[..., Decoded]
Make = Callable[..., dict[str, Any]]
DEEP = 100_000


def only(decoded: Decoded) -> Refusal:
    assert decoded.table.num_rows == 0
    assert len(decoded.refused) == 1
    return decoded.refused[0]


def code(refusal: Refusal) -> str:
    return refusal.reason.partition(":")[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "empty"),
        (b"  \t", "empty"),
        (b"{", "not_json"),
        (b"{} {}", "not_json"),
        (b'{"id": NaN}', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"\x00", "not_json"),
        (b'{"id": "\xff"}', "not_utf8"),
        (b'{"id": "\\ud800 "}', "not_json"),
        (b"[" * DEEP + b"]" * DEEP, "too_deep"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"1e999", "not_json"),
        (b"{}", "missing"),
    ],
)
def test_what_is_no_event_at_all_is_malformed(line: bytes, reason: str, decode: Decode) -> None:
    refusal = only(decode(line))
    assert (refusal.kind, code(refusal)) == ("malformed", reason)
    assert refusal.raw == line


def test_a_nested_field_is_refused_when_it_is_too_deep(decode: Decode, make: Make) -> None:
    event = json.dumps(make("inventory.issue", ext={"a": "here"})).encode()
    line = event.replace(b'"here"', b"[" * DEEP + b"]" * DEEP)
    assert code(only(decode(line))) == "too_deep"


@pytest.mark.parametrize("depth", range(100, 1300, 40))
def test_no_depth_is_too_deep_to_be_told(depth: int, decode: Decode, make: Make) -> None:
    event = json.dumps(make("inventory.issue", ext={"a": "here"}, strange=1)).encode()
    nested = b"[" * depth + b"]" * depth
    for line in (event.replace(b'"here"', nested), event.replace(b"1}", nested + b"}")):
        decoded = decode(line)
        assert decoded.table.num_rows + len(decoded.refused) == 1


def test_a_line_above_a_mebibyte_is_refused_and_cut(decode: Decode, make: Make) -> None:
    # given a good event of 20 MB
    line = json.dumps(make("inventory.issue", ext={"a": "x" * 20_000_000})).encode()
    # when it is decoded in company
    decoded = decode(make("inventory.issue"), line)
    # then it is refused, and only its head, size and hash are kept
    (refusal,) = decoded.refused
    assert decoded.index.tolist() == [0]
    assert code(refusal) == "too_large"
    assert refusal.raw.startswith(line[: 1 << 16])
    assert len(refusal.raw) < (1 << 16) + 200
    assert f"{len(line)} bytes".encode() in refusal.raw
    assert hashlib.sha256(line).hexdigest().encode() in refusal.raw


@pytest.mark.parametrize("spaces", ["", " "])
@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"item":', '"item": "B1", "item":', "item"),
        ('"qty":', '"qty": "7", "qty":', "qty"),
        ('"id":', '"id": "other", "id":', "id"),
        ('"data":', '"note": 1, "note": 2, "data":', "note"),
    ],
)
def test_a_key_stated_twice_is_refused(  # noqa: PLR0913, PLR0917
    old: str, new: str, field: str, spaces: str, decode: Decode, make: Make
) -> None:
    text = json.dumps(make("inventory.issue"), separators=(f",{spaces}", f":{spaces}"))
    line = text.replace(old, new.replace(" ", spaces), 1).encode()
    refusal = only(decode(line))
    assert (code(refusal), refusal.field) == ("duplicate_key", field)
    assert "twice" in refusal.reason


@pytest.mark.parametrize(
    ("full", "reason", "says"),
    [
        ("io.sightline.inventory.reciept.v1", "unknown_type", "inventory.receipt"),
        ("io.sightline.inventory.receipt.v2", "unknown_type", "events list"),
        ("inventory.receipt", "unknown_type", "inventory.receipt"),
        ("", "unknown_type", "events list"),
        ("x" * 500_000, "unknown_type", "events list"),
        (7, "unknown_type", "7"),
        (..., "missing", "type is missing"),
    ],
)
def test_an_unknown_type_or_major_version_is_refused(
    full: Any, reason: str, says: str, decode: Decode, make: Make
) -> None:
    refusal = only(decode(make("inventory.receipt", envelope={"type": full})))
    assert (code(refusal), refusal.field, refusal.kind) == (reason, "type", "malformed")
    assert says in refusal.reason
    assert (refusal.source, refusal.id) == ("erp://plant", "example-01")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("inventory.receipt", "item"),
        ("inventory.receipt", "loc"),
        ("inventory.receipt", "q"),
        ("inventory.shipment", "order_line"),
        ("transfer.shipped", "from_loc"),
        ("transfer.shipped", "to_loc"),
        ("supply.asn", "po_line"),
        ("demand.line_changed", "item"),
        ("inventory.returned", "disposition"),
        ("inventory.reversed", "reverses"),
        ("process.activity", "process"),
    ],
)
def test_a_missing_field_is_named(name: str, field: str, decode: Decode, make: Make) -> None:
    refusal = only(decode(make(name, **{field: ...})))
    assert (code(refusal), refusal.field) == ("missing", f"data.{field}")
    assert f"data.{field} is missing; expected" in refusal.reason


@pytest.mark.parametrize("field", ["id", "source", "time", "specversion", "data"])
def test_a_missing_attribute_is_named(field: str, decode: Decode, make: Make) -> None:
    refusal = only(decode(make("inventory.issue", envelope={field: ...})))
    assert (code(refusal), refusal.field) == ("missing", field)


@pytest.mark.parametrize(
    ("name", "data", "reason", "field", "says"),
    [
        ("inventory.receipt", {"bucket": "shelf"}, "not_allowed", "bucket", "available"),
        ("inventory.returned", {"disposition": 3}, "wrong_type", "disposition", "resalable"),
        ("inventory.issue", {"item": 7}, "wrong_type", "item", "text of 1 to 256"),
        ("inventory.issue", {"item": ""}, "wrong_type", "item", "text of 1 to 256"),
        ("inventory.issue", {"item": "x" * 257}, "wrong_type", "item", "…"),
        ("inventory.issue", {"q": "3 EA"}, "wrong_type", "q", "an object with qty, uom"),
        ("inventory.issue", {"q": {"qty": 3, "uom": "EA"}}, "wrong_type", "q.qty", "a text"),
        ("inventory.issue", {"q": {"uom": "EA"}}, "missing", "q.qty", "a text"),
        ("inventory.issue", {"objects": [{"id": "x"}]}, "missing", "objects[0].type", "text"),
        (
            "inventory.issue",
            {"objects": [{"id": "x", "type": 7}]},
            "wrong_type",
            "objects[0].type",
            " is 7;",
        ),
        ("supply.asn", {"eta": "2026-03-02T06:00:00"}, "wrong_type", "eta", "offset"),
        (
            "demand.line_placed",
            {"requested_date": "soon"},
            "wrong_type",
            "requested_date",
            "date",
        ),
        ("demand.line_placed", {"version": -1}, "wrong_type", "version", "from 0"),
        ("demand.line_placed", {"version": 1.5}, "wrong_type", "version", "whole number"),
        ("allocation.changed", {"policy_rank": 1 << 40}, "wrong_type", "policy_rank", "whole"),
        ("supply.po_changed", {"closed_short": "yes"}, "wrong_type", "closed_short", "true"),
        ("demand.signal", {"value": "3"}, "wrong_type", "value", "a number"),
        (
            "decision.recommended",
            {"confidence": 1.2},
            "wrong_type",
            "confidence",
            "from 0 to 1",
        ),
    ],
)
def test_a_wrong_value_is_shown_with_what_was_expected(  # noqa: PLR0913, PLR0917
    name: str,
    data: dict[str, Any],
    reason: str,
    field: str,
    says: str,
    decode: Decode,
    make: Make,
) -> None:
    refusal = only(decode(make(name, **data)))
    assert (code(refusal), refusal.field) == (reason, f"data.{field}")
    assert says in refusal.reason
    assert "expected" in refusal.reason


@pytest.mark.parametrize("data", ["text", [1], 7, None])
def test_data_that_is_no_object_is_refused(data: Any, decode: Decode, make: Make) -> None:
    refusal = only(decode(make("inventory.issue", envelope={"data": data})))
    assert (code(refusal), refusal.field) == ("wrong_type", "data")


@pytest.mark.parametrize(
    ("q", "reason", "field", "kind"),
    [
        ({"qty": "-3", "uom": "EA"}, "negative", "qty", "malformed"),
        ({"qty": "0", "uom": "EA"}, "zero", "qty", "malformed"),
        ({"qty": "-0.0", "uom": "EA"}, "zero", "qty", "malformed"),
        ({"qty": "1e3", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "+3", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "3,5", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "٣", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "NaN", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "", "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "9" * 5000, "uom": "EA"}, "wrong_type", "qty", "malformed"),
        ({"qty": "9" * 50, "uom": "EA"}, "not_a_decimal", "qty", "malformed"),
        ({"qty": "1" + "0" * 14, "uom": "EA"}, "too_large_a_number", "qty", "malformed"),
        ({"qty": "1.00005", "uom": "KGM"}, "not_representable", "base_qty", "malformed"),
        (
            {"qty": "3", "uom": "EA", "base_qty": "4"},
            "not_representable",
            "base_qty",
            "malformed",
        ),
        (
            {"qty": "1", "uom": "CT", "base_uom": "EA", "conv_num": 1, "conv_den": 3},
            "not_representable",
            "base_qty",
            "malformed",
        ),
        (
            {"qty": "1", "uom": "CT", "base_uom": "EA", "conv_num": 12, "conv_den": 0},
            "bad_conversion",
            "conv_num",
            "malformed",
        ),
        (
            {"qty": "1", "uom": "CT", "base_uom": "EA", "conv_num": 12},
            "bad_conversion",
            "conv_num",
            "malformed",
        ),
        ({"qty": "3", "uom": "each"}, "unknown_unit", "uom", "quarantine"),
        ({"qty": "3", "uom": "EA", "base_uom": "??"}, "unknown_unit", "base_uom", "quarantine"),
        (
            {"qty": "3", "uom": "CT", "base_uom": "EA"},
            "no_conversion",
            "conv_num",
            "quarantine",
        ),
        (
            {"qty": "3", "uom": "CT", "conv_num": 12, "conv_den": 1},
            "no_conversion",
            "base_uom",
            "quarantine",
        ),
    ],
)
def test_an_impossible_quantity_is_refused(  # noqa: PLR0913, PLR0917
    q: dict[str, Any], reason: str, field: str, kind: str, decode: Decode, make: Make
) -> None:
    refusal = only(decode(make("inventory.issue", q=q)))
    assert (code(refusal), refusal.field) == (reason, f"data.q.{field}")
    assert refusal.kind == kind
    assert "expected" in refusal.reason


def test_a_refusal_reads_like_a_sentence(decode: Decode, make: Make) -> None:
    refusal = only(decode(make("inventory.issue", q={"qty": "-3", "uom": "EA"})))
    assert refusal.reason == (
        "negative: data.q.qty is '-3'; expected a magnitude of at least 0; "
        "direction comes from the type"
    )


@pytest.mark.parametrize(
    ("name", "is_accepted"),
    [
        ("inventory.counted", True),
        ("inventory.hold_changed", True),
        ("allocation.changed", True),
        ("demand.line_changed", True),
        ("supply.po_changed", True),
        ("transfer.requested", True),
        ("inventory.receipt", False),
        ("inventory.adjusted", False),
        ("transfer.shipped", False),
        ("transfer.received", False),
        ("demand.line_placed", False),
        ("supply.po_released", False),
    ],
)
def test_zero_is_for_counts_and_changes(
    name: str,
    is_accepted: bool,  # noqa: FBT001
    decode: Decode,
    make: Make,
) -> None:
    decoded = decode(make(name, q={"qty": "0", "uom": "EA"}))
    assert decoded.table.num_rows == is_accepted
    assert [code(refusal) for refusal in decoded.refused] == ["zero"] * (not is_accepted)


def test_a_count_is_a_level_and_never_negative(decode: Decode, make: Make) -> None:
    refusal = only(decode(make("inventory.counted", q={"qty": "-1", "uom": "EA"})))
    assert code(refusal) == "negative"


@pytest.mark.parametrize("attribute", ["time", "recordedtime"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-03-02T07:00:00", "no_offset"),
        ("2026-03-02", "no_offset"),
        ("2026-03-02T07:00Z", "not_a_time"),
        ("2026-02-30T07:00:00Z", "not_a_time"),
        ("2026-03-02T24:00:01Z", "not_a_time"),
        ("2026-03-02T07:00:00+25:00", "not_a_time"),
        ("yesterday", "not_a_time"),
        ("", "not_a_time"),
        ("1969-12-31T23:59:59Z", "out_of_range"),
        ("2201-01-01T00:00:00Z", "out_of_range"),
        ("9999-01-01T00:00:00Z", "out_of_range"),
        ("0001-01-01T00:00:00+23:00", "out_of_range"),
    ],
)
def test_a_time_must_be_rfc_3339_with_an_offset(
    attribute: str, text: str, reason: str, decode: Decode, make: Make
) -> None:
    refusal = only(decode(make("inventory.issue", envelope={attribute: text})))
    assert (code(refusal), refusal.field) == (reason, attribute)


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("demand.line_placed", {"requested_date": "0001-01-01"}, "requested_date"),
        ("supply.po_created", {"need_date": "9999-12-31"}, "need_date"),
        ("process.activity", {"start": "0001-01-01T00:00:00+23:59"}, "start"),
        ("process.activity", {"start": "9999-12-31T23:59:59-23:59"}, "start"),
    ],
)
def test_a_day_out_of_this_world_is_refused(
    name: str, data: dict[str, Any], field: str, decode: Decode, make: Make
) -> None:
    refusal = only(decode(make(name, **data)))
    assert (code(refusal), refusal.field) == ("out_of_range", f"data.{field}")


@pytest.mark.parametrize(
    ("price", "reason", "field"),
    [
        ({"amount": "ten", "currency": "EUR"}, "not_a_decimal", "price.amount"),
        ({"amount": "10", "currency": "euro"}, "not_a_currency", "price.currency"),
        ({"amount": "9" * 15, "currency": "EUR"}, "too_large_a_number", "price.amount"),
        ({"amount": "10"}, "missing", "price.currency"),
    ],
)
def test_impossible_money_is_refused(
    price: dict[str, Any], reason: str, field: str, decode: Decode, make: Make
) -> None:
    refusal = only(decode(make("demand.line_placed", price=price)))
    assert (code(refusal), refusal.field) == (reason, f"data.{field}")


def test_an_approval_of_no_amount_is_refused(decode: Decode, make: Make) -> None:
    refusal = only(decode(make("approval.requested", amount="much")))
    assert (code(refusal), refusal.field) == ("not_a_decimal", "data.amount")


def test_money_of_an_exception_may_be_any_finite_number(decode: Decode, make: Make) -> None:
    refusal = only(decode(make("exception.opened", money=1e300)))
    assert code(refusal) in {"not_a_decimal", "too_large_a_number"}


def test_a_short_quantity_is_judged_too(decode: Decode, make: Make) -> None:
    refusal = only(decode(make("transfer.received", short_q={"qty": "-1", "uom": "EA"})))
    assert (code(refusal), refusal.field) == ("negative", "data.short_q.qty")


def test_the_first_fault_of_an_event_counts_once(decode: Decode, make: Make) -> None:
    event = make(
        "demand.line_placed",
        q={"qty": "-1", "uom": "?"},
        price={"amount": "x", "currency": "EUR"},
        requested_date="9999-12-31",
        envelope={"time": "x", "recordedtime": "y"},
    )
    assert decode(event).table.num_rows == 0
    assert len(decode(event).refused) == 1


@pytest.mark.parametrize("number", ["1" * 5000, "1e999", "-1e999", "1" * 25])
def test_a_huge_number_anywhere_is_a_refusal_or_kept(
    number: str, decode: Decode, make: Make
) -> None:
    line = json.dumps(make("inventory.issue", ext={"n": 1})).replace('"n": 1', f'"n": {number}')
    decoded = decode(line.encode())
    assert decoded.table.num_rows + len(decoded.refused) == 1


def test_what_the_reader_accepts_but_json_does_not_is_still_refused() -> None:
    # given a line that the strict reader of keys cannot read
    line = b"{" * DEEP
    readings = reading.Reading(type("E", (), {"source": "s", "id": "i"})(), b"")
    # when its keys are checked
    refusal = reading._without_repeats(0, line, readings)  # noqa: SLF001
    # then it is refused and nothing is raised
    assert isinstance(refusal, Refusal)
