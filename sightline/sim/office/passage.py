# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of one request through the office, from desk to desk to its answer."""

from typing import TYPE_CHECKING

from sightline.sim.cast.kinds import Role
from sightline.sim.engine.agenda import Action
from sightline.sim.engine.moments import HOUR, SECOND
from sightline.sim.office.desk import Desks, Job, work_time
from sightline.sim.office.notices import Notices
from sightline.sim.office.policy import REJECTED, RETURNED, STEP_TARGET, next_role, rung
from sightline.sim.office.request import Request, Stay, Step, Trail, Turn

if TYPE_CHECKING:
    from sightline.sim.cast.kinds import Person
    from sightline.sim.engine.world import World

MOMENT = SECOND  # what the workflow takes to pass something on
REWORK_HOURS, REWORK_SPREAD = 2.0, 0.7


class Passage:
    """A request under way; its `trail` fills as it goes."""

    def __init__(self, world: "World", desks: Desks, trail: Trail) -> None:
        self.trail = trail
        self._world = world
        self._desks = desks
        self._notices = Notices(trail.request, world.cast.regions[trail.request.region])
        self._job: Job | None = None
        self._sent_back_at = self._drawn_return()

    @property
    def _request(self) -> Request:
        return self.trail.request

    @property
    def _step(self) -> Step:
        return self.trail.steps[-1]

    @property
    def _is_own(self) -> bool:
        """Tell whether the requester signs this step himself, which nobody should."""
        return self._request.violation == "self_approval" and self._step.number == 1

    def begin(self) -> None:
        """Record the request and give it to the first desk."""
        self._world.facts.one(self._notices.requested(self.trail))
        self._next_step(1, self.trail.asked)

    def _drawn_return(self) -> int:
        """Return the number of the step that sends it back, 0 for none."""
        dice = self._world.draws.dice("approval/return", self._request.id)
        return dice.whole(1, len(self.trail.path)) if dice.chance(RETURNED) else 0

    def _next_step(self, number: int, at: int) -> None:
        step = Step(number=number, role=self.trail.path[number - 1])
        self.trail.steps.append(step)
        self._later(at + MOMENT, "assign", lambda now: self._assign(now, step.role))

    def _assign(self, at: int, role: Role, turn: Turn = "assigned") -> None:
        person = self._approver(role)
        self._step.assigned = self._step.assigned or at
        self._give(at, person, person.role, turn)
        due = self._desks.shifts.later(person, at, STEP_TARGET)
        job = self._job
        self._later(due, "timer", lambda now: self._escalate(now, job))

    def _approver(self, role: Role) -> "Person":
        """Return who answers for `role`: never the requester, unless a rule is to be broken."""
        cast, request = self._world.cast, self._request
        if self._is_own:
            return cast.person(request.requester)
        here = cast.people_of(role, request.region) or cast.people_of(role)
        others = [person for person in here if person.id != request.requester]
        higher = next_role(role)
        if not others and higher:
            return self._approver(higher)
        return self._world.draws.dice("approver", request.id, role).choice(others)

    def _give(self, at: int, person: "Person", role: Role, turn: Turn) -> None:
        step = self._step
        step.stays.append(Stay(person=person.id, role=role, turn=turn, since=at))
        self._world.facts.one(self._notices.assigned(at, step))
        purpose = ("approval/service", self._request.id, step.number, len(step.stays))
        self._job = Job(
            name=f"{self._request.id}/{step.number}",
            since=at,
            work=work_time(self._world.draws.dice(*purpose), HOUR / person.per_hour),
            is_urgent=self._request.is_urgent,
            opened=self._open,
            finished=self._finish,
            away=self._delegate,
        )
        self._desks.of(person).take(self._job)

    def _leave(self, at: int) -> None:
        """End the stay at the present desk."""
        stay = self._step.stays[-1]
        stay.until = at
        if self._job is None:
            return
        causes = self._desks.of(self._holder()).causes(self._job, at)
        stay.queue, stay.calendar, stay.absence = causes.queue, causes.calendar, causes.absence
        if stay.absence:
            self._blame(self._world.hooks.absence_labels(stay.person, stay.since, at))

    def _blame(self, labels: tuple[str, ...]) -> None:
        for label in labels:
            if label not in self._notices.labels:
                self._notices.labels += (label,)
                waited = self._world.labels.all[label].scope.setdefault("requests", [])
                waited.append(self._request.id)

    def _holder(self) -> "Person":
        return self._world.cast.person(self._step.stays[-1].person)

    def _open(self, at: int) -> None:
        self._leave(at)
        self._step.opened = self._step.opened or at
        self._world.facts.one(self._notices.opened(at, self._step))

    def _finish(self, at: int) -> None:
        step, stay = self._step, self._step.stays[-1]
        step.service += at - stay.until
        if self._sent_back_at == step.number and not step.returns and not self._is_own:
            self._send_back(at)
            return
        step.decided, step.actor, step.actor_role = at, stay.person, stay.role
        dice = self._world.draws.dice("approval/answer", self._request.id, step.number)
        is_refused = not self._is_own and dice.chance(REJECTED.get(stay.role, 0.0))
        step.outcome = "rejected" if is_refused else "approved"
        is_final = is_refused or self._is_covered()
        self._world.facts.one(self._notices.decided(at, step, is_final=is_final))
        if is_final:
            self._end(at)
        else:
            self._next_step(step.number + 1, at)

    def _is_covered(self) -> bool:
        """Tell whether the answer of this step is enough for the whole path."""
        step = self._step
        highest = max(rung(step.role), rung(step.stays[-1].role))
        return highest >= rung(self.trail.path[-1])

    def _send_back(self, at: int) -> None:
        step = self._step
        step.returns += 1
        self._world.facts.one(self._notices.returned(at, step))
        dice = self._world.draws.dice("approval/rework", self._request.id, step.number)
        work = round(dice.lognormal(REWORK_HOURS, REWORK_SPREAD) * 3600) * SECOND
        requester = self._world.cast.person(self._request.requester)
        ready = self._desks.shifts.after_work(requester, at, work)
        role = step.stays[-1].role
        self._later(ready, "reworked", lambda now: self._again(now, at, role))

    def _again(self, at: int, since: int, role: Role) -> None:
        self._step.rework += at - since
        self._assign(at, role)

    def _escalate(self, at: int, job: Job | None) -> None:
        """Ask the next role, when the job of that time has not been opened."""
        step = self._step
        role = next_role(step.stays[-1].role) if not self._is_own else None
        if job is not self._job or job is None or role is None:
            return
        if self._desks.of(self._holder()).drop(job):
            self._leave(at)
            self._assign(at, role, "escalated")

    def _delegate(self, at: int) -> None:
        """Give it to the stand-in, who must be there and must not have asked."""
        holder, job = self._holder(), self._job
        stay = self._step.stays[-1]
        if self._is_own or not holder.delegate or stay.turn == "delegated" or job is None:
            return
        other = self._world.cast.person(holder.delegate)
        window = self._desks.shifts.next_window(other, at)
        is_there = not self._desks.shifts.is_on_leave(other, window.day)
        if other.id != self._request.requester and is_there:
            self._desks.of(holder).drop(job)
            self._leave(at)
            self._give(at, other, stay.role, "delegated")

    def _end(self, at: int) -> None:
        self.trail.ended = at
        self.trail.is_approved = self._step.outcome == "approved"
        self._world.approvals.closed(self)
        self._request.then(at, self.trail.is_approved)

    def _later(self, at: int, what: str, action: Action) -> None:
        self._world.agenda.at(at, f"approval/{self._request.id}/{what}", action)
