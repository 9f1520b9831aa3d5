# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records are what their entities declare, or dead letters that say what is wrong."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import UnknownTypeError
from sightline.events.decode import Decoded
from sightline.events.masters import (
    ENTITIES,
    Field,
    attributes,
    check,
    document,
    find,
    validity,
    values,
)

Decode = Callable[..., Decoded]
Make = Callable[..., dict[str, Any]]

CASE = {"item": "A", "uom": "CS", "num": 12, "den": 1}
GOOD: dict[str, Any] = {
    "activity_a": "Create", "activity_b": "Release", "base_uom": "EA", "contract": "CT1",
    "currency": "EUR", "customer": "CU1", "den": "1", "four_eyes": "TRUE", "from_loc": "DC1",
    "holidays": "2026-12-25; 2026-12-26", "hours": "08:00-12:00, 13:00-17:00", "item": "A",
    "lead_time_days": "2.5", "metric": "otif", "num": 12.0, "object": "po",
    "path": ["lead", "head"], "service_level": "0.95", "target": 0.98, "tier": 1,
    "to_loc": "DC2", "unit_cost": "4.1", "uom": "CS", "weight_kg": 0.0025,
    "working_days": "Mon-Thu, sat", "zone": "Europe/Berlin",
    "url": "https://erp.example:8443/{type}?id={id}",
}  # fmt: skip


def record(make: Make, entity: str, key: str, fields: Any, **data: Any) -> dict[str, Any]:
    named = {"entity": entity, "key": key, "fields": fields}
    return make("master.record_changed", **({"valid_from": ...} | named | data))


def example_of(name: str) -> dict[str, Any]:
    fields = ENTITIES[name].fields
    return {each.name: GOOD[each.name] for each in fields if each.name in GOOD}


@pytest.mark.parametrize("name", [name for name, each in ENTITIES.items() if each.fields])
def test_a_record_of_every_entity_is_accepted_and_known_by_its_item(
    decode: Decode, make: Make, name: str
) -> None:
    # given a record with a value in every kind of field
    stated = example_of(name)
    key = ENTITIES[name].key_of(stated) or "K"
    # when it is decoded
    decoded = decode(record(make, name, key, stated))
    # then nothing is wrong with it, and it lies with its item
    assert [each.reason for each in decoded.refused] == []
    (row,) = decoded.table.to_pylist()
    about = {"item": "K", "item_uom": "A", "cost": "A", "planning_param": "A"}
    assert row["item"] == about.get(name, "")
    mine = {"type": ENTITIES[name].object_type or name, "id": key, "qualifier": ""}
    assert row["objects"][0] == mine
    named = [each["id"] for each in row["objects"] if each["type"] == "item"]
    assert named == [about[name]] if name in about else not named


@pytest.mark.parametrize(
    ("entity", "stated", "text"),
    [
        ("item_uom", {"num": "x"}, "is 'x'; expected a whole number from 1"),
        ("item_uom", {"num": 0}, "is 0; expected a whole number from 1"),
        ("item_uom", {"num": True}, "is True; expected a whole number"),
        ("item_uom", {"den": 1.5}, "is 1.5; expected a whole number from 1"),
        ("item_uom", {"den": ""}, "is missing; expected a whole number"),
        ("item_uom", {"uom": "CASE"}, "is 'CASE'; expected a UNECE Rec 20"),
        ("item_uom", {"item": 7}, "is 7; expected a text of 1 to 256"),
        ("cost", {"unit_cost": "1.00001"}, "at most 4 decimals"),
        ("cost", {"unit_cost": "-1"}, "an amount from 0"),
        ("cost", {"unit_cost": 1e99}, "an amount from 0"),
        ("cost", {"currency": "eur"}, "expected an ISO 4217 code"),
        ("planning_param", {"service_level": 95}, "from 0 to 1"),
        ("location", {"zone": "Berlin"}, "expected an IANA time zone"),
        ("location", {"zone": "../etc/passwd"}, "an IANA time zone"),
        ("calendar", {"working_days": "mo"}, "expected weekdays"),
        ("calendar", {"hours": "17:00-08:00"}, "expected opening hours"),
        ("calendar", {"holidays": ["2026-02-30"]}, "expected dates"),
        ("approval_policy", {"four_eyes": "yes"}, "true or false"),
        ("customer", {"tier": 1.5}, "expected a text of at most 256"),
        ("customer", {"name": "x" * 257}, "expected a text of at most 256"),
    ],
)
def test_a_wrong_value_is_a_dead_letter_that_names_its_field(
    decode: Decode, make: Make, entity: str, stated: dict[str, Any], text: str
) -> None:
    fields = example_of(entity) | stated
    decoded = decode(record(make, entity, ENTITIES[entity].key_of(fields) or "K", fields))
    (refusal,) = decoded.refused
    assert not len(decoded.table)
    assert refusal.field == f"data.fields.{next(iter(stated))}"
    assert text in refusal.reason
    assert "\n" not in refusal.reason


