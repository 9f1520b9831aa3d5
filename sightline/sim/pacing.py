# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a watched world shows what: faster than life until it has reached the clock."""

import numpy as np

from sightline.sim.engine.moments import MINUTE, SECOND, Ints

CATCH_UP = 210 * SECOND  # as long as somebody who has just arrived keeps looking
QUICKEST = 30  # times as fast as life at least


class Pacing:
    """The world's time against the clock's; times in µs.

    Until the world has reached the clock, every minute in which something arrives takes as
    long as every other and quiet ones take nothing: a night passes in a moment. Nothing is
    ever shown before the clock has reached it.

    Parameters
    ----------
    clock
        What the clock says when the showing begins.
    arrivals
        When events arrive that the showing begins with, in any order; at least those up to
        `ends_by`.

    Examples
    --------
    >>> pacing = Pacing(10 * MINUTE, np.array([2, 2, 7]) * MINUTE)
    >>> (pacing.due(np.array([2, 7, 12]) * MINUTE) - 10 * MINUTE) / SECOND
    array([  8.,  16., 120.])
    """

    def __init__(self, clock: int, arrivals: Ints) -> None:
        gap = clock - int(arrivals.min(initial=clock))
        self._clock = clock
        self._lasts = min(CATCH_UP, gap // QUICKEST)
        ahead = arrivals[arrivals <= self.ends_by]
        self._minutes = np.unique(ahead // MINUTE)

    @property
    def ends_by(self) -> int:
        """Return when the world has reached the clock."""
        return self._clock + self._lasts

    def due(self, arrivals: Ints) -> Ints:
        """Return the earliest time at which to show each of what arrives at `arrivals`."""
        before = np.searchsorted(self._minutes, arrivals // MINUTE, side="right")
        waits = before * self._lasts // max(1, len(self._minutes))
        return np.asarray(np.maximum(arrivals, self._clock + waits))
