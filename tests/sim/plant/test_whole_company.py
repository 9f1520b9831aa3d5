# SPDX-License-Identifier: AGPL-3.0-or-later
"""The warehouses among everybody else: the same rules, and the first trace of what is wrong."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from sightline.sim import build
from sightline.sim.engine.world import World
from sightline.sim.inject.shrinkage import SHARE
from sightline.sim.procure.transfer import Transfer
from sightline.sim.profile import PROFILES, Run
from sightline.sim.systems.recorder import Recorder
from tests.sim.plant.quiet_world import as_event, as_table, lines_of, rebuilt

pytestmark = pytest.mark.slow
Events = list[dict[str, Any]]
ON_HAND, HOLD = 0, 2


@cache
def company(*injectors: str) -> tuple[World, Events, list[Transfer]]:
    """Return a tiny company after its month, its events, and the transfers that ended."""
    world = build.world(Run(profile=PROFILES["tiny"], seed=11, injectors=injectors))
    recorder = Recorder(world.cast, world.labels, world.run)
    told: Events = []
    ended: list[Transfer] = []
    for hour in world.hours():
        told += [as_event(*each) for each in zip(*lines_of(recorder, hour), strict=True)]
        ended += [each for each in hour.ended if isinstance(each, Transfer)]
    return world, told, ended


def test_stock_and_holds_follow_from_all_events() -> None:
    world, told, _ = company("X13", "X16")
    table = as_table(rebuilt(told), world)
    np.testing.assert_array_equal(table[[ON_HAND, HOLD]], world.book.level[[ON_HAND, HOLD]])


def test_transfers_mostly_come_before_the_shelf_is_bare() -> None:
    _, _, ended = company()
    came = [each for each in ended if each.received_at]
    assert len(came) > 20
    assert np.mean([each.out_since > 0 for each in came]) < 0.5


def test_customers_ask_for_the_same_whatever_happens_in_the_warehouse() -> None:
    orders = [_orders(company(*codes)[1]) for codes in ((), ("X13",), ("X16",))]
    assert orders[0] == orders[1] == orders[2]


def test_the_first_trace_of_shrinkage_is_a_count_that_bears_its_label() -> None:
    world, told, _ = company("X13")
    label = world.labels.all["X13/1"]
    first = _first_difference(company()[1], told)
    assert first["id"] in label.event_ids
    assert first["at"] == label.first_detectable >= label.start
    assert first["type"] == "inventory.counted"
    assert first["data"]["loc"] == label.scope["loc"]


def test_counts_under_shrinkage_lie_below_the_books_by_about_what_is_lost() -> None:
    world, _, _ = company("X13")
    label = world.labels.all["X13/1"]
    lost = sum(label.expected["lost_units"].values())
    found = sum(label.expected["counted_units"].values())
    assert label.expected["share_per_day"] == SHARE
    assert 0.1 * lost < found < lost
    assert len(label.event_ids) > 30


def test_the_first_trace_of_late_transfers_is_a_request_that_is_missing() -> None:
    world, told, _ = company("X16")
    place = next(iter(world.labels.all.values())).scope["loc"]
    first = _first_difference(company()[1], told)
    assert first["type"] == "transfer.requested"
    assert first["data"]["to_loc"] == place
    assert first["id"] not in {each["id"] for each in told}


def _orders(events: Events) -> Events:
    return [each for each in events if each["type"] == "demand.line_placed"]


def _first_difference(without: Events, told: Events) -> dict[str, Any]:
    """Return the first event of either that the other does not have."""
    kept = [{_told(each): each for each in events} for events in (without, told)]
    different = kept[0].keys() ^ kept[1].keys()
    both = kept[0] | kept[1]
    return min((both[each] for each in different), key=lambda each: int(each["at"]))


def _told(event: dict[str, Any]) -> str:
    return f"{event['id']} {event['time']} {event['data']}"
