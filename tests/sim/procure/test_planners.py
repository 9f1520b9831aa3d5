# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recommendations: what they say, who decides them, when, and how often otherwise."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import DAY, HOUR, day_of
from sightline.sim.procure import motives
from sightline.sim.procure.motives import CODES, Sight
from sightline.sim.procure.planners import EXPIRES_AFTER, override_chance
from sightline.sim.procure.recommendation import Recommendation
from tests.sim.procure.bought import Bought, life

REASONS = {
    "SUPPLIER_CAPACITY",
    "PROMO_NOT_IN_FORECAST",
    "MOQ_ROUNDING",
    "CUSTOMER_PRIORITY",
    "LOCAL_KNOWLEDGE",
    "DATA_ERROR",
    "OTHER",
}
SEEDS = (5, 6, 7)


@pytest.fixture(scope="module")
def story() -> Bought:
    return life()


def test_every_recommendation_has_exactly_one_resolution(story: Bought) -> None:
    made = Counter(fact.data["rec_id"] for fact in story.of("decision.recommended"))
    resolved = Counter(fact.data["rec_id"] for fact in story.of("decision.resolved"))
    still_open = {each.id for each in story.procure.open_recommendations()}
    assert set(made.values()) == set(resolved.values()) == {1}
    assert set(made) == set(resolved) | still_open
    assert not set(resolved) & still_open
    assert {each.id for each in story.resolved} == set(resolved)


def test_what_is_decided_is_ordered_and_nothing_else(story: Bought) -> None:
    ordered = {line.id: line for line in story.lines}
    expected = [each for each in story.resolved if each.final_units]
    latest = story.world.run.end - 4 * DAY  # later ones may wait for the next cut-off
    for each in expected:
        if each.decided_at < latest:
            assert ordered[each.order_line].ordered == each.final_units
    assert set(ordered) <= {each.order_line for each in expected}
    for each in story.resolved:
        assert (each.final_units == 0) == (each.outcome in ("rejected", "expired"))


def test_planners_decide_in_office_hours(story: Bought) -> None:
    cast = story.world.cast
    for each in story.by_hand:
        office, day = cast.office_of(each.region), day_of(each.decided_at)
        assert office.is_open(day)
        assert office.opens(day) <= each.decided_at <= office.closes(day)
        assert each.decided_at - each.at <= EXPIRES_AFTER
        assert each.region in cast.person(each.planner).regions


def test_nobody_decides_faster_than_he_or_she_can(story: Bought) -> None:
    hours = Counter((each.planner, each.decided_at // HOUR) for each in story.by_hand)
    for (planner, _), count in hours.items():
        assert count < 2.5 * story.world.cast.person(planner).per_hour


def test_a_flood_of_recommendations_makes_a_queue_and_the_dearest_go_first() -> None:
    burnt = life(fire=4)
    flood = Counter(day_of(each.at) for each in burnt.by_hand)
    day, count = flood.most_common(1)[0]
    assert count > 60
    mine = [each for each in burnt.by_hand if day_of(each.at) == day]
    first = {each.planner: each for each in sorted(mine, key=lambda each: -each.decided_at)}
    for planner, early in first.items():
        others = [each for each in mine if each.planner == planner and not each.is_emergency]
        assert early.is_emergency or early.value == max(each.value for each in others)


def test_tiers_follow_value_and_confidence_and_leak_a_little(story: Bought) -> None:
    for each in story.resolved:
        if each.tier == "auto":
            assert each.value < 200_000
            assert each.confidence >= 0.6
    decided = [
        each for seed in SEEDS for each in life(seed=seed).resolved if each.outcome != "expired"
    ]
    leaks = sum((each.tier == "auto") == each.is_touched for each in decided)
    assert 0.004 < leaks / len(decided) < 0.025
    for each in decided:
        assert each.is_touched == (each.outcome != "auto")


def test_shares_of_outcomes_lie_in_their_ranges() -> None:
    outcomes = Counter(each.outcome for seed in SEEDS for each in life(seed=seed).resolved)
    share = {name: count / outcomes.total() for name, count in outcomes.items()}
    assert 0.40 < share["auto"] < 0.68
    assert 0.22 < share["accepted"] < 0.50
    assert 0.05 < share["modified"] < 0.16
    assert 0.002 < share["rejected"] < 0.03
    assert 0.001 < share["expired"] < 0.03


def test_every_region_overrides_between_a_tenth_and_two_fifths() -> None:
    decided = [each for seed in SEEDS for each in life(seed=seed).by_hand]
    assert 0.17 < _rate(decided) < 0.29
    for region in range(6):
        assert 0.08 < _rate([each for each in decided if each.region == region]) < 0.40


def _rate(decided: list[Recommendation]) -> float:
    return sum(each.is_overridden for each in decided) / len(decided)


def test_overrides_have_a_true_motive_and_a_code_of_the_list(story: Bought) -> None:
    for each in story.by_hand:
        assert bool(each.motive) == bool(each.reason) == (each.outcome != "accepted")
    codes = {code for pairs in CODES.values() for code, _ in pairs}
    assert codes == REASONS
    for fact in story.of("decision.resolved"):
        changed = fact.data["outcome"] in ("modified", "rejected")
        assert ("reason_code" in fact.data) == changed


def test_nothing_is_recommended_twice_while_it_is_open(story: Bought) -> None:
    spans: dict[tuple[int, int], int] = {}
    for each in sorted(story.resolved, key=lambda each: each.at):
        here = each.item, each.place
        assert spans.get(here, 0) < each.at
        spans[here] = each.decided_at


odds = st.floats(-2, 2)


@given(odds, odds, st.floats(0.05, 0.95))
def test_a_planner_overrides_the_rather_the_further_off_and_the_less_sure_it_is(
    gap: float, habit: float, confidence: float
) -> None:
    story = life()
    each = replace(story.by_hand[0], confidence=confidence)
    person = story.world.cast.person(each.planner)
    sight = Sight(demand=0, master=0, gap=gap, habit=habit)
    usual = override_chance(each, person, sight)
    assert 0 < usual < 1
    assert override_chance(each, person, replace(sight, gap=gap * 1.5)) >= usual
    assert override_chance(each, person, replace(sight, habit=habit + 0.5)) > usual
    less_sure = replace(each, confidence=confidence / 2)
    assert override_chance(less_sure, person, sight) > usual
    tripled = override_chance(each, person, replace(sight, habit=habit + math.log(3)))
    ratio = tripled / (1 - tripled) / (usual / (1 - usual))
    assert ratio == pytest.approx(3, rel=0.01)


@given(st.integers(0, 10**6))
def test_who_sees_a_true_cause_mostly_acts_upon_it(seed: int) -> None:
    drawn = [Dice(seed, "motive", number) for number in range(200)]
    wrong = Sight(demand=0, master=math.log(0.6), gap=0.7, habit=0)
    found = Counter(motives.motive(wrong, dice) for dice in drawn)
    assert found["wrong_master"] > 130
    assert found["true_demand"] == found["implausible"] == 0
