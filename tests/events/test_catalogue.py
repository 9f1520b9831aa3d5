# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalogue is complete, explains itself and can be looked up."""

import pytest
from msgspec.structs import fields

from sightline.errors import UnknownTypeError
from sightline.events import document
from sightline.events.catalogue import TYPES, find
from sightline.events.describe import description, fields_of
from sightline.events.event_type import EventType

EVERY_TYPE = pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
WITH_AN_EFFECT = [
    *("inventory.receipt", "inventory.shipment", "inventory.issue", "inventory.adjusted"),
    *("inventory.counted", "inventory.hold_changed", "inventory.returned"),
    *("inventory.reversed", "transfer.requested", "transfer.shipped", "transfer.received"),
    *("allocation.changed", "demand.line_placed", "demand.line_changed"),
    *("demand.line_cancelled", "demand.line_promised", "supply.po_released"),
    *("supply.po_changed", "supply.po_acknowledged", "supply.asn"),
]
LINE_OF = {
    "inventory.shipment": "order_line",
    "inventory.returned": "order_line",
    "allocation.changed": "order_line",
    "demand.line_placed": "order_line",
    "demand.line_changed": "order_line",
    "demand.line_cancelled": "order_line",
    "demand.line_promised": "order_line",
    "supply.po_released": "po_line",
    "supply.po_changed": "po_line",
    "supply.po_acknowledged": "po_line",
    "supply.asn": "po_line",
    "transfer.requested": "transfer_line",
    "transfer.shipped": "transfer_line",
    "transfer.received": "transfer_line",
}


def test_the_catalogue_has_the_forty_two_types_in_their_order() -> None:
    assert [kind.number for kind in TYPES.values()] == list(range(1, 43))
    assert all(full == kind.full for full, kind in TYPES.items())


@EVERY_TYPE
def test_every_type_says_what_it_is_in_one_sentence(kind: EventType) -> None:
    assert kind.summary.endswith(".")
    assert "\n" not in kind.summary
    assert kind.objects
    assert kind.maps_from


@EVERY_TYPE
def test_every_field_has_a_meaning(kind: EventType) -> None:
    assert [field.name for field in fields_of(kind.struct) if not field.meaning] == []


@pytest.mark.parametrize("name", WITH_AN_EFFECT)
def test_a_type_with_an_effect_requires_item_and_location(name: str) -> None:
    required = {field.name for field in fields_of(find(name).struct) if field.required}
    loc = "from_loc" if name.startswith("transfer.") else "loc"
    assert {"item", loc} <= required


@pytest.mark.parametrize(("name", "line"), LINE_OF.items())
def test_a_type_about_a_line_requires_the_line(name: str, line: str) -> None:
    required = {field.name for field in fields_of(find(name).struct) if field.required}
    assert line in required


def test_only_three_types_are_signed() -> None:
    signed = {kind.name for kind in TYPES.values() if kind.signed}
    assert signed == {"inventory.adjusted", "inventory.hold_changed", "allocation.changed"}


@pytest.mark.parametrize("name", ["inventory.receipt", "io.sightline.inventory.receipt.v1"])
def test_a_type_is_found_by_its_short_and_by_its_full_name(name: str) -> None:
    assert find(name).number == 1


def test_an_unknown_type_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(UnknownTypeError, match=r"did you mean .*inventory\.receipt"):
        find("inventory.reciept")


def test_a_far_fetched_type_is_answered_with_the_list() -> None:
    with pytest.raises(UnknownTypeError, match="events list"):
        find("zzzzzz")


def test_required_fields_come_first_in_descriptions() -> None:
    told = description(find("supply.asn"))["fields"]
    needed = [field["required"] for field in told]
    assert needed == sorted(needed, reverse=True)


def test_no_two_fields_of_a_type_share_a_name_on_the_wire() -> None:
    for kind in TYPES.values():
        names = [info.encode_name for info in fields(kind.struct)]
        assert len(set(names)) == len(names)


def test_the_document_is_what_the_catalogue_says() -> None:
    assert document.PAGE.read_text(encoding="utf-8") == document.page(), (
        "docs/events.md is out of date; run `python -m sightline.events.document`"
    )


def test_the_document_is_written_to_its_place(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "events.md"  # type: ignore[operator]
    monkeypatch.setattr(document, "PAGE", page)
    document.write()
    assert page.read_text(encoding="utf-8") == document.page()
