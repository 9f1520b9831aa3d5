# SPDX-License-Identifier: AGPL-3.0-or-later
"""Some of what leaves comes back, and nothing else does."""

from functools import cache

import numpy as np

from sightline.sim.engine.moments import DAY, HOUR, MINUTE, Ints
from sightline.sim.engine.world import World
from sightline.sim.fulfil.returns import ReturnBatch
from tests.sim.plant.quiet_world import Lived, as_table, lived, quiet, rebuilt

LINES = 6_000


def test_about_three_lines_in_two_hundred_come_back_days_later() -> None:
    story, table = _sold(parts=1)
    back = np.concatenate([each.columns["units"] for each in story.of(ReturnBatch)])
    assert 0.01 < len(back) / LINES < 0.025
    for each in story.of(ReturnBatch):
        gone = each.columns["at"] - each.columns["shipped_at"]
        assert gone.min() > DAY
        assert gone.max() < 15 * DAY
        assert each.columns["at"].min() % HOUR >= MINUTE
    assert back.min() >= 1
    assert back.max() <= table["units"].max()


def test_shop_orders_come_back_more_often_than_those_of_companies() -> None:
    story, table = _sold(parts=1)
    channel = story.world.cast.customer_channel
    back = np.concatenate([each.columns["customer"] for each in story.of(ReturnBatch)])
    share = np.bincount(channel[back]) / np.bincount(channel[table["customer"]])
    assert share[2] > 1.5 * share[0]


def test_what_comes_back_does_not_depend_on_what_else_is_sold() -> None:
    whole, _ = _sold(parts=1)
    halves, _ = _sold(parts=2)
    assert _came(whole) == _came(halves)


def test_levels_follow_from_the_events_of_returns_and_what_becomes_of_them() -> None:
    story, _ = _sold(parts=1)
    # what was shipped is no event of this world, and was not posted either
    told = as_table(rebuilt(story.events), story.world)
    np.testing.assert_array_equal(told, story.levels[-1][:5])


def test_scrap_leaves_the_building_and_resalable_goods_stay_free() -> None:
    story, _ = _sold(parts=1)
    rows = [row for each in story.of(ReturnBatch) for row in _rows(each)]
    thrown = {
        each["data"]["lot"]
        for each in story.events
        if each["type"] == "inventory.issue" and each["data"].get("lot", "").startswith("RMA-")
    }
    let_go = {
        each["data"]["lot"]
        for each in story.events
        if each["type"] == "inventory.hold_changed" and each["data"]["lot"].startswith("RMA-")
    }
    fates = {each["disposition"] for each in rows}
    assert fates == {0, 1, 2, 3}
    early = [each for each in rows if each["at"] < story.world.run.end - 8 * DAY]
    scrap = sum(each["disposition"] == 3 for each in early)
    held = sum(each["disposition"] != 0 for each in early)
    assert scrap <= len(thrown) < len(let_go)
    assert held <= len(let_go) <= sum(each["disposition"] != 0 for each in rows)


@cache
def _sold(parts: int) -> tuple[Lived, dict[str, Ints]]:
    """Let a world live that tells its returns of shipments on the first day."""
    world, transfers, thief = quiet()
    table = _shipments(world)
    for part in range(parts):
        rows = np.arange(part, LINES, parts)[:: -1 if part else 1]
        world.returns.shipped(**{name: column[rows] for name, column in table.items()})
    return lived(world, transfers, thief), table


def _shipments(world: World) -> dict[str, Ints]:
    number = np.arange(LINES)
    day = np.full(LINES, world.run.start // DAY)
    return {
        "at": world.run.start + 10 * HOUR + number % 50 * MINUTE,
        "customer": number % len(world.cast.customers),
        "day": day,
        "nth": number // len(world.cast.customers),
        "item": number * 7 % len(world.cast.items),
        "place": number % len(world.cast.places),
        "units": 1 + number % 9,
        "price": 100 + number,
    }


def _rows(batch: ReturnBatch) -> list[dict[str, int]]:
    return [
        {name: int(column[row]) for name, column in batch.columns.items()}
        for row in range(len(batch.columns["at"]))
    ]


def _came(story: Lived) -> list[tuple[int, ...]]:
    return sorted(tuple(row.values()) for each in story.of(ReturnBatch) for row in _rows(each))
