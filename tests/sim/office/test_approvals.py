# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests find their way to one answer, by the people who may give it."""

from itertools import pairwise

import pytest

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.office.approvals import Request
from sightline.sim.office.policy import RETURNED, STEP_TARGET
from sightline.sim.truth.life_cycles import APPROVAL_REQUEST, END, START
from tests.sim.office.office_life import Lived, busy, is_at_work, live, office

REQUESTS = 700


@pytest.fixture(scope="module")
def usual() -> Lived:
    return busy(office(), REQUESTS)


@pytest.fixture(scope="module")
def without_finance() -> Lived:
    return busy(office(codes=("X8",)), REQUESTS)


def actions(facts: list[Fact]) -> list[str]:
    return [
        fact.data.get("action") or fact.data.get("outcome") or "requested" for fact in facts
    ]


def approver(fact: Fact) -> str:
    return str(fact.data["actor"]["id"])


@pytest.mark.parametrize("story", ["usual", "without_finance"])
def test_every_request_gets_exactly_one_final_answer(
    story: str, request: pytest.FixtureRequest
) -> None:
    lived: Lived = request.getfixturevalue(story)
    still_open = {trail.request.id for trail in lived.world.approvals.open_trails()}
    assert len(still_open) < 5
    for name, facts in lived.by_request().items():
        final = [fact for fact in facts if fact.data.get("final")]
        assert len(final) == (name not in still_open), name
        assert all(fact is facts[-1] for fact in final)


def test_the_one_who_asked_hears_the_answer_when_it_is_given(usual: Lived) -> None:
    trails = usual.trails
    for name, heard in usual.answers.items():
        trail = trails.get(name)
        expected = [(trail.ended, trail.is_approved)] if trail else []
        assert heard == expected
    assert 0.85 < sum(trail.is_approved for trail in trails.values()) / len(trails) < 0.99


def test_the_amount_decides_who_is_asked(usual: Lived) -> None:
    for trail in usual.trails.values():
        amount = trail.request.amount
        expected = 1 + (amount >= 2_500_000) + (amount >= 10_000_000)
        assert trail.path == ("buyer_lead", "finance", "cfo")[:expected]
        if trail.is_approved:
            assert [step.role for step in trail.steps] == list(trail.path)


def test_what_happens_to_a_request_happens_one_after_the_other(usual: Lived) -> None:
    for facts in usual.by_request().values():
        assert actions(facts[:2]) == ["requested", "assigned"]
        assert all(before.at < after.at for before, after in pairwise(facts))
        told = actions(facts)
        assert all(told[place - 1] == "opened" for place, each in enumerate(told) if each in
                   ("approved", "rejected", "returned"))  # fmt: skip


@pytest.mark.parametrize("story", ["usual", "without_finance"])
def test_every_request_takes_a_way_that_requests_take(
    story: str, request: pytest.FixtureRequest
) -> None:
    lived: Lived = request.getfixturevalue(story)
    facts = lived.by_request()
    for name in lived.trails:
        steps = [START, *actions(facts[name]), END]
        assert all(after in APPROVAL_REQUEST[before] for before, after in pairwise(steps)), name


def test_nobody_answers_a_request_of_his_or_her_own(usual: Lived) -> None:
    for facts in usual.by_request().values():
        asker = facts[0].data["requester"]
        acted = [each for each in facts[1:] if "actor" in each.data]
        assert asker not in {approver(each) for each in acted}


def test_a_lead_who_asks_is_answered_by_somebody_else() -> None:
    world = office(days=7)
    request = Request(
        id="APR-own", object_type="po", object_id="PO-own", region=0, amount=600_000,
        requester="lead.r1",
    )  # fmt: skip
    lived = live(world, (9 * HOUR, lambda _: world.approvals.ask(request)))
    (step,) = lived.trails["APR-own"].steps
    assert (step.actor_role, step.actor) == ("finance", step.stays[-1].person)


def test_only_who_shall_break_the_rule_signs_an_own_request() -> None:
    world = office(days=7)
    request = Request(
        id="APR-own", object_type="po", object_id="PO-own", region=0, amount=3_000_000,
        requester="planner.r1a", violation="self_approval",
    )  # fmt: skip
    lived = live(world, (9 * HOUR, lambda _: world.approvals.ask(request)))
    own, finance = lived.trails["APR-own"].steps
    assert (own.actor, own.outcome) == ("planner.r1a", "approved")
    assert finance.actor.startswith("finance.")


