# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shrinkage and late transfers, each against the same world without."""

import json
from typing import Any

import numpy as np
import pytest

from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.fulfil.counts import CountBatch
from sightline.sim.procure.transfer import Transfer
from tests.sim.plant.quiet_world import Lived, life

THIEVES = ((0, 0.4), (1, 0.4))
WAIT_HOURS = 36


@pytest.fixture(scope="module")
def shrinking() -> tuple[Lived, Lived]:
    return life(), life("X13")


@pytest.fixture(scope="module")
def late() -> tuple[Lived, Lived]:
    return life(thieves=THIEVES), life("X16", thieves=THIEVES)


def test_shrinkage_changes_nothing_but_items_of_its_place(
    shrinking: tuple[Lived, Lived],
) -> None:
    _, there = shrinking
    (label,) = there.world.labels.all.values()
    different = _differences(*shrinking)
    assert different
    for event in different:
        assert event["data"]["loc"] == label.scope["loc"]
        if event["type"] != "constraint.snapshot":  # how full the place is, all told
            assert event["data"]["item"] in label.scope["items"]
        assert event["at"] >= label.start


def test_counts_show_just_what_vanished(shrinking: tuple[Lived, Lived]) -> None:
    _, story = shrinking
    (label,) = story.world.labels.all.values()
    lost, found = label.expected["lost_units"], label.expected["counted_units"]
    # given the pieces that nobody has counted yet, and slips of the pen
    book, places = story.world.book, story.world.cast.places
    place = [each.code for each in places].index(label.scope["loc"])
    unknown = book.leaked[place :: len(places)]
    slips = sum(
        int((each.units - each.there)[each.place == place].sum())
        for each in story.of(CountBatch)
    )
    # then the rest has come to light
    revealed = sum(
        int((each.book - each.there)[each.place == place].sum())
        for each in story.of(CountBatch)[1:]
    )
    assert revealed == sum(lost.values()) + slips - int(unknown.sum())
    assert sum(found.values()) == pytest.approx(revealed, abs=20)
    assert set(found) <= set(lost) == set(label.scope["items"])
    assert sum(found.values()) > 50


def test_shrinkage_takes_three_pieces_in_a_thousand_a_day(
    shrinking: tuple[Lived, Lived],
) -> None:
    _, story = shrinking
    (label,) = story.world.labels.all.values()
    place = [each.code for each in story.world.cast.places].index(label.scope["loc"])
    days = (story.world.run.end - label.start) / DAY
    there = np.mean([level[0].reshape(-1, 3)[:, place].sum() for level in story.levels])
    share = sum(label.expected["lost_units"].values()) / days / there
    assert 0.0025 < share < 0.0032


def test_the_events_of_the_label_are_counts_below_the_books(
    shrinking: tuple[Lived, Lived],
) -> None:
    _, story = shrinking
    (label,) = story.world.labels.all.values()
    by_id = {each["id"]: each for each in story.events}
    shown = [by_id[each] for each in label.event_ids]
    assert {each["type"] for each in shown} == {"inventory.counted"}
    assert {each["data"]["loc"] for each in shown} == {label.scope["loc"]}
    assert label.first_detectable == min(each["at"] for each in shown)
    assert len(shown) > 20


def test_late_transfers_change_nothing_but_items_that_move_to_the_place(
    late: tuple[Lived, Lived],
) -> None:
    without, story = late
    place = _late_place(story)
    moved = {
        story.world.cast.items[each.item].code
        for each in (*without.all_transfers(), *story.all_transfers())
        if each.to_place == place
    }
    different = _differences(without, story)
    items = {each["data"]["item"] for each in different if "item" in each["data"]}
    assert different
    assert items <= moved < {item.code for item in story.world.cast.items}


def test_every_late_transfer_has_its_own_label_and_came_after_the_shelf_was_bare(
    late: tuple[Lived, Lived],
) -> None:
    without, story = late
    labelled = {each.labels[0]: each for each in story.all_transfers() if each.labels}
    assert set(labelled) == set(story.world.labels.all)
    assert len(labelled) > 20
    place = _late_place(story)
    assert {each.to_place for each in labelled.values()} == {place}
    for label, each in labelled.items():
        assert each.out_since
        assert each.requested_at - each.out_since >= WAIT_HOURS * HOUR
        told = story.world.labels.all[label]
        assert told.scope["transfer_line"] == each.id
        assert told.start == each.out_since
        over = (each.received_at // DAY + 1) * DAY if each.received_at else told.end
        assert told.end == min(over, story.world.run.end)
    others = [each for each in story.all_transfers() if each.to_place == place]
    since = min(each.requested_at for each in labelled.values())
    assert all(each.labels for each in others if each.requested_at >= since)
    assert any(not each.out_since for each in without.all_transfers())


def test_help_comes_later_than_it_would_have(late: tuple[Lived, Lived]) -> None:
    without, story = late
    place = _late_place(story)
    first = _first_help(without, place)
    later = _first_help(story, place)
    delayed = [later[item] - first[item] for item in later.keys() & first.keys()]
    held_up = [each for each in delayed if each]
    assert len(held_up) > 10
    assert np.median(held_up) >= DAY


def test_all_events_of_a_label_are_of_its_line(late: tuple[Lived, Lived]) -> None:
    _, story = late
    by_id = {each["id"]: each for each in story.events}
    for label in story.world.labels.all.values():
        for event in (by_id[each] for each in label.event_ids):
            assert label.scope["transfer_line"] in json.dumps(event)
            assert event["at"] >= label.first_detectable


def _differences(one: Lived, other: Lived) -> list[dict[str, Any]]:
    """Return the events that only one of two worlds has, whoever recorded them when."""
    left = {json.dumps(_told(each)): each for each in one.events}
    right = {json.dumps(_told(each)): each for each in other.events}
    return [(left | right)[each] for each in sorted(left.keys() ^ right.keys())]


def _told(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("id", "time", "type", "source", "data")}


def _late_place(story: Lived) -> int:
    scope = next(iter(story.world.labels.all.values())).scope["loc"]
    return [each.code for each in story.world.cast.places].index(scope)


def _first_help(story: Lived, place: int) -> dict[int, int]:
    """Return when each item was first asked for at `place`."""
    asked: dict[int, int] = {}
    for each in sorted(story.all_transfers(), key=lambda each: each.requested_at):
        if isinstance(each, Transfer) and each.to_place == place:
            asked.setdefault(each.item, each.requested_at)
    return asked
