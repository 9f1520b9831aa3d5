# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people deal with one exception: look at it, wait for others, ask a lead, end it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import HOUR, SECOND
from sightline.sim.office.desk import Desk, Desks, Job, work_time
from sightline.sim.office.episode import REOPEN_WITHIN, Episode, Pause, Touch
from sightline.sim.office.workbench import Workbench

if TYPE_CHECKING:
    from sightline.sim.cast.kinds import Person
    from sightline.sim.engine.draws import Dice
    from sightline.sim.engine.world import World

MOMENT = SECOND
SECOND_TOUCH, THIRD_TOUCH, PAUSED, ESCALATED, REOPENED = 0.45, 0.2, 0.25, 0.06, 0.04
GAP_HOURS, PAUSE_HOURS, WAIT_SPREAD = 1.0, 5.0, 0.7
REOPEN_HOURS = (1.0, 8.0)
CODES = ("expedited", "transferred", "substituted", "customer_informed", "no_action_needed")
CODE_WEIGHTS = (0.3, 0.2, 0.1, 0.25, 0.15)
GONE = "condition_gone"


@dataclass(frozen=True, slots=True)
class Course:
    """What a spell will need, drawn when it begins: looks, and what follows the first."""

    touches: int
    is_paused: bool
    is_escalated: bool
    reopens: bool

    @staticmethod
    def drawn(dice: "Dice") -> "Course":
        """Draw one."""
        touches = 1 + dice.chance(SECOND_TOUCH) + dice.chance(THIRD_TOUCH)
        is_paused, is_escalated = dice.chance(PAUSED), dice.chance(ESCALATED)
        more = 2 if is_paused or is_escalated else 1
        return Course(max(touches, more), is_paused, is_escalated, dice.chance(REOPENED))


