# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that we make go into the log by partition; rows become events again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from sightline.cli import main
from sightline.events import publish
from sightline.events.catalogue import TYPES
from sightline.events.decode import Decoded, decode_lines
from sightline.events.encode import envelope_of
from sightline.events.examples import example
from sightline.events.partition import partition_of
from sightline.events.publish import to_piece
from sightline.events.routing import main_object, part_of_event

Decode = Callable[..., Decoded]
Make = Callable[..., dict[str, Any]]


def test_each_partition_gets_its_events_in_their_order(make: Make) -> None:
    # given events of many items
    events = [
        make("inventory.issue", item=f"A{i % 7}", envelope={"id": str(i)}) for i in range(50)
    ]
    # when they are cut into pieces
    pieces = to_piece(events, 4)
    # then every event is in the piece of its item, in order
    assert len({piece.part for piece in pieces}) == len(pieces)
    assert sum(piece.events for piece in pieces) == 50
    for piece in pieces:
        found = [json.loads(line) for line in piece.body.splitlines()]
        assert (piece.fmt, piece.events) == ("ndjson", len(found))
        assert found == [event for event in events if part_of_event(event, 4) == piece.part]


def test_a_piece_never_holds_more_than_the_log_can_number(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "MAX_EVENTS", 3)
    pieces = to_piece([make("inventory.issue")] * 7, 4)
    assert [piece.events for piece in pieces] == [3, 3, 1]


def test_nothing_makes_no_piece() -> None:
    assert to_piece([], 4) == []


def test_an_event_with_an_item_goes_where_the_item_is(make: Make) -> None:
    event = make("transfer.shipped", envelope={"partitionkey": "elsewhere"})
    assert part_of_event(event, 1000) == partition_of("main", "A100", "", "", 1000)


def test_an_event_without_an_item_goes_by_its_key_or_its_main_object(make: Make) -> None:
    event = make("approval.decided")
    assert part_of_event(event, 1000) == partition_of("main", "", "", "APR1", 1000)
    keyed = make("approval.decided", envelope={"partitionkey": "K", "tenantid": "t"})
    assert part_of_event(keyed, 1000) == partition_of("t", "", "K", "", 1000)


@pytest.mark.parametrize(
    ("full", "data", "found"),
    [
        ("io.sightline.exception.opened.v1", {"exc_id": "E1", "item": "A"}, "E1"),
        ("io.sightline.process.activity.v1", {"case": "C1"}, "C1"),
        ("io.sightline.master.record_changed.v1", {"key": "S1"}, "S1"),
        ("unknown", {"objects": [{"type": "truck", "id": "T7"}]}, "T7"),
        ("unknown", {"objects": ["T7"]}, ""),
        (None, {}, ""),
    ],
)
def test_the_main_object_is_what_the_event_is_about(
    full: Any, data: dict[str, Any], found: str
) -> None:
    assert main_object(full, data) == found


def test_the_lab_day_survives_being_written_and_read_again(lab: list[bytes]) -> None:
    table = decode_lines(lab, ingest_ms=0).table
    lines = [envelope_of(row) for row in table.to_pylist()]
    assert decode_lines(lines, ingest_ms=0).table.equals(table)


@pytest.mark.parametrize("time", ["2026-03-02T07:00:00.123Z", "2026-03-02T09:00:00+02:00"])
def test_times_survive_being_written_and_read_again(
    time: str, decode: Decode, make: Make
) -> None:
    event = make(
        "inventory.issue", envelope={"time": time, "recordedtime": ..., "tenantid": "t"}
    )
    table = decode(event).table
    assert decode(envelope_of(table.to_pylist()[0])).table.equals(table)


def test_the_command_lists_every_type() -> None:
    result = CliRunner().invoke(main, ["events", "list", "--format", "json"])
    assert result.exit_code == 0
    assert [row["name"] for row in json.loads(result.stdout)] == [
        k.name for k in TYPES.values()
    ]


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_the_command_shows_every_type(kind: Any) -> None:
    shown = CliRunner().invoke(main, ["events", "show", kind.name])
    assert shown.exit_code == 0
    assert kind.summary in shown.stdout
    told = CliRunner().invoke(main, ["events", "show", kind.full, "--format", "json"])
    assert json.loads(told.stdout)["example"] == example(kind)


def test_the_command_answers_an_unknown_type_in_one_line() -> None:
    result = CliRunner().invoke(main, ["events", "show", "inventory.reciept"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "inventory.receipt" in result.stderr
