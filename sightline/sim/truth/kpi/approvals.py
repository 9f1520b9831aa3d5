# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long approvals take, where the time goes, and whether they come in time."""

from collections import defaultdict
from typing import Any

from sightline.sim.engine.moments import DAY
from sightline.sim.office.policy import STEP_TARGET
from sightline.sim.office.request import Trail
from sightline.sim.truth.kpi.spans import Spans
from sightline.sim.truth.kpi.tally import Dimensions, ratio


class ApprovalTimes:
    """K18 to K21, from the trails of requests."""

    def __init__(self, dimensions: Dimensions, end: int) -> None:
        self._regions, self._end = dimensions.region, end
        self._cycle, self._open = Spans(), Spans()
        self._wait, self._touch, self._step = Spans(), Spans(), Spans()
        self._delay: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._in_time = dimensions.tally("month", "region")

    def take(self, trail: Trail) -> None:
        """Take in a request that was answered, or is open at the end."""
        region = trail.request.region
        path = " > ".join(trail.path)
        if trail.due < self._end:
            met = int(trail.is_in_time)
            self._in_time.one(met, 1, month=trail.due // DAY, region=region)
        if not trail.ended:
            self._open.add(self._end - trail.asked)
            return
        self._cycle.add(trail.ended - trail.asked, region=self._regions[region], path=path)
        self._steps(trail, path)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        total = sum(late for late, _, _ in self._delay.values())
        paths = {
            path: {"delay_s": late, "requests": count, "cent_seconds": value}
            | {"share": ratio(late, total)}
            for path, (late, count, value) in sorted(self._delay.items())
        }
        return {
            "K18": self._cycle.told() | {"open": self._open.told()},
            "K19": {
                "step": self._step.told(),
                "wait": self._wait.told(),
                "touch": self._touch.told(),
            },
            "K20": {"target_s": STEP_TARGET // 1_000_000, "delay_s": total, "paths": paths},
            "K21": self._in_time.told(),
        }

    def _steps(self, trail: Trail, path: str) -> None:
        late = 0
        for step in trail.steps:
            elapsed = step.decided - step.assigned
            self._wait.add(step.wait, role=step.role)
            self._touch.add(step.touch, role=step.role)
            self._step.add(elapsed, role=step.role)
            late += max(0, elapsed - STEP_TARGET) // 1_000_000
        sums = self._delay[path]
        for place, more in enumerate((late, 1, late * trail.request.amount)):
            sums[place] += more
