# SPDX-License-Identifier: AGPL-3.0-or-later
"""What keeps a demo's events coming, each when it is due."""

from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

from sightline.clock import Clock
from sightline.events import publish
from sightline.log import Log
from sightline.sim.home import Opening, write


class Feeder:
    """Appends one showing to the log; may be run again after a failure."""

    def __init__(self, home: Path, log: Log, opening: Opening, clock: Clock) -> None:
        self._home = home
        self._log = log
        self._clock = clock
        self._marker = opening.marker
        self._coming = opening.demo.live(f"L{opening.marker.showings}")
        self._next = next(self._coming)

    def run(self, stop: Flag) -> None:
        """Append every event when its time has come, until `stop` is set."""
        while True:
            due, event = self._next
            if stop.wait(max(0.0, (due - self._clock()).total_seconds())):
                return
            self._log.append(publish.to_piece([event], self._log.partitions))
            self._marker = replace(self._marker, until=due)
            write(self._home, self._marker)
            self._next = next(self._coming)
