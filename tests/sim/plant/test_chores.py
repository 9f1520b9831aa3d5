# SPDX-License-Identifier: AGPL-3.0-or-later
"""Warehouses count, correct and hold, and every event says exactly what the book does."""

from collections import Counter

import numpy as np
import pytest

from sightline.events.decode import decode_lines
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, day_of
from sightline.sim.fulfil.counts import CountBatch
from sightline.sim.fulfil.holds import HoldEnd
from tests.sim.plant.quiet_world import Lived, as_table, life, rebuilt


@pytest.fixture(scope="module")
def theft() -> Lived:
    return life(thieves=((1, 0.2), (2, 0.01)))


def test_levels_follow_from_the_events_alone_at_the_end_of_every_day(
    theft: Lived,
) -> None:
    story = theft
    for day, level in enumerate(story.levels):
        end = story.world.run.start + (day + 1) * DAY
        told = rebuilt([each for each in story.events if each["at"] < end])
        np.testing.assert_array_equal(as_table(told, story.world), level[:5])


def test_every_line_of_the_warehouses_is_a_valid_event(theft: Lived) -> None:
    story = theft
    decoded = decode_lines(story.lines, ingest_ms=story.world.run.end // 1000)
    assert len(decoded.table) == len(story.lines) > 1_000
    assert decoded.refused == []


def test_the_books_open_with_one_count_of_every_item_at_every_place(
    theft: Lived,
) -> None:
    story = theft
    start = story.world.run.start
    first = [each for each in story.events if each["at"] < start + 10_000_000]
    opened = [each for each in first if each["type"] == "inventory.counted"]
    shelves = {(each["data"]["item"], each["data"]["loc"]) for each in opened}
    assert len(opened) == len(shelves) == len(story.world.cast.items) * 3


def test_counts_lie_in_the_first_seconds_of_hours_of_work(theft: Lived) -> None:
    story = theft
    for batch in story.of(CountBatch)[1:]:
        for at, place in zip(batch.at.tolist(), batch.place.tolist(), strict=True):
            assert at % HOUR < 10_000_000
            assert story.world.cast.calendar_of(place).is_open(day_of(at)) or place in (1, 2)


def test_a_shelf_is_counted_once_a_day_at_most(theft: Lived) -> None:
    story = theft
    days = Counter(
        (int(item), int(place), day_of(int(at)))
        for batch in story.of(CountBatch)
        for at, item, place in zip(batch.at, batch.item, batch.place, strict=True)
    )
    assert max(days.values()) == 1


def test_a_items_are_counted_more_often_than_c_items() -> None:
    story = life()
    abc = story.world.cast.item_abc
    batches = story.of(CountBatch)[1:]
    counted = np.bincount(abc[np.concatenate([batch.item for batch in batches])], minlength=3)
    often = counted / np.bincount(abc, minlength=3)
    assert often[0] > 1.5 * often[1]
    assert often[1] > 1.2 * often[2]


def test_a_count_finds_what_is_there_whatever_the_books_say(
    theft: Lived,
) -> None:
    # given what was there at first, what moved by the events and what the thief took
    story, thief = theft, theft.thief
    world = story.world
    code = [item.code for item in world.cast.items]
    moved = [each for each in story.events if each["type"] != "inventory.counted"]
    opening = story.of(CountBatch)[0]
    there = {
        (int(i), int(p)): int(u)
        for i, p, u in zip(opening.item, opening.place, opening.units, strict=True)
    }
    # when somebody counts
    looked = 0
    for batch in story.of(CountBatch)[1:]:
        told = rebuilt([each for each in moved if each["at"] < batch.at[0] // HOUR * HOUR])
        for row, (item, place) in enumerate(zip(batch.item, batch.place, strict=True)):
            taken = sum(
                thief.took[int(place), code[item], day]
                for day in range(day_of(world.run.start), day_of(int(batch.at[row])) + 1)
            )
            net = told[code[item], world.cast.places[place].code]["on_hand"]
            # then the shelf holds just the difference, and nearly all counts say so
            assert batch.there[row] == there[int(item), int(place)] + net - taken
            assert abs(batch.units[row] - batch.there[row]) <= 2
            looked += taken > 0
    assert looked > 100
    wrong = sum(int((each.units != each.there).sum()) for each in story.of(CountBatch))
    assert 0 < wrong < 0.1 * sum(len(each.at) for each in story.of(CountBatch))


def test_corrections_entered_twice_are_taken_back_within_the_hour() -> None:
    undone = []
    for seed in (3, 4):
        events = {each["id"]: each for each in life(seed=seed).events}
        undone += [
            (events[each["data"]["reverses"]], each)
            for each in events.values()
            if each["type"] == "inventory.reversed"
        ]
    assert len(undone) >= 3
    for mistake, reversal in undone:
        assert mistake["type"] == "inventory.adjusted"
        assert mistake["source"] == reversal["source"]
        assert mistake["at"] < reversal["at"] < mistake["at"] // HOUR * HOUR + HOUR
        assert mistake["at"] % HOUR >= MINUTE


def test_what_is_held_is_let_go_or_thrown_away_later(theft: Lived) -> None:
    story = theft
    ends = story.of(HoldEnd)
    scrapped = [
        each["data"]["lot"]
        for each in story.events
        if each["type"] == "inventory.issue" and "lot" in each["data"]
    ]
    assert {each.hold.kind for each in ends} >= {"quality"}
    assert all(DAY <= each.until - each.since <= 14 * DAY for each in ends)
    assert {each.hold.lot for each in ends if each.is_scrapped} == set(scrapped)


def test_chores_leave_no_shelf_overdrawn_where_nobody_steals() -> None:
    for level in life().levels:
        assert (level[0] - level[1] - level[2]).min() >= 0
