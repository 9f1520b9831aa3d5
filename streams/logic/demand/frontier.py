# SPDX-License-Identifier: AGPL-3.0-or-later
"""When is a day over? When every partition has read past it (DEMAND, STREAMS).

Partitions read the log at their own pace. A day may close only when the slowest of them has
passed the place in the log where the sources of a location have passed the end of that day.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from streams.logic.demand.sums import DAY_MS, Asked, Sums

Place = tuple[str, str]
_SILENT_MS = 2 * DAY_MS  # a source this far behind the fastest one is not waited for


class Aligned(NamedTuple):
    """What one location learns: demand in log order, and the first day still open."""

    tenant: str
    loc: str
    asked: list[Asked]
    open_day: int

    @property
    def key(self) -> str:
        """Return the key of the location's state."""
        return f"{self.tenant}\x1f{self.loc}"


@dataclass(slots=True)
class FrontierState:
    """How far each partition has read, and which sources each location listens to.

    Attributes
    ----------
    pending
        (row id, source, watermark) that a partition has reached beyond the common frontier.
    """

    parts: dict[int, int]
    pending: list[tuple[int, str, int]] = field(default_factory=list)
    watermarks: dict[str, int] = field(default_factory=dict)
    listens: dict[Place, set[str]] = field(default_factory=dict)
    told: dict[Place, int] = field(default_factory=dict)

    @classmethod
    def of(cls, partitions: int) -> Self:
        """Return the state before anything was read."""
        return cls(dict.fromkeys(range(partitions), 0))

    def apply(self, batch: list[Sums]) -> list[Aligned]:
        """Take in what partitions report; return news per location."""
        asked: dict[Place, list[Asked]] = {}
        for sums in batch:
            self._advance(sums)
            for each in sums.asked:
                place = (each.tenant, each.loc)
                asked.setdefault(place, []).append(each)
                self.listens.setdefault(place, set()).update(each.sources)
        self._settle()
        news = []
        for place in self.listens:
            open_day = self._open_day(place)
            if place in asked or open_day > self.told.get(place, 0):
                self.told[place] = max(open_day, self.told.get(place, 0))
                news.append(Aligned(*place, asked.get(place, []), self.told[place]))
        return news

    def _advance(self, sums: Sums) -> None:
        self.parts[sums.part] = max(sums.frontier, self.parts[sums.part])
        known = self.watermarks
        self.pending += [
            (sums.frontier, source, time)
            for source, time in sums.watermarks.items()
            if time > known.get(source, 0)
        ]

    def _settle(self) -> None:
        """Let watermarks count that lie at or below the common frontier."""
        common = min(self.parts.values())
        ahead = []
        for each in self.pending:
            row, source, time = each
            if row <= common:
                self.watermarks[source] = max(time, self.watermarks.get(source, 0))
            else:
                ahead.append(each)
        self.pending = ahead

    def _open_day(self, place: Place) -> int:
        times = [self.watermarks.get(source, 0) for source in self.listens[place]]
        fastest = max(times)
        return min(time for time in times if time >= fastest - _SILENT_MS) // DAY_MS
