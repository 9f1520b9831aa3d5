# SPDX-License-Identifier: AGPL-3.0-or-later
"""People: who decides where, who stands in for whom, and how habits differ."""

import re

import pytest

from sightline.sim.cast.cast import Cast
from sightline.sim.cast.kinds import REGIONS
from sightline.sim.profile import PROFILES

CAST = Cast.build(PROFILES["tiny"], 1)


@pytest.mark.parametrize("region", range(len(REGIONS)))
def test_a_region_has_two_planners_and_everybody_who_decides_after_them(region: int) -> None:
    assert len(CAST.people_of("planner", region)) == 2
    assert len(CAST.people_of("buyer_lead", region)) == 1
    assert len(CAST.people_of("exception_agent", region)) == 1
    assert len(CAST.people_of("finance", region)) == 2
    assert [each.id for each in CAST.people_of("cfo", region)] == ["cfo", "cfo.deputy"]
    assert len(CAST.people_of("counter", region)) == 2


def test_there_are_twelve_planners_each_with_a_habit_of_their_own() -> None:
    planners = CAST.people_of("planner")
    assert len(planners) == 12
    assert len({each.overrides for each in planners}) == 12
    assert len({each.qty_bias for each in planners}) == 12
    # no habit is so strong that it looks like something gone wrong: odds times 3 would
    assert all(abs(each.overrides) < 0.9 for each in planners)
    assert all(abs(each.qty_bias) < 0.4 for each in planners)


def test_whoever_stands_in_has_the_same_role_and_is_somebody_else() -> None:
    for each in CAST.people:
        if each.delegate:
            assert CAST.person(each.delegate).role == each.role
            assert each.delegate != each.id
    assert [each.id for each in CAST.people if not each.delegate] == ["cfo.deputy"]


def test_nobody_is_known_by_name() -> None:
    ids = [each.id for each in CAST.people]
    role = (
        r"(planner|lead|agent)\.r[1-6][ab]?|finance\.[ab]|cfo(\.deputy)?|counter\.dc[1-6][ab]"
    )
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(role, each) for each in ids)


def test_people_of_a_larger_world_deal_with_more_in_an_hour() -> None:
    full = Cast.build(PROFILES["full"], 1)
    for each in full.people_of("planner"):
        assert each.per_hour > CAST.person(each.id).per_hour
        assert each.overrides == CAST.person(each.id).overrides
