# SPDX-License-Identifier: AGPL-3.0-or-later
"""When each person is at work: the shift of the region, leave, and absences without a word."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from sightline.sim.engine.moments import DAY, MINUTE, day_of
from sightline.sim.office.policy import ROUNDS

if TYPE_CHECKING:
    from sightline.sim.cast.calendars import Calendar
    from sightline.sim.cast.cast import Cast
    from sightline.sim.cast.kinds import Person
    from sightline.sim.engine.draws import Draws
    from sightline.sim.inject.hooks import Injector

WEEK_OFF, DAY_OFF = 0.04, 0.06  # chances a week
MONDAY = 4  # of 1970, counted from its first day
WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Window:
    """A shift on `day`, µs; it says nothing about who is away."""

    day: int
    since: int
    until: int


class Shifts:
    """The working times of everybody who decides."""

    def __init__(self, cast: "Cast", draws: "Draws", hooks: "Injector") -> None:
        self._cast = cast
        self._draws = draws
        self._hooks = hooks

    def calendar(self, person: "Person") -> "Calendar":
        """Return the office hours of the first of the person's regions."""
        return self._cast.office_of(person.regions[0])

    def windows(self, person: "Person", at: int) -> Iterator[Window]:
        """Yield the shifts that end after `at`, without end."""
        calendar = self.calendar(person)
        for day in count(day_of(at)):
            if calendar.is_open(day) and calendar.closes(day) > at:
                yield Window(day, calendar.opens(day), calendar.closes(day))

    def next_window(self, person: "Person", at: int) -> Window:
        """Return the shift that holds `at`, or else the next one."""
        return next(self.windows(person, at))

    def next_turn(self, person: "Person", at: int, *, is_urgent: bool = False) -> int:
        """Return when the person next turns to the desk, at `at` or later."""
        windows = self.windows(person, at)
        turns = (_turn(person, window, at, is_urgent=is_urgent) for window in windows)
        return next(turn for turn in turns if turn is not None)

    def is_on_leave(self, person: "Person", day: int) -> bool:
        """Tell whether the person has the day off, as everybody knows beforehand."""
        week, weekday = divmod(day - MONDAY, 7)
        dice = self._draws.dice("leave", person.id, week)
        drawn = dice.uniform()
        if drawn < WEEK_OFF and person.delegate:  # without a stand-in only single days
            return True
        return drawn < WEEK_OFF + DAY_OFF and weekday == dice.whole(0, WORKING_DAYS - 1)

    def is_away(self, person: "Person", window: Window) -> bool:
        """Tell whether the person misses `window`, planned or without a word."""
        return self.is_on_leave(person, window.day) or self.is_missing(person, window)

    def is_missing(self, person: "Person", window: Window) -> bool:
        """Tell whether the person misses `window` without a word, so that nobody stands in."""
        return self._hooks.is_absent(person.id, window.since)

    def absence(
        self, person: "Person", since: int, until: int, *, is_urgent: bool = False
    ) -> int:
        """Return how much of a wait from `since` to `until` is due to `person` being away.

        It runs from the first turn to the desk that the person misses to the next shift that
        he or she does not.
        """
        missed, begun = 0, until
        for window in self.windows(person, since):
            if window.since >= until:
                break
            if self.is_away(person, window):
                turn = _turn(person, window, since, is_urgent=is_urgent)
                begun = min(begun, until if turn is None else turn)
            else:
                missed += max(0, window.since - begun)
                begun = until
        return missed + until - begun

    def later(self, person: "Person", at: int, wait: int) -> int:
        """Return the moment `wait` µs after `at`, counted on the person's working days."""
        calendar = self.calendar(person)
        for day in count(day_of(at)):
            at = max(at, day * DAY)
            if not calendar.is_open(day):
                continue
            left = (day + 1) * DAY - at
            if wait <= left:
                return at + wait
            wait -= left
        raise AssertionError  # pragma: no cover  days do not end

    def after_work(self, person: "Person", at: int, work: int) -> int:
        """Return when the person has worked `work` µs from `at` on, away or not."""
        for window in self.windows(person, at):
            begins = max(at, window.since)
            if begins + work <= window.until:
                return begins + work
            work -= window.until - begins
        raise AssertionError  # pragma: no cover  shifts do not end


def _turn(person: "Person", window: Window, at: int, *, is_urgent: bool) -> int | None:
    """Return when `person` turns to the desk in `window`, at `at` or later."""
    rounds = () if is_urgent else ROUNDS.get(person.role, ())
    if not rounds:
        return max(at, window.since)
    turns = (window.since + _part(window, share) for share in rounds)
    return next((turn for turn in turns if turn >= at), None)


def _part(window: Window, share: float) -> int:
    return round((window.until - window.since) * share / MINUTE) * MINUTE
