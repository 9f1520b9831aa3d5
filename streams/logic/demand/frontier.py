# SPDX-License-Identifier: AGPL-3.0-or-later
"""When is a day over? When every partition has read past it (DEMAND, STREAMS).

Partitions read the log at their own pace. Here their demand is put back into the order of the
log, append by append, and an append counts when all partitions have read past it. Which days
close before which order line arrives is then a property of the log, not of the pace.

The embedded log numbers its appends. Over Kafka, which has no order across partitions, all that
came within one second counts as one append: what a partition brings of it in several chunks
adds up, and other processes tell what their partitions brought (`streams.logic.demand.shared`).
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from streams.logic.demand.asked import DAY_MS, Asked, Source
from streams.logic.demand.sums import Appended, Sums

Place = tuple[str, str]
_SILENT_MS = 2 * DAY_MS  # a source this far behind the fastest one is not waited for


class Aligned(NamedTuple):
    """What one location learns of one append: its demand, and the first day still open."""

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
    waiting
        What partitions brought of appends that others have still to read, by append; chunks
        of one partition in their order.
    """

    parts: dict[int, int]
    waiting: dict[int, dict[int, list[Appended]]] = field(default_factory=dict)
    watermarks: dict[Source, int] = field(default_factory=dict)
    listens: dict[Place, set[Source]] = field(default_factory=dict)
    told: dict[Place, int] = field(default_factory=dict)

    @classmethod
    def of(cls, partitions: int) -> Self:
        """Return the state before anything was read."""
        return cls(dict.fromkeys(range(partitions), 0))

    def apply(self, batch: list[Sums]) -> list[Aligned]:
        """Take in what partitions report; return news per location, in the order of the log."""
        for sums in batch:
            self.parts[sums.part] = max(sums.frontier, self.parts[sums.part])
            for each in sums.appends:
                self.waiting.setdefault(each.row, {}).setdefault(sums.part, []).append(each)
        common = min(self.parts.values())
        ready = sorted(row for row in self.waiting if row <= common)
        return [news for row in ready for news in self._settle(self.waiting.pop(row))]

    def _settle(self, append: dict[int, list[Appended]]) -> list[Aligned]:
        """Let one append count: its demand first, then the time that it shows has come."""
        asked: dict[Place, list[Asked]] = {}
        for chunk in (chunk for part in sorted(append) for chunk in append[part]):
            for source, time in chunk.watermarks.items():
                self.watermarks[source] = max(time, self.watermarks.get(source, 0))
            for each in chunk.asked:
                place = (each.tenant, each.loc)
                asked.setdefault(place, []).append(each)
                self.listens.setdefault(place, set()).update(each.sources)
        news = []
        for place in sorted(self.listens):
            open_day = max(self._open_day(place), self.told.get(place, 0))
            if place in asked or open_day > self.told.get(place, 0):
                self.told[place] = open_day
                news.append(Aligned(*place, asked.get(place, []), open_day))
        return news

    def _open_day(self, place: Place) -> int:
        times = [self.watermarks.get(source, 0) for source in self.listens[place]]
        fastest = max(times)
        return min(time for time in times if time >= fastest - _SILENT_MS) // DAY_MS
