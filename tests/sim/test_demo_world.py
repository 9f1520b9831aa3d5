# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's world is the same every time, valid to the last event, and plausible."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest

from sightline.events.decode import decode_lines
from sightline.sim.demo import HISTORY_DAYS, SURGE, Demo
from sightline.sim.world import Event

START = datetime(2026, 3, 30, 9, 15, tzinfo=UTC)  # a Monday
MOVES = {
    "inventory.receipt": ("loc", 1),
    "inventory.shipment": ("loc", -1),
    "inventory.issue": ("loc", -1),
    "inventory.adjusted": ("loc", 1),
    "inventory.returned": ("loc", 1),
    "transfer.shipped": ("from_loc", -1),
    "transfer.received": ("to_loc", 1),
}
MINUTES_15 = timedelta(minutes=15)


@pytest.fixture(scope="module")
def history() -> list[Event]:
    return Demo(7, START).history()


@pytest.fixture(scope="module")
def showing() -> list[Event]:
    demo = Demo(7, START)
    demo.history()
    live = takewhile(lambda due: due[0] <= START + MINUTES_15, demo.live("L1"))
    return [event for _, event in live]


def test_the_same_seed_and_start_give_the_same_events(history: list[Event]) -> None:
    assert Demo(7, START).history() == history


def test_another_seed_gives_other_events(history: list[Event]) -> None:
    assert {e["id"] for e in Demo(8, START).history()}.isdisjoint(e["id"] for e in history)


def test_no_event_of_history_or_showing_is_refused(
    history: list[Event], showing: list[Event]
) -> None:
    lines = [json.dumps(event).encode() for event in history + showing]
    decoded = decode_lines(lines, ingest_ms=int((START + MINUTES_15).timestamp() * 1000))
    assert decoded.refused == []
    assert decoded.table.num_rows == len(lines)


def test_history_covers_four_weeks_in_order_and_ends_at_the_start(
    history: list[Event],
) -> None:
    times = [datetime.fromisoformat(event["time"]) for event in history]
    assert times == sorted(times)
    assert START - times[0] > timedelta(days=HISTORY_DAYS - 1)
    assert START - timedelta(hours=3) < times[-1] <= START
    assert 5_000 <= len(history) <= 10_000


def test_ids_are_unique_over_history_and_showings(
    history: list[Event], showing: list[Event]
) -> None:
    # given a second showing of the same world
    demo = Demo(7, START)
    demo.history()
    second = [event for _, event in islice(demo.live("L2"), 200)]
    # then only the events of life itself, which goes on underneath, are the same
    ids = [event["id"] for event in history + showing]
    assert len(set(ids)) == len(ids)
    again = [event for event in second if event["id"] in set(ids)]
    assert all(event in showing for event in again)
    assert len(again) < len(second) / 10


def test_no_stock_goes_below_zero(history: list[Event], showing: list[Event]) -> None:
    # given every movement, shown and not; a count is an anchor
    on_hand: Counter[tuple[str, str]] = Counter()
    by_id = {event["id"]: event for event in history}
    lowest = 0
    for event in history + showing:
        data, kind = event["data"], event["type"].removeprefix("io.sightline.")[:-3]
        if kind == "inventory.counted":
            on_hand[data["item"], data["loc"]] = _units(event)
        elif kind == "inventory.reversed":
            on_hand[data["item"], data["loc"]] -= _units(by_id[data["reverses"]])
        elif kind in MOVES:
            loc, sign = MOVES[kind]
            on_hand[data["item"], data[loc]] += sign * _units(event)
        # then nothing is ever taken from an empty shelf
        lowest = min(lowest, *on_hand.values(), 0)
    assert lowest == 0


def test_the_last_closed_day_brings_a_surge(history: list[Event]) -> None:
    by_day: Counter[str] = Counter()
    for event in history:
        data = event["data"]
        if "line_placed" in event["type"] and (data["item"], data["loc"]) == SURGE:
            by_day[event["time"][:10]] += int(data["q"]["qty"])
    yesterday = (START - timedelta(days=1)).date().isoformat()
    others = [units for day, units in by_day.items() if day != yesterday]
    assert by_day[yesterday] > 2 * max(others)


def test_a_shortage_begins_within_the_first_minute_and_ends_with_a_receipt(
    showing: list[Event],
) -> None:
    large = next(e for e in showing if "line_placed" in e["type"] and _units(e) > 100)
    item, line = large["data"]["item"], large["data"]["order_line"]
    assert datetime.fromisoformat(large["time"]) < START + timedelta(minutes=1)
    assert large["data"]["requested_date"] == START.date().isoformat()
    after = showing[showing.index(large) :]
    receipt = next(e for e in after if "receipt" in e["type"] and _units(e) >= _units(large))
    assert receipt["data"]["item"] == item
    assert any("shipment" in e["type"] and e["data"]["order_line"] == line for e in after)


def test_every_location_gets_an_order_at_once(showing: list[Event]) -> None:
    first = [e["data"]["loc"] for e in showing if "line_placed" in e["type"]][:3]
    assert set(first) == {"HAM", "LYO", "POZ"}


def test_finance_is_the_slow_step_of_purchase_approval(history: list[Event]) -> None:
    # given the approval steps of each case, in order
    waits: dict[str, list[float]] = {}
    last: dict[str, datetime] = {}
    for event in (e for e in history if "process.activity" in e["type"]):
        data, time = event["data"], datetime.fromisoformat(event["time"])
        if data["case"] in last:
            hours = (time - last[data["case"]]).total_seconds() / 3600
            waits.setdefault(data["activity"], []).append(hours)
        last[data["case"]] = time
    typical = {activity: sorted(all_)[len(all_) // 2] for activity, all_ in waits.items()}
    # then people send back, reject and wait longest for finance
    assert {"Send back", "Change request", "Reject", "Release order"} <= set(typical)
    assert typical["Approve by finance"] > 3 * typical["Approve by manager"]


def test_life_goes_on_the_same_whether_or_not_it_was_shown(history: list[Event]) -> None:
    # given a world that was left alone for three hours after its history
    alone = Demo(7, START).catch_up(START, START + timedelta(hours=3))
    # and one that was shown for the same time
    demo = Demo(7, START)
    assert demo.history() == history
    shown = takewhile(lambda due: due[0] <= START + timedelta(hours=3), demo.live("L1"))
    ids = {event["id"]: event for _, event in shown}
    # then every event of the first is in the second, unchanged
    assert alone
    assert all(ids[event["id"]] == event for event in alone)


def _units(event: Event) -> int:
    return int(event["data"]["q"]["qty"])
