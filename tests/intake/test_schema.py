# SPDX-License-Identifier: AGPL-3.0-or-later
"""The schemas that are served accept what the decoder accepts, and refuse what is misbuilt."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sightline.events.catalogue import TYPES
from sightline.events.decode import decode_lines
from sightline.events.event_type import EventType
from sightline.events.examples import example
from sightline.intake.schema import DIALECT, schema_of
from tests.intake.conftest import Site

KINDS = list(TYPES.values())
NAMES = [kind.name for kind in KINDS]
CLOUD = ("id", "source", "specversion", "time", "type", "data")


def is_valid(kind: EventType, event: Any) -> bool:
    return bool(Draft202012Validator(schema_of(kind)).is_valid(event))


def is_accepted(event: Any) -> bool:
    return not decode_lines([json.dumps(event).encode()], ingest_ms=1_800_000_000_000).refused


def misbuilt(kind: EventType) -> Iterator[tuple[str, Any]]:
    """Yield the example of `kind` with one thing wrong at a time."""
    good = example(kind)
    yield "a list", [good]
    for name in CLOUD:
        yield f"no {name}", {key: value for key, value in good.items() if key != name}
        yield f"{name} is a number", good | {name: 7}
    yield "a day for a time", good | {"time": "2026-03-02"}
    yield "a time without an offset", good | {"time": "2026-03-02T07:00:00"}
    yield "another version", good | {"specversion": "0.3"}
    yield "an id of nothing", good | {"id": ""}
    yield "a source without end", good | {"source": "x" * 257}
    for name in schema_of(kind)["$defs"][kind.struct.__name__].get("required", ()):
        rest = {key: value for key, value in good["data"].items() if key != name}
        yield f"no data.{name}", good | {"data": rest}
        yield f"data.{name} is false", good | {"data": {**rest, name: False}}
    yield "objects that are no list", good | {"data": good["data"] | {"objects": "x"}}
    yield "an object without a type", good | {"data": good["data"] | {"objects": [{"id": "a"}]}}
    if "q" in kind.struct.__struct_fields__ and "q" in good["data"]:
        for change in ({"qty": 3}, {"qty": "3,5"}, {"qty": "1e3"}, {"uom": "XX"},
                       {"conv_num": 0, "conv_den": 1}, {"conv_src": "guess"}):  # fmt: skip
            quantity = {**good["data"]["q"], **change}
            yield f"q with {change}", good | {"data": good["data"] | {"q": quantity}}
        if not kind.signed:
            quantity = {**good["data"]["q"], "qty": "-3"}
            yield "a negative q", good | {"data": good["data"] | {"q": quantity}}


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_schema_is_one_and_accepts_the_example(kind: EventType) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["examples"] == [example(kind)]
    assert is_valid(kind, example(kind))
    assert is_accepted(example(kind))


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_schema_refuses_what_is_misbuilt_and_so_does_the_decoder(kind: EventType) -> None:
    for what, event in misbuilt(kind):
        assert not is_valid(kind, event), what
        assert not is_accepted(event), what


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_what_is_left_open_may_be_null_absent_or_more(kind: EventType) -> None:
    good = example(kind)
    open_ = schema_of(kind)["$defs"][kind.struct.__name__]
    optional = set(open_["properties"]) - set(open_.get("required", ()))
    nulls = good | {"data": good["data"] | dict.fromkeys(optional)}
    more = good | {"myextension": "x", "data": good["data"] | {"colour": {"of": ["anything"]}}}
    least = good | {"data": {n: v for n, v in good["data"].items() if n not in optional}}
    for event in (nulls, more, least):
        assert is_valid(kind, event)
    assert is_accepted(more)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_field_is_explained(kind: EventType) -> None:
    schema = schema_of(kind)
    fields = schema["$defs"][kind.struct.__name__]["properties"] | schema["properties"]
    plain = {name for name, told in fields.items() if not told.get("description")}
    assert plain <= {"data"}
    assert kind.summary in schema["description"]


def test_a_quantity_says_its_unit_its_sign_and_its_limits() -> None:
    schema = schema_of(TYPES["io.sightline.inventory.receipt.v1"])
    assert "magnitude, never 0" in schema["description"]
    assert schema["$defs"]["Receipt"]["properties"]["q"]["x-unit"] == "uom of the block"
    assert schema["$defs"]["Quantity"]["properties"]["qty"]["maxLength"] == 64


def test_all_types_are_listed_with_their_schemas(site: Site) -> None:
    listed = site.ask("GET", "/api/schema").json
    assert [each["type"] for each in listed] == list(TYPES)
    for each in listed:
        answer = site.ask("GET", each["schema"])
        assert answer.status == 200
        assert answer.json["title"] == each["type"]
        assert answer.json["description"].startswith(each["summary"])


@pytest.mark.parametrize("name", ["inventory.receipt", "io.sightline.inventory.receipt.v1"])
def test_a_type_is_found_by_its_short_and_its_full_name(site: Site, name: str) -> None:
    kind = TYPES["io.sightline.inventory.receipt.v1"]
    assert site.ask("GET", f"/api/schema/{name}").json == json.loads(
        json.dumps(schema_of(kind))
    )


@pytest.mark.parametrize("name", ["inventory.recipt", "io.sightline.inventory.recipt.v1"])
def test_a_misspelt_type_is_told_its_neighbours(site: Site, name: str) -> None:
    answer = site.ask("GET", f"/api/schema/{name}")
    assert answer.status == 404
    assert "did you mean inventory.receipt" in answer.json["error"]


@pytest.mark.parametrize("name", ["x" * 5000, "%00", "..%2f..%2fetc", "%ff", "<b>"])
def test_any_other_name_is_404(site: Site, name: str) -> None:
    assert site.ask("GET", f"/api/schema/{name}").status == 404
