# SPDX-License-Identifier: AGPL-3.0-or-later
"""A world is played: its facts are recorded, sent, and arrive; the truth is kept beside."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from sightline.sim import build
from sightline.sim.cast import masters
from sightline.sim.engine.book import Book as Stock
from sightline.sim.engine.moments import HOUR
from sightline.sim.engine.world import Hour, World
from sightline.sim.profile import Run
from sightline.sim.systems.recorder import Recorder
from sightline.sim.transport.delivered import Delivered
from sightline.sim.transport.noise import Counts, Transport


class Watcher(Protocol):
    """Something that keeps the truth, such as `sightline.sim.truth.books.Books`."""

    def take(self, hour: Hour) -> None:
        """Note what an hour brought."""
        ...


W = TypeVar("W", bound=Watcher)


class Playing:
    """One run on its way; iterate over it once.

    Attributes
    ----------
    world
        The world that is played.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.world = build.world(run)
        self._watchers: list[Watcher] = []
        self._recorder = Recorder(self.world.cast, self.world.labels, run)
        self._transport = Transport(run, self.world.hooks, self._recorder.sources)

    @property
    def counts(self) -> Counts:
        """Return what was done to the lines so far."""
        return self._transport.counts

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the systems; the column `source` holds indices into this."""
        return self._recorder.sources.names

    def watch(self, make: Callable[[World], W]) -> W:
        """Let what `make` makes of the world see every hour from now on; return it."""
        watcher = make(self.world)
        self._watchers.append(watcher)
        return watcher

    def __iter__(self) -> Iterator[Delivered]:
        """Yield what arrives, hour by hour, in order of arrival; master data come first."""
        yield self._masters()
        for hour in self.world.hours():
            for watcher in self._watchers:
                watcher.take(hour)
            yield self._transport.deliver(self._recorder.lines(hour), hour.at + HOUR)
        yield self._transport.rest()

    def _masters(self) -> Delivered:
        """Return master data, free of noise: whatever follows can rely on its units."""
        told = list(masters.facts(self.world.cast, self.run))
        first = min(fact.at for fact in told)
        hour = Hour(first, told, [], Stock(1, 1).taken(), [])
        return self._transport.straight(self._recorder.lines(hour))


def play(run: Run, books: Sequence[Callable[[World], Watcher]] = ()) -> Iterator[Delivered]:
    """Yield what arrives in `run`; each of `books` is made of the world and watches it."""
    playing = Playing(run)
    for make in books:
        playing.watch(make)
    return iter(playing)
