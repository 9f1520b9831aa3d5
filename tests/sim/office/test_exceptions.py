# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exceptions are opened once per cause, dealt with by people, and end."""

from itertools import pairwise

import numpy as np
import pytest

from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND
from sightline.sim.engine.world import World
from sightline.sim.fulfil.rows import OpenLines
from sightline.sim.office.episode import REOPEN_WITHIN, Episode
from sightline.sim.office.watch import MATERIAL, PATIENCE_HOURS
from sightline.sim.truth.life_cycles import END, EXCEPTION, START
from tests.sim.office.office_life import Lived, live, office


def report(world: World, key: str, severity: str = "medium"):  # noqa: ANN201
    """Return what reports a late purchase order under `key`."""
    return lambda at: world.exceptions.open(
        at, "late_po", severity, key, region=0, item=3, place=0, object="po/PO-1", money=12_300
    )


def settle(world: World, key: str):  # noqa: ANN201
    return lambda at: world.exceptions.settle(at, key, "delivered")


def episode(lived: Lived) -> Episode:
    (found,) = [*lived.episodes, *lived.world.exceptions.remaining()]
    return found


def activities(lived: Lived) -> list[str]:
    facts = [fact for fact in lived.facts if fact.kind.startswith("exception.")]
    return [fact.data.get("action", fact.kind.partition(".")[2]) for fact in facts]


@pytest.fixture(scope="module")
def troubled() -> Lived:
    world = office(28)
    kinds = ("late_po", "stock_out", "asn_short")
    plan = [(nth * 97 * MINUTE, _trouble(world, kinds[nth % 3], nth)) for nth in range(24 * 14)]
    return live(world, *plan)


def _trouble(world: World, kind: str, nth: int):  # noqa: ANN202
    severity = ("low", "medium", "high", "critical")[nth % 4]
    return lambda at: world.exceptions.open(
        at, kind, severity, f"{kind}/{nth}", region=nth % 6, item=nth % 50
    )


def test_a_cause_that_is_reported_again_while_open_opens_nothing_new() -> None:
    world = office(2)
    lived = live(world, (1 * HOUR, report(world, "k")), (2 * HOUR, report(world, "k")))
    assert activities(lived).count("opened") == 1
    assert episode(lived).repeats == 1


def test_a_cause_that_gets_worse_is_told_once() -> None:
    world = office(2)
    plan = [(2 * HOUR, report(world, "k", "high")), (3 * HOUR, report(world, "k", "low"))]
    lived = live(world, (1 * HOUR, report(world, "k")), *plan)
    assert activities(lived).count("updated") == 1
    assert episode(lived).severity == "high"


def test_a_cause_that_comes_back_within_a_day_is_the_same_exception() -> None:
    world = office(9)
    again = 2 * HOUR + REOPEN_WITHIN - HOUR
    plan = [(2 * HOUR, settle(world, "k")), (again, report(world, "k"))]
    lived = live(world, (1 * HOUR, report(world, "k")), *plan)
    assert episode(lived).spells >= 2
    assert episode(lived).reopened[0] == world.run.start + again + MINUTE


def test_a_cause_that_comes_back_later_is_another_exception() -> None:
    world = office(9)
    again = 2 * HOUR + REOPEN_WITHIN + 2 * HOUR
    plan = [(2 * HOUR, settle(world, "k")), (again, report(world, "k"))]
    lived = live(world, (1 * HOUR, report(world, "k")), *plan)
    ids = {fact.data["exc_id"] for fact in lived.facts if fact.kind == "exception.opened"}
    assert len(ids) == 2


def test_what_is_gone_before_anybody_looks_ends_without_work() -> None:
    world = office(2)
    plan = ((1 * HOUR, report(world, "k")), (2 * HOUR, settle(world, "k")))
    lived = live(world, *plan)
    assert activities(lived) == ["opened", "assigned", "resolved"]
    assert (episode(lived).resolution, episode(lived).outcome) == (
        "condition_gone",
        "delivered",
    )


def test_who_is_at_work_on_what_is_gone_finishes_first() -> None:
    world = office(2)
    when = 9 * HOUR + 10 * MINUTE  # agents are at their desks from 7 to 16, UTC
    plan = [(when + 3 * SECOND, settle(world, "k"))]
    lived = live(world, (when, report(world, "k")), *plan)
    assert activities(lived) == ["opened", "assigned", "acknowledged", "touched", "resolved"]
    assert episode(lived).resolution == "condition_gone"
    assert episode(lived).resolved > episode(lived).touches[0].until


def test_settling_what_nobody_reported_does_nothing() -> None:
    world = office(1)
    lived = live(world, (1 * HOUR, settle(world, "k")))
    assert activities(lived) == []


def test_every_exception_takes_a_way_that_exceptions_take(troubled: Lived) -> None:
    for each in troubled.episodes:
        steps = [START, *(activity for _, activity in each.steps), END]
        for before, after in pairwise(steps):
            assert after in EXCEPTION[before], each


def test_what_an_episode_remembers_is_what_was_told(troubled: Lived) -> None:
    told: dict[str, list[tuple[int, str]]] = {}
    for fact in troubled.facts:
        if fact.kind.startswith("exception."):
            activity = fact.data.get("action", fact.kind.partition(".")[2])
            told.setdefault(fact.data["exc_id"], []).append((fact.at, activity))
    for each in troubled.episodes:
        assert told[each.id] == each.steps
        assert all(before[0] < after[0] for before, after in pairwise(each.steps))


