# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other departments tell their limits every morning."""

from collections import Counter
from typing import Any

import pytest

from sightline.sim.engine.moments import DAY, date_of
from tests.sim.plant.quiet_world import DAYS, Lived, life


@pytest.fixture(scope="module")
def story() -> Lived:
    return life()


def test_every_place_tells_its_room_dock_and_trucks_every_day(story: Lived) -> None:
    told = Counter(
        (each["data"]["kind"], each["data"]["loc"])
        for each in _limits(story)
        if "loc" in each["data"]
    )
    kinds = ("warehouse_capacity", "receiving_capacity", "transport")
    places = [place.code for place in story.world.cast.places]
    assert told == {(kind, place): DAYS for kind in kinds for place in places}


def test_budgets_come_on_mondays_for_every_region(story: Lived) -> None:
    budgets = [each for each in _limits(story) if each["data"]["kind"] == "budget"]
    regions = Counter(each["data"]["region"] for each in budgets)
    assert {date_of(each["at"] // DAY).weekday() for each in budgets} == {0}
    assert regions == dict.fromkeys(story.world.cast.regions, 4)
    assert all(float(each["data"]["limit"]) > 0 for each in budgets)


def test_the_room_in_use_is_what_lies_there(story: Lived) -> None:
    last = [each["data"] for each in _limits(story)][-20:]
    used = {each["loc"]: each["used"] for each in last if each["kind"] == "warehouse_capacity"}
    level = story.levels[-2][0].reshape(-1, len(story.world.cast.places)).sum(axis=0)
    for place, pieces in zip(story.world.cast.places, level.tolist(), strict=True):
        assert used[place.code] == pytest.approx(pieces, rel=0.01)


def test_a_customer_on_credit_hold_owes_more_than_the_limit() -> None:
    told = [each["data"] for seed in (3, 4) for each in _limits(life(seed=seed))]
    held = [each for each in told if each["kind"] == "credit_hold"]
    assert held
    assert all(float(each["used"]) > float(each["limit"]) for each in held)


def _limits(story: Lived) -> list[dict[str, Any]]:
    return [each for each in story.events if each["type"] == "constraint.snapshot"]
