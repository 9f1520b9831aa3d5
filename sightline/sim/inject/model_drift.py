# SPDX-License-Identifier: AGPL-3.0-or-later
"""X14: the model behind recommendations goes bad, then away, and a rule stands in."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY, HOUR, stamp
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

FIRST = 0.4  # of the run
BAD_SHARE, DOWN_SHARE = 0.15, 0.08  # of the run
LEAST_BAD, LEAST_DOWN = 2 * DAY, DAY


class ModelDrift(Injector):
    """Bad for a while, then down, then replaced by a new version."""

    code = "X14"

    def begin(self, world: "World") -> None:
        """Set the times and make the label."""
        length = world.run.end - world.run.start
        self._bad_since = world.run.begins(FIRST)
        self._down_since = self._bad_since + _hours(max(LEAST_BAD, BAD_SHARE * length))
        self._until = self._down_since + _hours(max(LEAST_DOWN, DOWN_SHARE * length))
        self._label = world.labels.add(
            Label(
                label_id="X14/1",
                kind="model_drift",
                scope={"model": "replenishment"},
                start=self._bad_since,
                end=self._until,
                of_class="planning",
                expected={
                    "kpi": ["K22", "K24", "K56"],
                    "direction": "up",
                    "degraded": [stamp(self._bad_since), stamp(self._down_since)],
                    "fallback": [stamp(self._down_since), stamp(self._until)],
                    "badge": [stamp(self._bad_since), stamp(self._until)],
                },
            )
        ).label_id

    def model_state(self, at: int) -> str:
        """Return how the model is."""
        if not self._bad_since <= at < self._until:
            return "ok"
        return "down" if at >= self._down_since else "degraded"

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Label what the model does and recommends meanwhile, its replacement included."""
        is_mine = what == "model" and self._bad_since <= at <= self._until
        return (self._label,) if is_mine else ()


def _hours(duration: float) -> int:
    return int(duration) // HOUR * HOUR
