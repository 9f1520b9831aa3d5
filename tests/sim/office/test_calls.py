# SPDX-License-Identifier: AGPL-3.0-or-later
"""Systems call each other, try again and give up; feeds say when they are cut off."""

from collections import defaultdict
from itertools import pairwise

import pytest

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, moment
from sightline.sim.inject.injector import Injector, Outage
from sightline.sim.office.calls import MOST_ATTEMPTS, Calls, Operation
from sightline.sim.office.services import SERVICES, feeds
from tests.sim.office.office_life import Lived, live, office

CUT_OFF = (50 * HOUR, 55 * HOUR)  # after the start
WMS = "wms://DC1"


class Trouble(Injector):
    """A warehouse is cut off, and suppliers' interface fails every third time."""

    def __init__(self, start: int) -> None:
        self._outage = Outage(WMS, start + CUT_OFF[0], start + CUT_OFF[1])

    def failure_share(self, service: str, at: int) -> float:
        return 0.3 if service == "supplier-api" and at >= self._outage.since else 0.0

    def outages(self) -> list[Outage]:
        return [self._outage]


def called(*hooks: Injector) -> Lived:
    world = office(30, hooks=hooks)
    world.parts.append(Calls(world))
    return live(world)


@pytest.fixture(scope="module")
def usual() -> Lived:
    return called()


@pytest.fixture(scope="module")
def trouble() -> Lived:
    return called(Trouble(office(1).run.start))


def operations(lived: Lived) -> list[Operation]:
    ended = [each for hour in lived.hours for each in hour.ended]
    return [each for each in ended if isinstance(each, Operation)]


def states(lived: Lived, feed: str) -> list[tuple[int, str]]:
    return [(fact.at, fact.data["state"]) for fact in lived.of(feed=feed)]


def failing(lived: Lived, service: str) -> float:
    attempts = [
        a for each in operations(lived) if each.service == service for a in each.attempts
    ]
    return sum(not attempt.is_ok for attempt in attempts) / len(attempts)


def test_the_volume_is_modest(usual: Lived) -> None:
    told = [fact for fact in usual.facts if fact.kind.startswith("integration.")]
    assert 90 <= len(told) / 30 <= 155


def test_an_operation_is_tried_until_it_works_or_three_times(trouble: Lived) -> None:
    found = operations(trouble)
    for each in found:
        works = [attempt.is_ok for attempt in each.attempts]
        assert not any(works[:-1])
        assert works[-1] or len(works) == MOST_ATTEMPTS
    assert {len(each.attempts) for each in found} == {1, 2, 3}
    assert 0 < sum(not each.is_done for each in found) < 0.05 * len(found)


def test_every_attempt_is_told_and_the_last_one_says_so(trouble: Lived) -> None:
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in trouble.facts:
        if fact.kind == "integration.call":
            told[fact.data["op_id"]].append(fact)
    for each in operations(trouble):
        facts = told.pop(each.id)
        assert [f.data["attempt"] for f in facts] == [*range(1, len(each.attempts) + 1)]
        assert [f.data["final"] for f in facts] == [*[False] * (len(facts) - 1), True]
        assert [f.data["http"] for f in facts] == [a.http for a in each.attempts]
    assert not told


def test_calls_fail_as_seldom_as_their_service_does(usual: Lived) -> None:
    found = operations(usual)
    failed = [not each.attempts[0].is_ok for each in found]
    usual_share = sum(service.failing for service in SERVICES) / len(SERVICES)
    assert sum(failed) / len(found) == pytest.approx(usual_share, rel=0.35)


def test_an_injected_failure_hits_its_service_and_moves_no_other_call(
    usual: Lived, trouble: Lived
) -> None:
    assert failing(trouble, "supplier-api") == pytest.approx(0.3, abs=0.06)
    others = [
        [each for each in operations(lived) if each.service != "supplier-api"]
        for lived in (usual, trouble)
    ]
    assert others[0] == others[1]


def test_a_feed_that_is_cut_off_is_delayed_then_down_then_recovered(trouble: Lived) -> None:
    start = trouble.world.run.start
    told = [(at - start, state) for at, state in states(trouble, WMS)]
    bad = [(at, state) for at, state in told if state != "ok"]
    kinds = [state for _, state in bad]
    assert kinds == ["delayed", *["down"] * (len(bad) - 2), "recovered"]
    assert len(bad) > 4
    assert CUT_OFF[0] < bad[0][0] < CUT_OFF[0] + HOUR
    assert CUT_OFF[1] <= bad[-1][0] < CUT_OFF[1] + HOUR
    assert not [at for at, state in told if state == "ok" and bad[0][0] < at < bad[-1][0]]


def test_a_feed_that_is_cut_off_says_how_far_it_has_come(trouble: Lived) -> None:
    since = trouble.world.run.start + CUT_OFF[0]
    for fact in trouble.of(feed=WMS):
        if fact.data["state"] in ("delayed", "down"):
            assert fact.data["lag_s"] == (fact.at - since) / 1e6
            assert fact.data["backlog"] > 0


def test_other_feeds_are_well(usual: Lived, trouble: Lived) -> None:
    for feed in feeds(usual.world.cast):
        assert {state for _, state in states(usual, feed.source)} == {"ok"}
        if feed.source != WMS:
            assert states(trouble, feed.source) == states(usual, feed.source)


def test_every_feed_is_heard_of_at_least_every_six_hours(usual: Lived) -> None:
    for feed in feeds(usual.world.cast):
        heard = [at for at, _ in states(usual, feed.source)]
        gaps = [after - before for before, after in pairwise(heard)]
        assert max(gaps) < 7 * HOUR


def test_a_short_outage_is_never_down() -> None:
    start = office(1).run.start
    blink = Trouble(start)
    blink._outage = Outage(WMS, start + 50 * HOUR, start + 50 * HOUR + 30 * MINUTE)  # noqa: SLF001
    assert {state for _, state in states(called(blink), WMS)} == {"ok", "delayed", "recovered"}


def test_lag_is_what_lies_between_the_event_and_the_watermark(usual: Lived) -> None:
    from datetime import datetime  # noqa: PLC0415

    for fact in usual.of(state="ok"):
        watermark = moment(datetime.fromisoformat(fact.data["watermark"]))
        assert 0 < fact.data["lag_s"] == (fact.at - watermark) / 1e6 < DAY / 1e6