class Handling:
    """An exception under way; its `episode` fills as it goes."""

    def __init__(self, world: "World", desks: Desks, episode: Episode) -> None:
        self.episode = episode
        self._world = world
        self._desks = desks
        self._bench = Workbench(world.cast, episode)
        self._job: Job | None = None
        self._begun = 0  # when the work in hand began, 0 for none
        self._left = 0  # looks still needed in this spell
        self._turn = 0  # which thing comes next; what an earlier one planned is void
        self._gone = ""
        self._course = self._drawn()

    def begin(self) -> None:
        """Record the exception and give it to its owner."""
        self._tell(self._bench.opened(self.episode.opened))
        self._after(self.episode.opened, self._assign)

    def again(self, at: int, *, person: str = "") -> None:
        """Open it once more, because it came back or somebody says so."""
        episode = self.episode
        episode.resolved, episode.resolution, episode.outcome = 0, "", ""
        episode.spells += 1
        episode.reopened.append(at)
        self._gone = ""
        self._course = self._drawn()
        self._tell(self._bench.acted(at, "reopened", person))
        self._after(at, self._assign)

    def worse(self, at: int) -> None:
        """Record that it got worse."""
        self._tell(self._bench.updated(at))

    def settle(self, at: int, outcome: str) -> None:
        """End it because its cause is gone; who is working on it finishes first."""
        self._gone = outcome
        if self._is_paused():
            self._end_pause(at, "")
            self._after(at, lambda now: self._resolve(now, "", GONE, outcome))
        elif not self._begun:
            if self._job is not None:
                self._desk().drop(self._job)
            self._resolve(at, "", GONE, outcome)

    def _tell(self, fact: Fact) -> None:
        action = fact.data.get("action", fact.kind.rpartition(".")[-1])
        self.episode.steps.append((fact.at, action))
        self._world.facts.one(fact)

    def _drawn(self) -> Course:
        course = Course.drawn(self._dice("course"))
        self._left = course.touches
        return course

    def _dice(self, what: str) -> "Dice":
        episode = self.episode
        touches = len(episode.touches)
        return self._world.draws.dice(f"exception/{what}", episode.id, episode.spells, touches)

    def _owner(self) -> "Person":
        return self._world.cast.person(self.episode.owner)

    def _desk(self) -> Desk:
        return self._desks.of(self._owner())

    def _after(self, at: int, action: Callable[[int], None], wait: int = MOMENT) -> None:
        """Do `action` a while after `at`, unless something else comes first."""
        self._turn += 1
        turn = self._turn

        def unless_void(now: int) -> None:
            if turn == self._turn:
                action(now)

        self._world.agenda.at(at + wait, f"exception/{self.episode.id}", unless_void)

    def _assign(self, at: int) -> None:
        self.episode.assigned = self.episode.assigned or at
        self._tell(self._bench.assigned(at))
        self._queue(at)

    def _queue(self, at: int) -> None:
        self._turn += 1
        mean = HOUR / self._owner().per_hour
        self._job = Job(
            name=f"{self.episode.id}/{self.episode.spells}/{len(self.episode.touches)}",
            since=at,
            work=work_time(self._dice("work"), mean),
            is_urgent=self.episode.severity == "critical",
            opened=self._begin_work,
            finished=self._end_work,
            away=self._stand_in,
        )
        self._desk().take(self._job)

    def _stand_in(self, at: int) -> None:
        """Give it to who stands in for its owner, if somebody is there."""
        owner, job = self._owner(), self._job
        if not owner.delegate or job is None:
            return
        other = self._world.cast.person(owner.delegate)
        window = self._desks.shifts.next_window(other, at)
        if not self._desks.shifts.is_on_leave(other, window.day):
            self._desk().drop(job)
            self.episode.owner = other.id
            self._assign(at)

    def _begin_work(self, at: int) -> None:
        self._begun = at
        if not self.episode.acknowledged:
            self.episode.acknowledged = at
            self._tell(self._bench.acted(at, "acknowledged", self.episode.owner))

    def _end_work(self, at: int) -> None:
        touch = Touch(self.episode.owner, self._begun, at)
        self.episode.touches.append(touch)
        self._begun, self._job = 0, None
        self._left -= 1
        self._tell(self._bench.touched(touch))
        if self._gone or not self._left:
            self._after(at, self._done)
        elif self._course.is_escalated and self._is_first():
            self._after(at, self._escalate)
        elif self._course.is_paused and self._is_first():
            self._after(at, self._pause)
        else:
            self._after(at, self._queue, self._wait(at, GAP_HOURS))

    def _is_first(self) -> bool:
        return self._left == self._course.touches - 1

    def _wait(self, at: int, hours: float) -> int:
        """Return the time until about `hours` of the owner's work are over."""
        drawn = round(self._dice("wait").lognormal(hours, WAIT_SPREAD) * 3600) * SECOND
        return self._desks.shifts.after_work(self._owner(), at, drawn) - at

    def _escalate(self, at: int) -> None:
        """Give it to a lead of the region."""
        leads = self._world.cast.people_of("buyer_lead", self.episode.region)
        lead = self._dice("lead").choice(leads).id
        self.episode.escalated = self.episode.escalated or at
        self._tell(self._bench.acted(at, "escalated", self.episode.owner, owner=lead))
        self.episode.owner = lead
        self._after(at, self._queue)

    def _pause(self, at: int) -> None:
        self.episode.pauses.append(Pause(at))
        self._tell(self._bench.acted(at, "paused", self.episode.owner))
        self._after(at, self._resume, self._wait(at, PAUSE_HOURS))

    def _resume(self, at: int) -> None:
        self._end_pause(at, self.episode.owner)
        self._queue(at)

    def _is_paused(self) -> bool:
        pauses = self.episode.pauses
        return bool(pauses) and not pauses[-1].until

    def _end_pause(self, at: int, person: str) -> None:
        """Tell that it goes on, so that how long it waited can be told from events."""
        self.episode.pauses[-1].until = at
        self._tell(self._bench.acted(at, "resumed", person))

    def _done(self, at: int) -> None:
        dice = self._dice("code")
        code = GONE if self._gone else dice.choice(CODES, CODE_WEIGHTS)
        person = self.episode.owner
        self._resolve(at, person, code, self._gone or "handled")
        if self._course.reopens and not self._gone:
            wait = round(dice.uniform(*REOPEN_HOURS) * 3600) * SECOND
            ready = self._desks.shifts.after_work(self._owner(), at, wait)
            if ready < at + REOPEN_WITHIN:
                self._after(at, lambda now: self.again(now, person=person), ready - at)

    def _resolve(self, at: int, person: str, code: str, outcome: str) -> None:
        self._turn += 1
        self._job = None
        episode = self.episode
        episode.resolved, episode.resolution, episode.outcome = at, code, outcome
        self._tell(self._bench.resolved(at, person))
