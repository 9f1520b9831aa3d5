# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is to be done and when: the world's single-step part, in order of (time, turn)."""

import heapq
from collections.abc import Callable

from sightline.sim.engine.moments import HOUR, MINUTE

Action = Callable[[int], None]
FIRST_MINUTE = MINUTE  # belongs to what the hour begins with: counts, allocation, waves


class Agenda:
    """Actions by due time; each is called with the time at which it happens.

    The order of two actions due together is that of their names, then that of scheduling, so
    that one more action somewhere does not turn two others round.
    """

    def __init__(self) -> None:
        self._queue: list[tuple[int, str, int, Action]] = []
        self._scheduled = 0
        self.now = 0

    def at(self, due: int, name: str, action: Action) -> None:
        """Do `action` at `due`, or now if that has passed; never in an hour's first minute."""
        due = free_minute(max(due, self.now)) // 1000 * 1000
        self._scheduled += 1
        heapq.heappush(self._queue, (due, name, self._scheduled, action))

    def run(self, until: int) -> None:
        """Do everything due before `until`, also what that schedules."""
        while self._queue and self._queue[0][0] < until:
            self.now, _, _, action = heapq.heappop(self._queue)
            action(self.now)
        self.now = max(self.now, until)


def free_minute(at: int) -> int:
    """Return `at`, moved out of the first minute of its hour.

    >>> free_minute(HOUR + 1) == HOUR + MINUTE
    True
    """
    return max(at, at // HOUR * HOUR + FIRST_MINUTE)
