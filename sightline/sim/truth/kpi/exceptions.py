# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many exceptions there were, and how long people took."""

from typing import Any

from sightline.sim.engine.moments import DAY, SECOND
from sightline.sim.office.episode import Episode
from sightline.sim.truth.kpi.spans import Spans
from sightline.sim.truth.kpi.tally import Dimensions, Tally, ratio


class ExceptionTimes:
    """K36 to K38, by episode: one that was opened again is still the same."""

    def __init__(self, dimensions: Dimensions, end: int) -> None:
        self._end = end
        self._opened, self._closed = 0, 0
        self._by_kind: dict[str, int] = {}
        self._volume = dimensions.tally("month", "region")
        self._age = Spans()
        self._took, self._answered = Spans(), Spans()
        self._touches, self._touch_time = 0, 0
        self._in_time: Tally = dimensions.tally("month", "region")

    def take(self, episode: Episode) -> None:
        """Take in an episode at its end, or as it is when the run ends."""
        self._opened += 1
        self._by_kind[episode.kind] = self._by_kind.get(episode.kind, 0) + 1
        closed = int(not episode.is_open)
        self._closed += closed
        self._volume.one(closed, 1, month=episode.opened // DAY, region=episode.region)
        if episode.acknowledged:
            self._answered.add(episode.acknowledged - episode.opened, kind=episode.kind)
        self._touches += len(episode.touches)
        self._touch_time += sum(touch.until - touch.since for touch in episode.touches)
        if closed:
            worked = episode.resolved - episode.opened - episode.paused
            self._took.add(worked, kind=episode.kind)
        else:
            self._age.add(self._end - episode.opened)
        if episode.due < self._end:
            met = int(0 < episode.resolved <= episode.due)
            self._in_time.one(met, 1, month=episode.due // DAY, region=episode.region)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; ``K36`` has closed over opened."""
        kinds = dict(sorted(self._by_kind.items()))
        return {
            "K36": self._volume.told() | {"kinds": kinds, "backlog_age": self._age.told()},
            "K37": self._took.told(),
            "K37.acknowledged": self._answered.told(),
            "K37.touches": ratio(self._touches, self._opened),
            "K37.touch_seconds": ratio(self._touch_time // SECOND, self._opened),
            "K38": self._in_time.told(),
        }