def test_somebody_stands_in_for_who_is_on_leave(usual: Lived) -> None:
    world, handed_on = usual.world, usual.of(action="delegated")
    assert len(handed_on) > 5
    for fact in handed_on:
        away, stand_in = approver(fact), fact.data["ext"]["assignee"]
        assert stand_in == world.cast.person(away).delegate
        assert world.approvals.desks.shifts.is_on_leave(world.cast.person(away), fact.at // DAY)


def test_a_step_that_nobody_opens_goes_to_the_next_role_after_24_hours_of_working_days(
    without_finance: Lived,
) -> None:
    escalated = [
        (step.stays[place - 1], stay)
        for trail in without_finance.trails.values()
        for step in trail.steps
        for place, stay in enumerate(step.stays)
        if stay.turn == "escalated"
    ]
    assert len(escalated) > 10
    for before, after in escalated:
        weekend = 2 * DAY if before.since // DAY % 7 == 1 else 0  # 1970 began on a Thursday
        assert 0 <= after.since - before.since - STEP_TARGET - weekend <= HOUR // 60
        assert (before.role, after.role) == ("finance", "cfo")


def test_some_requests_are_sent_back_once_and_asked_again(usual: Lived) -> None:
    sent_back = usual.of(action="returned")
    assert abs(len(sent_back) / REQUESTS - RETURNED) < 0.03
    for facts in usual.by_request().values():
        told = actions(facts)
        for place in [place for place, each in enumerate(told) if each == "returned"]:
            assert told[place + 1 : place + 2] in (["assigned"], [])


def test_the_wait_at_a_desk_is_split_by_cause_without_a_rest(without_finance: Lived) -> None:
    stays = [
        stay
        for trail in without_finance.trails.values()
        for step in trail.steps
        for stay in step.stays
    ]
    for stay in stays:
        assert min(stay.queue, stay.calendar, stay.absence) >= 0
        assert stay.queue + stay.calendar + stay.absence == stay.until - stay.since
    by_cause = [sum(getattr(s, cause) for s in stays) for cause in ("queue", "absence")]
    assert min(by_cause) > HOUR


def test_elapsed_is_waiting_plus_work_plus_rework(usual: Lived) -> None:
    for trail in usual.trails.values():
        for step in trail.steps:
            waited = sum(stay.until - stay.since for stay in step.stays)
            elapsed = step.decided - step.assigned
            assert elapsed == waited + step.service + step.rework
            assert elapsed == step.wait + step.touch


def test_the_answer_is_due_by_working_days(usual: Lived) -> None:
    for trail in usual.trails.values():
        steps = len(trail.path) * STEP_TARGET
        assert steps <= trail.due - trail.asked <= steps + 5 * DAY
    assert sum(trail.is_in_time for trail in usual.trails.values()) / REQUESTS > 0.9


def test_who_answers_is_at_work(without_finance: Lived) -> None:
    acted = [
        fact
        for fact in without_finance.facts
        if fact.data.get("action") in ("opened", "returned") or "outcome" in fact.data
    ]
    assert len(acted) > REQUESTS
    for fact in acted:
        assert is_at_work(without_finance.world, approver(fact), fact.at), fact


def test_without_finance_only_requests_that_wait_for_finance_change(
    usual: Lived, without_finance: Lived
) -> None:
    label = without_finance.world.labels.all["X8/1"]
    waited = set(label.scope["requests"])
    changed = {
        name
        for name, trail in usual.trails.items()
        if _times(without_finance, name) != [step.decided for step in trail.steps]
    }
    paths = {name: usual.trails[name].path for name in changed}
    assert waited
    assert all("finance" in path for path in paths.values())
    assert {name for name in waited if name in usual.trails} <= changed


def test_without_finance_the_wait_for_finance_grows_and_no_other(
    usual: Lived, without_finance: Lived
) -> None:
    assert _wait(without_finance, "finance") > 1.3 * _wait(usual, "finance")
    assert _wait(without_finance, "buyer_lead") == _wait(usual, "buyer_lead")


def test_while_finance_is_away_its_desk_is_not_touched(without_finance: Lived) -> None:
    label = without_finance.world.labels.all["X8/1"]
    who = label.scope["person"]
    acted = [f.at for f in without_finance.facts if f.data.get("actor", {}).get("id") == who]
    assert acted
    assert not [at for at in acted if label.start <= at < label.end]


def test_events_of_what_waited_for_finance_bear_the_label(without_finance: Lived) -> None:
    marked = {f.data["request_id"] for f in without_finance.facts if "X8/1" in f.labels}
    assert marked == set(without_finance.world.labels.all["X8/1"].scope["requests"])


def test_a_request_can_be_asked_once_at_a_time() -> None:
    world = office(days=1)
    request = Request(
        id="APR-1", object_type="po", object_id="PO-1", region=0, amount=600_000,
        requester="planner.r1a",
    )  # fmt: skip
    world.approvals.ask(request)
    with pytest.raises(ValueError, match="'APR-1' is open"):
        world.approvals.ask(request)


def test_one_more_request_in_another_region_moves_no_other() -> None:
    alone, crowded = busy(office(days=14), 60), office(days=14)
    more = Request(
        id="APR-more", object_type="po", object_id="PO-more", region=5, amount=600_000,
        requester="planner.r6a",
    )  # fmt: skip
    crowded.approvals.ask(more, at=crowded.run.start + 9 * HOUR)
    both = busy(crowded, 60)
    for name, trail in alone.trails.items():
        if trail.request.region not in (4, 5):  # a lead may stand in for the next region's
            assert _times(both, name) == [step.decided for step in trail.steps]


def _times(lived: Lived, name: str) -> list[int]:
    trail = lived.trails.get(name)
    return [step.decided for step in trail.steps] if trail else []


def _wait(lived: Lived, role: str) -> int:
    trails = lived.trails.values()
    return sum(step.wait for trail in trails for step in trail.steps if step.role == role)
