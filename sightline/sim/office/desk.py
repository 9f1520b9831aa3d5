# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's desk: a queue with one server that keeps hours.

First come, first served, the urgent before the others. Its owner turns to it in rounds and
works until it is empty. Nothing is opened that cannot be finished before the shift ends, and
nothing overtakes because it is shorter.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.sim.engine.agenda import Agenda, free_minute
from sightline.sim.engine.moments import MINUTE, SECOND

if TYPE_CHECKING:
    from sightline.sim.cast.kinds import Person
    from sightline.sim.engine.draws import Dice
    from sightline.sim.office.shifts import Shifts

GLANCE = SECOND  # from coming in to being opened at the earliest
SHORTEST, LONGEST = MINUTE // 2, 45 * MINUTE
SPREAD = 0.6  # of the logarithm of the time that something takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be done at a desk.

    Attributes
    ----------
    name
        Unique on the desk; settles who is first of two that came together.
    since, work
        When it came; what it takes, µs.
    opened, finished
        Called with the moment.
    away
        Called with the moment when the person is on leave and the desk should be open.
    """

    name: str
    since: int
    work: int
    is_urgent: bool
    opened: Callable[[int], None]
    finished: Callable[[int], None]
    away: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Causes:
    """A waiting time by cause, µs; see `Stay`."""

    queue: int
    calendar: int
    absence: int


class Desk:
    """One person's queue."""

    def __init__(self, agenda: Agenda, shifts: "Shifts", person: "Person") -> None:
        self.person = person
        self._agenda = agenda
        self._shifts = shifts
        self._queue: list[tuple[bool, int, str, Job]] = []
        self._job: Job | None = None
        self._busy: list[
            tuple[int, int]
        ] = []  # times at work, as far as the queue reaches back
        self._busy_since = 0
        self._turns_at = 0

    def take(self, job: Job) -> None:
        """Put `job` into the queue."""
        heapq.heappush(self._queue, (not job.is_urgent, job.since, job.name, job))
        self._turn(job.since + GLANCE, is_urgent=job.is_urgent)

    def drop(self, job: Job) -> bool:
        """Take `job` away unless it has been opened; tell whether it was still there."""
        left = [entry for entry in self._queue if entry[-1] is not job]
        is_waiting = len(left) < len(self._queue)
        heapq.heapify(left)
        self._queue = left
        return is_waiting

    def causes(self, job: Job, until: int) -> Causes:
        """Split the wait of `job` at this desk until now by cause."""
        since = job.since
        spans = [*self._busy, (self._busy_since, until)] if self._job else self._busy
        queue = sum(max(0, min(b, until) - max(a, since)) for a, b in spans)
        absence = self._shifts.absence(self.person, since, until, is_urgent=job.is_urgent)
        return Causes(queue, until - since - queue - absence, absence)

    def _turn(self, at: int, *, is_urgent: bool = False) -> None:
        due = self._shifts.next_turn(self.person, at, is_urgent=is_urgent)
        if self._turns_at != due:
            self._turns_at = due
            self._look_at(due)

    def _look_at(self, due: int) -> None:
        self._agenda.at(due, f"desk/{self.person.id}", self._look)

    def _look(self, at: int) -> None:
        if self._job is not None or not self._queue:
            return
        newest = max(since for _, since, _, _ in self._queue)
        window = self._shifts.next_window(self.person, at)
        if at < newest + GLANCE:
            self._look_at(newest + GLANCE)
        elif at < window.since:
            self._turn(at)
        elif self._shifts.is_away(self.person, window):
            if not self._shifts.is_missing(self.person, window):
                self._hand_on(at)
            self._turn(window.until)
        elif free_minute(at + self._queue[0][-1].work) > window.until:
            self._turn(window.until)
        else:
            self._open(at)

    def _hand_on(self, at: int) -> None:
        for *_, job in sorted(self._queue, key=lambda entry: entry[:3]):
            job.away(at)

    def _open(self, at: int) -> None:
        job = heapq.heappop(self._queue)[-1]
        job.opened(at)
        if self._job is None:
            self._busy_since = at
        self._job = job
        self._agenda.at(at + job.work, f"desk/{self.person.id}/{job.name}", self._finish)

    def _finish(self, at: int) -> None:
        job, self._job = self._job, None
        self._busy.append((self._busy_since, at))
        oldest = min((entry[1] for entry in self._queue), default=at)
        self._busy = [span for span in self._busy if span[1] > oldest]
        if job is not None:
            job.finished(at)
        self._look(at)


class Desks:
    """Everybody's desk, by the id of the person; put up when first used."""

    def __init__(self, agenda: Agenda, shifts: "Shifts") -> None:
        self.shifts = shifts
        self._agenda = agenda
        self._desks: dict[str, Desk] = {}

    def of(self, person: "Person") -> Desk:
        """Return the desk of `person`."""
        if person.id not in self._desks:
            self._desks[person.id] = Desk(self._agenda, self.shifts, person)
        return self._desks[person.id]


def work_time(dice: "Dice", mean: float) -> int:
    """Draw how long something takes, µs in whole seconds, around `mean` µs."""
    drawn = dice.lognormal(mean / 1.2, SPREAD)  # 1.2 = exp(SPREAD² / 2): mean over median
    return min(max(round(drawn / SECOND) * SECOND, SHORTEST), LONGEST)
