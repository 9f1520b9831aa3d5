# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever way an event comes in, it goes to the same partition."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.events.catalogue import TYPES
from sightline.events.decode import decode_lines
from sightline.events.examples import example
from sightline.events.partition import of_bytes, partition_of
from sightline.events.publish import to_piece
from sightline.events.routing import part_of_event, part_of_line, parts_of_table

Make = Callable[..., dict[str, Any]]
MASTER = 39
MANY = 251  # as many partitions as a log may have, nearly: no agreement by chance

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=9)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a master record about an item or about something else."""
    item, loc = draw(names), draw(names)
    cost = {"entity": "cost", "fields": {"item": item}, "key": item}
    there = {"entity": "cost", "fields": {"item": item, "loc": loc}, "key": f"{item}/{loc}"}
    case = {"item": item, "uom": "CS", "num": 12, "den": 1}
    unit = {"entity": "item_uom", "fields": case, "key": f"{item}/CS"}
    supplier = {"entity": "supplier", "fields": {}, "key": item}
    plain = {"entity": "item", "fields": None, "key": item}
    return dict(draw(st.sampled_from([cost, there, unit, supplier, plain])))


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an example of any type with names of its own; optional ones may be missing."""
    kind = draw(st.sampled_from(list(TYPES.values())))
    event = example(kind)
    del event["id"]
    event.pop("partitionkey", None)
    for name, value in list(event["data"].items()):
        if isinstance(value, str) and value == "A100":
            event["data"][name] = draw(names)
    if draw(st.booleans()) and kind.struct.__struct_fields__ and kind.number in (18, 27, 32):
        event["data"].pop("item", None)
    if kind.number == MASTER:
        event["data"] |= draw(records())
    if draw(st.booleans()):
        event["data"]["objects"] = [{"type": draw(names), "id": draw(names)}]
    tenant = {"tenantid": draw(names)} if draw(st.booleans()) else {}
    return event | {"id": draw(names)} | tenant


@given(events())
def test_a_line_an_event_and_a_row_of_one_event_agree(event: dict[str, Any]) -> None:
    # given an event of any type
    line = msgspec.json.encode(event)
    decoded = decode_lines([line], ingest_ms=0)
    assert not decoded.refused
    # then all ways lead to one partition
    (of_row,) = parts_of_table(decoded.table, MANY).tolist()
    assert part_of_line(line, MANY) == part_of_event(event, MANY) == of_row
    assert [piece.part for piece in to_piece([event], MANY)] == [of_row]


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_the_way_it_is_written_does_not_matter(kind: Any) -> None:
    event = example(kind)
    spaced = json.dumps(event, indent=None, ensure_ascii=True, separators=(" , ", " : "))
    assert part_of_line(spaced.encode(), MANY) == part_of_line(
        msgspec.json.encode(dict(reversed(event.items()))), MANY
    )


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("inventory.issue", {}, "A100"),
        ("approval.requested", {}, "APR1"),
        ("master.record_changed", {"entity": "item", "key": "B7"}, "B7"),
        (
            "master.record_changed",
            {"entity": "item_uom", "key": "B7/CS", "fields": {"item": "B7"}},
            "B7",
        ),
        ("master.record_changed", {"entity": "cost", "fields": {"item": "B7"}}, "B7"),
        ("master.record_changed", {"entity": "supplier", "key": "S1"}, "S1"),
        ("process.activity", {"case": "C9", "objects": [{"type": "po", "id": "P"}]}, "C9"),
        ("demand.signal", {"item": ..., "customer": "CU9"}, "CU9"),
        ("constraint.snapshot", {"loc": "DC9"}, "DC9"),
    ],
)
def test_it_goes_by_its_item_else_by_its_main_object(
    make: Make, name: str, data: dict[str, Any], key: str
) -> None:
    event = make(name, envelope={"partitionkey": ...}, **data)
    wanted = partition_of("main", key, "", "", MANY)
    assert part_of_line(msgspec.json.encode(event), MANY) == wanted


def test_a_partition_key_counts_only_without_an_item(make: Make) -> None:
    def part(name: str, **data: Any) -> int:
        event = make(name, envelope={"partitionkey": "K", "tenantid": "t"}, **data)
        return part_of_line(msgspec.json.encode(event), MANY)

    assert part("approval.decided") == partition_of("t", "K", "", "", MANY)
    assert part("inventory.issue") == partition_of("t", "A100", "", "", MANY)
    assert part("master.record_changed") == partition_of("t", "A100", "", "", MANY)
    supplier = part("master.record_changed", entity="supplier", key="S1")
    assert supplier == partition_of("t", "K", "", "", MANY)


def test_an_event_that_names_nothing_goes_by_its_id(make: Make) -> None:
    event = make("constraint.snapshot", loc=..., customer=..., supplier=..., po=...)
    wanted = partition_of("main", event["id"], "", "", MANY)
    assert part_of_line(msgspec.json.encode(event), MANY) == wanted


@given(st.binary(max_size=80) | st.sampled_from([b"[]", b"{}", b'{"data":[]}', b"null", b"7"]))
def test_bytes_that_are_no_event_have_a_partition_too(line: bytes) -> None:
    assert 0 <= part_of_line(line, 8) < 8


def test_what_is_no_json_goes_by_its_bytes() -> None:
    assert part_of_line(b"no json", 8) == of_bytes(b"no json", 8)
