# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far the stream is behind the log: how long the oldest unread batch has waited."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sightline.clock import Clock, wall_clock
from sightline.errors import SightlineError
from sightline.log import EventLog
from sightline.log.waiting import Waiting
from sightline.store import Store

FRESH_S = 1.0
REMEMBERED = 60


@dataclass(slots=True)
class Lag:
    """What waits for the stream; asked for at most once a second.

    What came before this process began counts as come then: the stream had no chance before.

    Attributes
    ----------
    offsets
        Last offset of each partition that the stream has told.
    waiting
        What lay behind them when it was last looked.
    """

    log: EventLog
    store: Store
    clock: Clock = wall_clock
    offsets: dict[int, int] = field(default_factory=dict)
    waiting: Mapping[int, Waiting] = field(default_factory=dict)
    _backlogs: deque[int] = field(init=False, default_factory=lambda: deque(maxlen=REMEMBERED))
    _began_ms: int = field(init=False)
    _looked: float = field(init=False, default=float("-inf"))
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._began_ms = self._now_ms()

    @property
    def is_fresh(self) -> bool:
        """Tell whether `look` was called lately."""
        return time.monotonic() - self._looked < FRESH_S

    def look(self) -> None:
        """Ask the log, and the store if it answers; it may not, then the log alone tells."""
        if not self._lock.acquire(blocking=False):
            return  # another thread is at it
        try:
            try:
                rows = self.store.read_arrow("stream_progress", gen=self.log.generation)
                self.offsets = {row["part"]: row["off"] for row in rows.to_pylist()}
            finally:
                self.waiting = self.log.waiting(self.offsets)
                self._backlogs.append(sum(each.batches for each in self.waiting.values()))
        except SightlineError:
            return  # /healthz tells who did not answer
        finally:
            self._looked = time.monotonic()
            self._lock.release()

    @property
    def is_gaining(self) -> bool:
        """Tell whether less waits than a minute or so ago: a backlog is being worked off."""
        return len(self._backlogs) > 1 and self._backlogs[-1] < self._backlogs[0]

    def seconds(self, part: int | None = None) -> float:
        """Return how long the oldest unread batch, of `part` or of all, has waited."""
        since = [w.since_ms for p, w in self.waiting.items() if part is None or p == part]
        if not since:
            return 0.0
        return max(0, self._now_ms() - max(min(since), self._began_ms)) / 1000

    def _now_ms(self) -> int:
        return int(self.clock().timestamp() * 1000)
