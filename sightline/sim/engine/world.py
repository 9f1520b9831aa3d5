# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world: what its parts share, and the loop through its hours.

At the top of an hour, in its first minute, parts decide in a fixed order and know every level
exactly; the rest of the hour only brings changes, and changes commute.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sightline.sim.engine.agenda import Agenda
from sightline.sim.engine.book import Book, Changes
from sightline.sim.engine.draws import Draws
from sightline.sim.engine.facts import Fact, Facts, Many
from sightline.sim.engine.labels import Labels
from sightline.sim.engine.moments import HOUR
from sightline.sim.profile import Run

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast
    from sightline.sim.fulfil.returns import Returns
    from sightline.sim.inject.hooks import Hooks
    from sightline.sim.office.approvals import Approvals
    from sightline.sim.office.exceptions import Exceptions


class Part(Protocol):
    """Something that acts in the world."""

    def tick(self, at: int) -> None:
        """Decide at the top of the hour `at`; facts lie in its first minute."""
        ...

    def within(self, at: int) -> None:
        """Let happen what happens in the hour from `at`, after its first minute."""
        ...


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour brought.

    Attributes
    ----------
    at
        Its beginning, µs.
    one, many
        Facts for the systems to record, in no order.
    changes
        Changes of stock, in no order.
    ended
        Whatever came to its end: lines, purchases, requests, … for the world's own books.
    """

    at: int
    one: list[Fact]
    many: list[Many]
    changes: Changes
    ended: list[object]


class World:
    """What the parts of one run share.

    Attributes
    ----------
    approvals, exceptions, returns
        Parts that other parts call; set while the world is built.
    """

    approvals: "Approvals"
    exceptions: "Exceptions"
    returns: "Returns"

    def __init__(self, run: Run, cast: "Cast", hooks: "Hooks") -> None:
        self.run = run
        self.cast = cast
        self.hooks = hooks
        self.draws = Draws(run.seed)
        self.book = Book(len(cast.items), len(cast.places))
        self.facts = Facts()
        self.agenda = Agenda()
        self.agenda.now = run.start
        self.labels = Labels()
        self.parts: list[Part] = []
        self._ended: list[object] = []

    def ended(self, *things: object) -> None:
        """Hand what came to its end to the world's own books."""
        self._ended.extend(things)

    def il(self, item: int, place: int) -> int:
        """Return the index of an item at a place."""
        return item * len(self.cast.places) + place

    def hours(self) -> Iterator[Hour]:
        """Live through the run, hour by hour; at most once."""
        self.hooks.begin(self)
        for at in range(self.run.start, self.run.end, HOUR):
            yield self._hour(at)

    def _hour(self, at: int) -> Hour:
        self.agenda.now = max(self.agenda.now, at)
        for part in self.parts:
            part.tick(at)
        for part in self.parts:
            part.within(at)
        self.agenda.run(at + HOUR)
        one, many = self.facts.taken()
        ended, self._ended = self._ended, []
        return Hour(at, one, many, self.book.taken(), ended)
