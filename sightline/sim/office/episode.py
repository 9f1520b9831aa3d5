# SPDX-License-Identifier: AGPL-3.0-or-later
"""An exception from its opening to its end, with everything that was done about it."""

from dataclasses import dataclass, field
from typing import Literal

from sightline.sim.engine.moments import HOUR, MINUTE

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
ANSWER_WITHIN: dict[Severity, int] = {
    "low": 40 * HOUR,
    "medium": 16 * HOUR,
    "high": 8 * HOUR,
    "critical": 4 * HOUR,
}
"""Office hours until an exception has to be resolved."""

REOPEN_WITHIN = 24 * HOUR
"""An exception of the same cause that comes back by then is the old one, reopened."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Work of one person on an exception, µs."""

    person: str
    since: int
    until: int

    @property
    def minutes(self) -> float:
        """Return how long it took."""
        return (self.until - self.since) / MINUTE


@dataclass(slots=True)
class Pause:
    """A time in which nothing could be done, µs; `until` is 0 while it lasts."""

    since: int
    until: int = 0


@dataclass(slots=True, kw_only=True)
class Episode:
    """One exception; moments in µs, 0 for what has not happened.

    Attributes
    ----------
    region, item, place
        Indices; item and place are -1 where there is none.
    object
        What it is about, type/id.
    money
        At stake, cents.
    due
        Answer is due.
    resolved
        When it was last resolved; 0 while open, also when open again.
    resolution, outcome
        How it ended and what it came to.
    spells
        How often it was opened: 1 and one for each reopening.
    repeats
        How often it was reported again while open.
    steps
        Everything that happened, as moment and activity, in order.
    """

    id: str
    kind: str
    severity: Severity
    dedup_key: str
    region: int
    item: int
    place: int
    object: str
    money: int
    labels: tuple[str, ...]
    opened: int
    due: int
    owner: str
    assigned: int = 0
    acknowledged: int = 0
    escalated: int = 0
    resolved: int = 0
    resolution: str = ""
    outcome: str = ""
    spells: int = 1
    repeats: int = 0
    touches: list[Touch] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    steps: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done."""
        return not self.resolved

    @property
    def paused(self) -> int:
        """Return how long it was paused, µs, of the pauses that ended."""
        return sum(pause.until - pause.since for pause in self.pauses if pause.until)

    @property
    def touch_minutes(self) -> float:
        """Return the work on it."""
        return sum(touch.minutes for touch in self.touches)
