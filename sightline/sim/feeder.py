# SPDX-License-Identifier: AGPL-3.0-or-later
"""What keeps a demo's events coming, each when it is due."""

from pathlib import Path
from threading import Event as Flag

import numpy as np

from sightline.clock import Clock
from sightline.log import Log
from sightline.sim.engine.moments import HOUR, SECOND, Ints, moment
from sightline.sim.home import Opening, keep
from sightline.sim.pacing import CATCH_UP, Pacing
from sightline.sim.transport.delivered import Delivered

TOGETHER_S = 0.5  # what is due within such a time comes together
LONGEST_WAIT_S = 30.0  # a machine may sleep meanwhile


class Feeder:
    """Appends what arrives in a world; may be run again after a failure."""

    def __init__(self, home: Path, log: Log, opening: Opening, clock: Clock) -> None:
        self._home = home
        self._log = log
        self._clock = clock
        self._marker = opening.marker
        self._coming = opening.coming
        self._taken = moment(clock()) + CATCH_UP
        self._ahead = self._coming.take(self._taken)
        self._pacing = Pacing(moment(clock()), self._ahead.ingest)

    def run(self, stop: Flag) -> None:
        """Append every event when its time has come, until `stop` is set."""
        while not stop.is_set():
            now = moment(self._clock())
            due = self._pacing.due(self._ahead.ingest)
            self._append(self._ahead.taken(due <= now))
            self._ahead = self._ahead.taken(due > now)
            if not len(self._ahead):
                self._taken = max(self._taken, now) + HOUR
                self._ahead = self._coming.take(self._taken)
            stop.wait(self._pause(now))

    def _append(self, arrived: Delivered) -> None:
        if len(arrived):
            self._marker = keep(self._home, self._log, self._marker, arrived)

    def _pause(self, now: int) -> float:
        due: Ints = self._pacing.due(self._ahead.ingest[:1])
        waits = (int(due.min(initial=self._taken)) - now) / SECOND
        return float(np.clip(waits, TOGETHER_S, LONGEST_WAIT_S))