@pytest.mark.parametrize(
    "url", ["https://erp.example/po/{id}", "https://erp.example:80/?i={item}&l={loc}#{type}"]
)
def test_a_link_may_be_filled_in_after_its_host(url: str) -> None:
    assert check("link_template", "L1", {"object": "po", "url": url}) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example/{id}",
        "javascript:alert(1)",
        "https://{id}.example/",
        "https://erp.example{id}/",
        "https://erp.example@evil.example/{id}",
        "https://erp.example:0/{id}",
        "https://erp.example:port/{id}",
        "https:///{id}",
        "https://erp.example/{who}",
        "https://erp.example/{id",
        "https://erp.example/{{id}}",
        'https://erp.example/"><script>',
        "https://erp.example/a b",
        "https://erp.example\\@evil.example/{id}",
        "https://[::1/{id}",
    ],
)
def test_a_link_that_could_lead_elsewhere_is_refused(url: str) -> None:
    fault = check("link_template", "L1", {"object": "po", "url": url})
    assert fault
    assert (fault.code, fault.field) == ("not_a_link", "data.fields.url")


def test_an_unknown_entity_is_a_dead_letter_that_names_near_ones(
    decode: Decode, make: Make
) -> None:
    (refusal,) = decode(record(make, "Items", "A", {})).refused
    assert refusal.field == "data.entity"
    assert "did you mean item" in refusal.reason
    with pytest.raises(UnknownTypeError, match="did you mean supplier"):
        find("suplier")


def test_a_unit_that_is_not_known_may_be_one_day(decode: Decode, make: Make) -> None:
    stated = CASE | {"uom": "XYZ"}
    (refusal,) = decode(record(make, "item_uom", "A/XYZ", stated)).refused
    assert refusal.kind == "quarantine"


@pytest.mark.parametrize(
    ("entity", "key", "stated"),
    [
        ("item_uom", "A-CS", CASE),
        ("cost", "A", {"item": "A", "loc": "DC1"}),
        ("cost", "A/DC1", {"item": "A"}),
    ],
)
def test_a_key_that_its_fields_make_up_must_agree_with_them(
    entity: str, key: str, stated: dict[str, Any]
) -> None:
    fault = check(entity, key, stated)
    assert fault
    assert (fault.code, fault.field) == ("wrong_key", "data.key")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"valid_from": "15.03.2026"}, "data.valid_from"),
        ({"valid_from": "2026-03-15T00:00:00"}, "data.valid_from"),
        ({"valid_from": "2026-02-30"}, "data.valid_from"),
        ({"valid_to": "never"}, "data.valid_to"),
        ({"valid_from": "2026-03-15", "valid_to": "2026-03-15"}, "data.valid_to"),
        (
            {"valid_from": "2026-03-15T01:00:00+01:00", "valid_to": "2026-03-15"},
            "data.valid_to",
        ),
    ],
)
def test_validity_that_makes_no_sense_is_a_dead_letter(
    decode: Decode, make: Make, data: dict[str, Any], field: str
) -> None:
    (refusal,) = decode(record(make, "item", "A", {}, **data)).refused
    assert refusal.field == field


def test_days_beyond_all_calendars_mean_always_and_without_end() -> None:
    assert validity.check("0001-01-01", "9999-12-31") is None
    assert validity.moment("1900-01-01") == 0
    assert validity.moment("9999-12-31") == validity.moment("2201-01-01")


def test_what_is_stated_is_read_to_the_same_value_from_json_and_from_text() -> None:
    read = {name: values(ENTITIES[name], example_of(name)) for name in ENTITIES}
    assert read["item_uom"] == CASE
    assert read["cost"]["unit_cost"] == Decimal("4.1")
    assert read["item"]["weight_kg"] == Decimal("0.0025")
    assert read["planning_param"]["service_level"] == 0.95
    assert read["approval_policy"]["four_eyes"] is True
    assert read["approval_policy"]["path"] == ["lead", "head"]
    assert read["customer"]["tier"] == "1"
    assert read["calendar"]["working_days"] == ["mon", "tue", "wed", "thu", "sat"]
    assert read["calendar"]["holidays"] == [date(2026, 12, 25), date(2026, 12, 26)]
    assert read["calendar"]["hours"] == "08:00-12:00,13:00-17:00"


def test_what_an_entity_does_not_know_is_kept_as_text() -> None:
    stated = {"description": "Bolt", "colour": "red", "pack": 12, "tags": ["a"], "none": None}
    kept = attributes(ENTITIES["item"], stated)
    assert kept == {"colour": "red", "pack": "12", "tags": '["a"]'}


@given(st.integers(0, 10**16), st.integers(0, 6))
def test_an_amount_is_read_exactly_or_not_at_all(digits: int, places: int) -> None:
    text = f"{Decimal(digits).scaleb(-places):f}"
    fits = (Fraction(text) * 10**4).denominator == 1 and Fraction(text) < 10**11
    assert (check("cost", "A", {"item": "A", "unit_cost": text}) is None) == fits
    if fits:
        assert values(ENTITIES["cost"], {"unit_cost": text})["unit_cost"] == Decimal(text)


@given(
    st.sampled_from([(e, f) for e in ENTITIES.values() for f in e.fields]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=4,
    ),
)
def test_no_value_makes_the_check_raise(where: tuple[Any, Field], value: Any) -> None:
    entity, field = where
    fault = check(entity.name, "K", example_of(entity.name) | {field.name: value})
    assert fault is None or fault.field in {f"data.fields.{field.name}", "data.key"}


def test_every_reference_leads_to_an_entity() -> None:
    named = {each.to for entity in ENTITIES.values() for each in entity.fields if each.to}
    assert named <= set(ENTITIES)
    assert len({entity.table for entity in ENTITIES.values()}) == len(ENTITIES)


def test_the_document_is_what_the_catalogue_says() -> None:
    assert document.PAGE.read_text(encoding="utf-8") == document.page(), (
        "docs/master-data.md is out of date; run `python -m sightline.events.masters.document`"
    )
