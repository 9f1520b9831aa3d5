# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reorder points, targets and lots; what the shelves begin with."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.moments import DAY
from sightline.sim.procure.levels import Levels, Needs, levels, order_size
from tests.sim.procure.bought import life

rate = st.floats(0.01, 500)
days = st.floats(0.5, 60)


@st.composite
def needs(draw: st.DrawFn) -> Needs:
    return Needs(
        demand=np.array([draw(rate)]),
        variance=np.array([draw(rate)]),
        lead_days=np.array([draw(days)]),
        lead_cv=np.array([draw(st.floats(0, 0.6))]),
        z=np.array([draw(st.floats(0.5, 2.5))]),
        cover_days=np.array([draw(days)]),
        lot=np.array([draw(st.integers(1, 1_000))]),
    )


def _at_least(high: Levels, low: Levels) -> bool:
    pairs = [
        (high.reorder_point, low.reorder_point),
        (high.safety, low.safety),
        (high.target, low.target),
    ]
    return all((above >= below).all() for above, below in pairs)


@given(needs(), st.floats(1, 3))
def test_more_demand_more_spread_or_a_longer_way_never_need_less_stock(
    mine: Needs, times: float
) -> None:
    for name in ("demand", "variance", "lead_days", "lead_cv", "z"):
        more = replace(mine, **{name: getattr(mine, name) * times})
        assert _at_least(levels(more), levels(mine)), name


@given(needs())
def test_the_target_lies_a_lot_above_the_reorder_point_and_that_above_the_safety(
    mine: Needs,
) -> None:
    found = levels(mine)
    assert (found.target - found.reorder_point >= mine.lot).all()
    assert (found.reorder_point > found.safety).all()


@given(st.integers(-50, 10_000), st.integers(1, 144), st.integers(1, 500))
def test_an_order_is_the_fewest_whole_cases_that_cover_shortfall_and_minimum(
    short: int, pack: int, least: int
) -> None:
    units = int(order_size(np.array([short]), np.array([pack]), np.array([least]))[0])
    assert units % pack == 0
    assert units >= max(short, least)
    assert units - pack < max(short, least)


def test_shelves_begin_between_reorder_point_and_target() -> None:
    params = life().params
    opening = params.opening()
    assert (opening >= params.reorder_point).all()
    assert (opening <= params.target).all()
    assert len(np.unique(opening - params.reorder_point)) > 20


def test_planning_knows_the_season_and_no_surprise_when_nothing_is_wrong() -> None:
    story = life()
    day = story.world.run.start // DAY
    season = story.params.season(day)
    assert 0.8 < float(season.mean()) < 1.2
    assert float(season.std()) > 0
    assert (story.params.surprise(day) == 1).all()


def test_right_levels_are_those_in_the_system_when_nothing_is_wrong() -> None:
    story = life()
    day = story.world.run.start // DAY + 9
    stated = story.params.at_place(1, day)
    right = story.params.at_place(1, day, is_right=True)
    assert (stated.target == right.target).all()
    assert (stated.reorder_point == right.reorder_point).all()


def test_every_item_at_every_place_has_one_record_of_its_parameters() -> None:
    story = life()
    records = story.of("master.record_changed")
    keys = [fact.data["key"] for fact in records]
    assert len(set(keys)) == len(keys) == len(story.params.target)
    # given one of them
    item, place = 7, 2
    il = item * len(story.world.cast.places) + place
    wanted = f"{story.world.cast.items[item].code}/{story.world.cast.places[place].code}"
    fields = next(each.data["fields"] for each in records if each.data["key"] == wanted)
    # then it says what the world plans with
    assert fields["reorder_point"] == str(story.params.reorder_point[il])
    assert fields["target_stock"] == str(story.params.target[il])
    assert float(fields["lead_time_days"]) == round(float(story.params.lead_days[il]), 2)
