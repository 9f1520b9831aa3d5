# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk is a queue with one server who keeps hours; theory knows how long one waits there."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.sim.cast.kinds import Person
from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND
from sightline.sim.engine.world import World
from sightline.sim.office.desk import GLANCE, Causes, Desk, Job, work_time
from sightline.sim.profile import START
from tests.sim.office.office_life import Lived, busy, is_at_work, live, office

AGENT = "agent.r1"
LAG = MINUTE + 2 * GLANCE  # nothing is opened in an hour's first minute


@dataclass
class Watched:
    """A desk and what was seen at it, by job."""

    world: World
    person: Person
    desk: Desk = field(init=False)
    jobs: dict[str, Job] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    finished: dict[str, int] = field(default_factory=dict)
    causes: dict[str, Causes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shifts = self.world.approvals.desks.shifts
        self.desk = Desk(self.world.agenda, shifts, self.person)

    def put(self, name: str, after: int, work: int, *, is_urgent: bool = False) -> None:
        self.world.agenda.at(
            START + after, name, lambda at: self._take(name, at, work, is_urgent)
        )

    def _take(self, name: str, at: int, work: int, is_urgent: bool) -> None:  # noqa: FBT001
        job = self.jobs[name] = Job(
            name=name,
            since=at,
            work=work,
            is_urgent=is_urgent,
            opened=lambda now: self._note(name, now),
            finished=lambda now: self.finished.setdefault(name, now),
            away=lambda _: None,
        )
        self.desk.take(job)

    def _note(self, name: str, now: int) -> None:
        self.opened[name] = now
        self.causes[name] = self.desk.causes(self.jobs[name], now)

    def run(self, days: int) -> None:
        self.world.agenda.run(START + days * DAY)

    def by_opening(self) -> list[str]:
        return sorted(self.opened, key=lambda name: self.opened[name])


def watched(person: str = AGENT) -> Watched:
    world = office(1)
    return Watched(world, world.cast.person(person))


def test_jobs_that_come_together_are_done_one_after_another_by_name() -> None:
    seen = watched()
    for name in ("b", "a", "c"):
        seen.put(name, 10 * HOUR + 5 * MINUTE, 10 * MINUTE)
    seen.run(1)
    begun = START + 10 * HOUR + 5 * MINUTE + GLANCE
    assert seen.opened == {n: begun + k * 10 * MINUTE for k, n in enumerate("abc")}


def test_the_urgent_goes_first_but_interrupts_nobody() -> None:
    seen = watched()
    seen.put("a", 10 * HOUR + 5 * MINUTE, 20 * MINUTE)
    seen.put("b", 10 * HOUR + 6 * MINUTE, 10 * MINUTE)
    seen.put("c", 10 * HOUR + 7 * MINUTE, 10 * MINUTE, is_urgent=True)
    seen.run(1)
    assert seen.by_opening() == ["a", "c", "b"]
    assert seen.opened["c"] == seen.finished["a"]


def test_a_lead_turns_to_the_desk_in_rounds_and_at_once_for_what_is_urgent() -> None:
    seen = watched("lead.r1")  # office from 8 to 17 in Berlin, 7 to 16 UTC
    seen.put("a", 8 * HOUR, 5 * MINUTE)
    seen.put("b", 10 * HOUR, 5 * MINUTE, is_urgent=True)
    seen.run(1)
    round_at = START + 7 * HOUR + round(0.3 * 9 * 60) * MINUTE
    assert seen.opened["a"] == round_at
    assert seen.opened["b"] == START + 10 * HOUR + MINUTE + GLANCE


def test_what_cannot_be_finished_today_is_opened_tomorrow_and_nothing_overtakes_it() -> None:
    seen = watched()
    seen.put("long", 15 * HOUR + 45 * MINUTE, 40 * MINUTE)
    seen.put("short", 15 * HOUR + 46 * MINUTE, 2 * MINUTE)
    seen.run(4)
    assert seen.by_opening() == ["long", "short"]
    assert seen.opened["long"] % DAY == 7 * HOUR + MINUTE
    assert seen.opened["long"] // DAY > START // DAY


def test_waiting_is_split_into_others_first_and_desk_closed() -> None:
    seen = watched()
    seen.put("a", 10 * HOUR + 5 * MINUTE, 20 * MINUTE)
    seen.put("b", 10 * HOUR + 10 * MINUTE, 5 * MINUTE)
    seen.put("c", 5 * HOUR + DAY * 3, 5 * MINUTE)
    seen.run(5)
    assert seen.causes["b"] == Causes(15 * MINUTE + GLANCE, 0, 0)
    assert seen.causes["c"] == Causes(0, 2 * HOUR, 0)


arrivals = st.lists(
    st.tuples(st.integers(0, 4 * 86_400), st.integers(1, 90), st.booleans()), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(arrivals)
def test_nobody_is_idle_while_something_waits_that_fits_into_the_shift(
    jobs: list[tuple[int, int, bool]],
) -> None:
    seen = watched()
    for nth, (second, minutes, is_urgent) in enumerate(jobs):
        seen.put(f"{nth:02d}", second * SECOND, minutes * MINUTE, is_urgent=is_urgent)
    seen.run(30)
    assert len(seen.finished) == len(jobs)
    in_turn = seen.by_opening()
    assert all(seen.finished[a] <= seen.opened[b] for a, b in pairwise(in_turn))
    free = 0
    for name in in_turn:
        _was_in_turn(seen, name)
        _was_not_kept_waiting(seen, name, free)
        free = seen.finished[name]


def _was_in_turn(seen: Watched, name: str) -> None:
    opened, job = seen.opened[name], seen.jobs[name]
    waiting = [j for n, j in seen.jobs.items() if seen.opened[n] > opened and j.since < opened]
    assert all((not job.is_urgent, job.since) <= (not j.is_urgent, j.since) for j in waiting)


def _was_not_kept_waiting(seen: Watched, name: str, free: int) -> None:
    """Check the idle time before a job: closed, away, or too short for what was first."""
    opened = seen.opened[name]
    ready = max(free, min(j.since for n, j in seen.jobs.items() if seen.opened[n] >= opened))
    for day in range(ready // DAY, opened // DAY + 1):
        hours = seen.world.cast.office_of(0)
        begins, ends = max(ready, hours.opens(day)), min(opened, hours.closes(day))
        idle = ends - begins
        if idle <= LAG or not is_at_work(seen.world, AGENT, begins):
            continue
        assert ends < opened, "idle within a shift in which the job was opened"
        first = _first_waiting(seen, ends, opened)
        left = hours.closes(day) - max(begins, first.since)
        assert first.work > left - LAG


def _first_waiting(seen: Watched, at: int, opened: int) -> Job:
    waiting = [j for n, j in seen.jobs.items() if seen.opened[n] >= opened and j.since < at]
    return min(waiting, key=lambda job: (not job.is_urgent, job.since, job.name))


@pytest.fixture(scope="module")
def queue() -> Watched:
    """Four months at a desk that is in use for six tenths of its time."""
    seen, dice = watched(), Dice(3, "queue")
    hours = seen.world.cast.office_of(0)
    for day in hours.open_days(START // DAY, START // DAY + 119):
        at = float(hours.opens(day))
        while at < hours.closes(day) and is_at_work(seen.world, AGENT, int(at)):
            at += dice.exponential(10 * MINUTE)
            work = work_time(dice, 6 * MINUTE)
            seen.put(f"{day}/{at:.0f}", int(at) - START, work)
    seen.run(130)
    return seen


def test_how_many_wait_is_how_often_they_come_times_how_long_they_stay(queue: Watched) -> None:
    begin, end = START + 7 * DAY, START + 100 * DAY
    came = np.array([queue.jobs[name].since for name in queue.by_opening()])
    went = np.array([queue.finished[name] for name in queue.by_opening()])
    looks = np.arange(begin, end, 7 * MINUTE)
    there = np.searchsorted(np.sort(came), looks) - np.searchsorted(np.sort(went), looks)
    counted = (came >= begin) & (came < end)
    rate, stay = counted.sum() / (end - begin), (went - came)[counted].mean()
    assert there.mean() == pytest.approx(rate * stay, rel=0.05)


def test_the_wait_for_others_is_what_pollaczek_and_khinchine_say(queue: Watched) -> None:
    works = np.array([job.work for job in queue.jobs.values()], dtype=float)
    rate = 1 / (10 * MINUTE)
    expected = rate * (works**2).mean() / (2 * (1 - rate * works.mean()))
    around_noon = [n for n, j in queue.jobs.items() if 9 * HOUR < j.since % DAY < 14 * HOUR]
    seen = np.mean([queue.opened[name] - queue.jobs[name].since for name in around_noon])
    assert seen == pytest.approx(expected, rel=0.15)


def test_nobody_does_two_things_at_once_or_works_outside_office_hours() -> None:
    world = office(21)
    for nth in range(120):
        after = (nth * 2 + 7) * HOUR + nth * MINUTE
        world.agenda.at(world.run.start + after, f"test/{nth}", _trouble(world, nth))
    lived = busy(world, 300)
    work = _work(lived)
    assert sum(len(spans) for spans in work.values()) > 350
    for person, spans in work.items():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(spans)))
        for since, until in spans:
            assert since // DAY == until // DAY
            assert is_at_work(world, person, since)
            assert is_at_work(world, person, until)


def _trouble(world: World, nth: int):  # noqa: ANN202
    return lambda at: world.exceptions.open(at, "late_po", "high", f"k{nth}", region=nth % 6)


def _work(lived: Lived) -> dict[str, list[tuple[int, int]]]:
    """Return when each person was at work, from opening to answer and from touches."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for facts in lived.by_request().values():
        for before, after in pairwise(facts):
            if before.data.get("action") == "opened":
                spans[before.data["actor"]["id"]].append((before.at, after.at))
    for episode in lived.episodes:
        for touch in episode.touches:
            spans[touch.person].append((touch.since, touch.until))
    return spans


def test_a_world_without_requests_leaves_the_desks_alone() -> None:
    lived = live(office(2))
    assert not [f for f in lived.facts if "requisition" not in f.about and "outcome" in f.data]
