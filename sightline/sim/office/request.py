# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request for approval, and its trail: every step with its moments, desks and causes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sightline.sim.cast.kinds import Role

ObjectType = Literal["po", "transfer", "recommendation", "requisition"]
Turn = Literal["assigned", "delegated", "escalated"]
Outcome = Literal["", "approved", "rejected"]


def _nothing(_at: int, _is_approved: bool) -> None:  # noqa: FBT001  told by position
    """Let nothing follow from the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks for.

    Attributes
    ----------
    id
        Made of the object's own id, such as ``APR-PO-…``; also the partition key.
    region
        Index; its approvers are asked.
    amount
        Cents.
    requester
        Id of the person.
    then
        Called with the moment of the final decision and whether it is a yes.
    flow
        Correlation id; "" for the object's id.
    violation
        ``self_approval`` when the requester shall sign the first step, else "".
    is_urgent
        Goes before others on a desk.
    """

    id: str
    object_type: ObjectType
    object_id: str
    region: int
    amount: int
    requester: str
    then: Callable[[int, bool], None] = _nothing
    flow: str = ""
    violation: str = ""
    is_urgent: bool = False
    labels: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Stay:
    """A step's time on one desk, until it is opened, handed on or taken away; µs.

    `queue`, `calendar` and `absence` split `until - since` by cause: its owner busy with
    others, not at the desk, away. Absence runs from the first turn to the desk that is missed
    to the next shift that is not.
    """

    person: str
    role: Role
    turn: Turn
    since: int
    until: int = 0
    queue: int = 0
    calendar: int = 0
    absence: int = 0


@dataclass(slots=True, kw_only=True)
class Step:
    """One role's answer; µs, 0 for what has not happened.

    Attributes
    ----------
    number, role
        Place in the path, from 1, and the role that stands there.
    assigned, opened, decided
        First moments of each; wait is opened - assigned, touch is decided - opened.
    service
        Work on it, all openings together.
    rework
        From sending it back to having it again.
    actor, actor_role
        Who decided, in which role.
    """

    number: int
    role: Role
    assigned: int = 0
    opened: int = 0
    decided: int = 0
    service: int = 0
    rework: int = 0
    returns: int = 0
    outcome: Outcome = ""
    actor: str = ""
    actor_role: Role | None = None
    stays: list[Stay] = field(default_factory=list)

    @property
    def wait(self) -> int:
        """Return the time until it was first opened."""
        return max(0, self.opened - self.assigned)

    @property
    def touch(self) -> int:
        """Return the time from first opening to decision."""
        return max(0, self.decided - self.opened)


@dataclass(slots=True, kw_only=True)
class Trail:
    """What became of a request.

    Attributes
    ----------
    path
        Roles that are asked, in order.
    asked, due, ended
        Moments of the request, of its due answer and of the final one (0 while open), µs.
    steps
        Those that began, in order; a higher role that steps in answers for all up to its own.
    """

    request: Request
    path: tuple[Role, ...]
    asked: int
    due: int
    ended: int = 0
    is_approved: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def is_in_time(self) -> bool:
        """Tell whether the answer came by when it was due."""
        return 0 < self.ended <= self.due