def test_what_ends_while_it_waits_says_first_that_it_goes_on() -> None:
    world = office(9)
    nobody = [(at * HOUR, settle(world, f"k{at}")) for at in range(12, 36)]
    lived = live(world, *((8 * HOUR, report(world, f"k{at}")) for at in range(12, 36)), *nobody)
    ended = [each for each in lived.episodes if each.pauses and each.outcome == "delivered"]
    # given some that were paused when their cause went away
    cut_short = [each for each in ended if each.pauses[-1].until == each.resolved - SECOND]
    assert cut_short
    # then what was told gives every pause, from its beginning to its end
    for each in ended:
        told = [at for at, activity in each.steps if activity in {"paused", "resumed"}]
        assert [(one.since, one.until) for one in each.pauses] == [
            *zip(told[::2], told[1::2], strict=True)
        ]


def test_minutes_told_are_minutes_worked(troubled: Lived) -> None:
    told = sum(fact.data["minutes"] for fact in troubled.of(action="touched"))
    open_still = troubled.world.exceptions.remaining()
    worked = sum(each.touch_minutes for each in [*troubled.episodes, *open_still])
    assert told == pytest.approx(worked, abs=1)
    assert worked > 60


def test_exceptions_are_dealt_with_in_all_the_ways_there_are(troubled: Lived) -> None:
    count = len(troubled.episodes)
    assert count > 300
    assert 0.03 < sum(bool(each.pauses) for each in troubled.episodes) / count < 0.4
    assert 0.02 < sum(bool(each.escalated) for each in troubled.episodes) / count < 0.12
    assert 0.01 < sum(each.spells > 1 for each in troubled.episodes) / count < 0.08
    assert {each.resolution for each in troubled.episodes} >= {"expedited", "transferred"}


def test_most_answers_come_in_time_and_the_worst_is_answered_first(troubled: Lived) -> None:
    def hours(severity: str) -> float:
        waits = [e.acknowledged - e.opened for e in troubled.episodes if e.severity == severity]
        return float(np.mean(waits)) / HOUR

    in_time = [each.resolved <= each.due for each in troubled.episodes]
    assert 0.5 < np.mean(in_time) < 0.99
    assert hours("critical") < hours("low") + 8


def test_pauses_end_and_do_not_count_as_work(troubled: Lived) -> None:
    for each in troubled.episodes:
        assert all(pause.since < pause.until for pause in each.pauses)
        assert each.paused <= each.resolved - each.opened
        spans = [(touch.since, touch.until) for touch in each.touches]
        for pause in each.pauses:
            assert not [s for s in spans if s[0] < pause.until and s[1] > pause.since]


def _a_item(world: World) -> int:
    return int(np.flatnonzero(world.cast.item_abc == 0)[0])


def _wanting(world: World, item: int) -> int:
    return MATERIAL // int(world.cast.item_price[item]) + 1


class _Shelf:
    """One shelf that is emptied and filled at given hours."""

    def __init__(self, world: World, empty: int, full: int) -> None:
        self.world, self.turns = world, {empty: 1, full: -1}

    def tick(self, at: int) -> None:
        hour = (at - self.world.run.start) // HOUR
        if hour in self.turns:
            item = _a_item(self.world)
            units = _wanting(self.world, item) * self.turns[hour]
            il = self.world.il(item, 0)
            self.world.book.post(at, il, outstanding=units, backordered=units)

    def within(self, at: int) -> None:
        """Do nothing."""


def _shelf(empty: int, full: int) -> Lived:
    world = office(3)
    world.parts.insert(0, _Shelf(world, empty, full))
    return live(world)


def test_an_important_item_is_reported_when_customers_wait_for_it_two_hours_running() -> None:
    lived = _shelf(30, 60)
    (opened,) = [fact for fact in lived.facts if fact.kind == "exception.opened"]
    assert opened.data["kind"] == "stock_out"
    assert (opened.at - lived.world.run.start) // HOUR == 30 + PATIENCE_HOURS - 1


def test_a_shortage_of_one_hour_is_not_reported() -> None:
    assert activities(_shelf(30, 31)) == []


def test_a_shortage_that_nobody_has_looked_at_is_settled_when_it_is_over() -> None:
    lived = _shelf(19, 26)  # in the evening; over before the offices open
    assert activities(lived) == ["opened", "assigned", "resolved"]
    assert episode(lived).outcome == "no_longer_short"


def test_an_order_that_is_late_and_worth_it_is_reported_in_the_morning_until_it_leaves() -> (
    None
):
    world = office(6)
    rows, today = OpenLines(), world.run.start // DAY
    one = np.ones(1, dtype=np.int64)
    row = rows.append(
        {"customer": one, "day": one * today, "nth": one, "item": one, "place": one * 0}
        | {"ordered": one * 10, "price": one * 30_000, "requested_day": one * (today + 1)}
    )
    world.exceptions.follow(rows)
    lived = live(world, (4 * DAY, lambda _: rows.put(row, shipped=10)))
    (opened,) = [fact for fact in lived.facts if fact.kind == "exception.opened"]
    assert (opened.data["kind"], opened.data["money"]["amount"]) == ("late_order", "3000.00")
    assert (opened.at - world.run.start) // HOUR == 3 * 24 + 6
    assert opened.data["object"].startswith("order/SO-")
    last = episode(lived)
    assert last.resolved
    assert last.resolved <= world.run.start + 4 * DAY + 7 * HOUR
