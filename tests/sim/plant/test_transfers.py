# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places help each other out: nothing appears or vanishes on the way but what is said to."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from sightline.sim.engine.moments import HOUR, MINUTE
from sightline.sim.office.episode import Episode
from sightline.sim.office.request import Trail
from sightline.sim.procure.transfer import Transfer
from tests.sim.plant.quiet_world import Lived, life, quiet

THIEVES = ((0, 0.05), (1, 0.5), (2, 0.02))
LIMIT = 200_000  # cents; the policy's


@pytest.fixture(scope="module")
def story() -> Lived:
    return life(thieves=THIEVES)


def test_a_shelf_that_runs_short_is_helped_by_the_one_with_plenty(story: Lived) -> None:
    asked = story.all_transfers()
    towards = Counter(each.to_place for each in asked)
    assert len(asked) > 50
    assert towards[1] > 0.9 * len(asked)
    assert all(each.from_place != each.to_place for each in asked)


def test_what_leaves_arrives_or_is_said_to_be_short(story: Lived) -> None:
    done = [each for each in story.of(Transfer) if each.received_at]
    assert len(done) > 50
    for each in done:
        assert each.shipped == each.units == each.received + each.short
        assert each.state() == (0, 0)
        assert 0 <= each.short < each.shipped
    assert 0 < sum(each.short > 0 for each in done) < 0.15 * len(done)


def test_the_network_loses_on_the_way_only_what_is_short(story: Lived) -> None:
    # given what the network had and everything but transfers that moved it
    net = _moved(story.events, "transfer.")
    # when the goods of all transfers are where they are
    on_the_way = sum(each.state()[1] for each in story.all_transfers())
    lost = sum(each.short for each in story.all_transfers())
    # then nothing is missing
    assert lost > 0
    assert net + on_the_way + lost == 0
    assert on_the_way == story.world.book.level[4].sum()


def test_goods_leave_within_the_first_minute_of_an_hour_and_leave_nobody_short(
    story: Lived,
) -> None:
    world, transfers, _ = quiet(thieves=THIEVES)
    left = 0
    for hour in world.hours():
        for fact in hour.one:
            if fact.kind == "transfer.shipped":
                left += 1
                assert fact.at % HOUR < MINUTE
        for each in (each for each in transfers.open() if each.shipped_at >= hour.at):
            assert world.book.available[each.donor] >= 0
    assert left == sum(each["type"] == "transfer.shipped" for each in story.events) > 50


def test_a_transfer_is_approved_exactly_when_it_is_dear(story: Lived) -> None:
    answered = {each.request.id: each for each in story.of(Trail)}
    dear = 0
    for each in story.of(Transfer):
        amount = each.wishes[0].units * story.world.cast.items[each.item].cost
        assert bool(each.approval) == (amount >= LIMIT)
        if not each.approval:
            assert each.ready_at == each.requested_at
            continue
        dear += 1
        trail = answered[each.approval]
        assert trail.is_approved != each.is_refused
        assert trail.ended == (each.cancelled_at if each.is_refused else each.ready_at)
        assert each.approval_wait == (0 if each.is_refused else trail.ended - each.requested_at)
    assert dear >= 3


def test_what_is_cancelled_never_leaves(story: Lived) -> None:
    given_up = [each for each in story.of(Transfer) if each.cancelled_at]
    assert given_up
    for each in given_up:
        assert each.wishes[-1] == (each.cancelled_at, len(each.wishes), 0)
        assert not each.shipped_at
        assert each.state() == (0, 0)


def test_legs_follow_each_other(story: Lived) -> None:
    for each in story.of(Transfer):
        if each.received_at:
            assert each.requested_at <= each.ready_at < each.shipped_at < each.received_at
            assert each.shipped_at < each.eta


def test_versions_say_the_whole_quantity_and_leave_a_line_like_a_carrier_would(
    story: Lived,
) -> None:
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in story.events:
        if event["type"].startswith("transfer."):
            steps[event["data"]["transfer_line"]].append(event)
    changed = 0
    for line in steps.values():
        asked = [each["data"] for each in line if each["type"] == "transfer.requested"]
        left = [each["data"] for each in line if each["type"] == "transfer.shipped"]
        assert [each["version"] for each in asked] == list(range(1, len(asked) + 1))
        changed += len(asked) > 1 and bool(left)
        for each in left:
            assert each["q"]["base_qty"] == asked[-1]["q"]["base_qty"]
            assert float(each["cost"]["amount"]) > 0
    assert changed > 3


def test_a_short_arrival_is_an_exception(story: Lived) -> None:
    told = {
        (each["data"]["dedup_key"], each["at"])
        for each in story.events
        if each["type"] == "exception.opened" and each["data"]["kind"] == "transfer_short"
    }
    short = {
        (f"transfer_short/{each.id}", each.received_at)
        for each in story.of(Transfer)
        if each.short
    }
    assert told == short
    assert {each.kind for each in story.of(Episode)} >= {"transfer_short"}


def test_carriers_tell_of_departure_and_arrival(story: Lived) -> None:
    told = Counter(
        each["data"]["code"] for each in story.events if each["type"] == "supply.milestone"
    )
    legs = Counter(each["type"] for each in story.events)
    assert told["departed"] == legs["transfer.shipped"]
    assert told["delivered"] == legs["transfer.received"]
    assert 0 < told["delayed"] < told["departed"] / 2


def _moved(events: list[dict[str, Any]], prefix: str) -> int:
    """Return the net pieces that arrived at places, by events whose type begins so."""
    sign = {"transfer.shipped": -1, "transfer.received": 1}
    return sum(
        sign.get(each["type"], 0) * int(each["data"]["q"]["base_qty"])
        for each in events
        if each["type"].startswith(prefix) and "q" in each["data"]
    )
