# SPDX-License-Identifier: AGPL-3.0-or-later
"""The office through which every purchase and transfer above a limit goes."""

from typing import TYPE_CHECKING

from sightline.sim.office.desk import Desks
from sightline.sim.office.passage import Passage
from sightline.sim.office.policy import STEP_TARGET, needs_approval, path_of
from sightline.sim.office.request import ObjectType, Request, Trail
from sightline.sim.office.requisitions import Requisitions
from sightline.sim.office.shifts import Shifts

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

__all__ = ["Approvals", "Request"]


class Approvals:
    """Takes requests and answers each exactly once.

    Attributes
    ----------
    desks
        Of everybody; exceptions lie on the same ones.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self.desks = Desks(world.agenda, Shifts(world.cast, world.draws, world.hooks))
        self._open: dict[str, Passage] = {}
        self._requisitions = Requisitions(world, self)

    def needs(self, amount: int, object_type: ObjectType = "po") -> bool:
        """Tell whether something of `amount` cents has to be approved."""
        return needs_approval(amount, object_type)

    def ask(self, request: Request, at: int | None = None) -> None:
        """Ask at `at`, or now; `request.then` hears the answer.

        Raises
        ------
        ValueError
            A request of that id is open.
        """
        if request.id in self._open:
            raise ValueError(f"request {request.id!r} is open; expected a new id")
        asked = max(self._world.agenda.now, at or 0)
        path = path_of(request.amount)
        requester = self._world.cast.person(request.requester)
        due = self.desks.shifts.later(requester, asked, len(path) * STEP_TARGET)
        trail = Trail(request=request, path=path, asked=asked, due=due)
        passage = self._open[request.id] = Passage(self._world, self.desks, trail)
        self._world.agenda.at(asked, f"approval/{request.id}", lambda _: passage.begin())

    def tick(self, at: int) -> None:
        """Have the regions ask for what they want on a new day."""
        self._requisitions.tick(at)

    def within(self, at: int) -> None:
        """Let the agenda carry every request."""

    def closed(self, passage: Passage) -> None:
        """Hand a finished request to the world's books."""
        del self._open[passage.trail.request.id]
        self._world.ended(passage.trail)

    def open_trails(self) -> list[Trail]:
        """Return requests without an answer, in order of id."""
        return [self._open[each].trail for each in sorted(self._open)]
