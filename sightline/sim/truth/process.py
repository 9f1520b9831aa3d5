# SPDX-License-Identifier: AGPL-3.0-or-later
"""``process.json``: models, true variants, and where the time of approvals went."""

from collections import Counter, defaultdict
from typing import Any

from sightline.sim.engine.moments import SECOND
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.office.request import Trail
from sightline.sim.truth import life_cycles, milestones, variants

ENOUGH = 5  # steps of a role, so that it can be called a bottleneck
CAUSES = ("queue", "calendar", "absence")


class Processes:
    """Counts what really happened, thing by thing, finished or not."""

    def __init__(self) -> None:
        self._variants: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
        self._steps: dict[str, Counter[str]] = defaultdict(Counter)

    def take(self, thing: object) -> None:
        """Take in a thing at its end; what has no process is left out."""
        if isinstance(thing, LineBatch):
            self._variants["order_line"].update(milestones.counted(thing))
        if type(thing) not in variants.OF:
            return
        process, steps = variants.OF[type(thing)]
        self._variants[process][tuple(steps(thing))] += 1
        if isinstance(thing, Trail):
            self._time(thing)

    def told(self) -> dict[str, Any]:
        """Return everything by process."""
        told: dict[str, dict[str, Any]] = {
            process: {"model": life_cycles.told(process), "variants": self._counted(process)}
            for process in life_cycles.MODELS
        }
        told["order_line"]["variants_of"] = "milestones"
        told["approval_request"] |= {"steps": self._split(), "bottleneck": self._bottleneck()}
        return told

    def _counted(self, process: str) -> list[dict[str, Any]]:
        """Return variants, the most frequent first."""
        ranked = sorted(self._variants[process].items(), key=lambda each: (-each[1], each[0]))
        return [{"activities": list(steps), "cases": count} for steps, count in ranked]

    def _time(self, trail: Trail) -> None:
        """Add the time of every decided step to its role, seconds."""
        for step in trail.steps:
            if not step.decided:
                continue
            sums = self._steps[step.role]
            sums["n"] += 1
            sums["elapsed_s"] += (step.decided - step.assigned) // SECOND
            sums["service_s"] += step.service // SECOND
            sums["rework_s"] += step.rework // SECOND
            for cause in CAUSES:
                waited = sum(getattr(stay, cause) for stay in step.stays)
                sums[f"{cause}_s"] += waited // SECOND

    def _split(self) -> dict[str, Any]:
        """Return service and wait by role; they add up to what elapsed, but for seconds."""
        names = ("n", "elapsed_s", "service_s", "rework_s", *(f"{each}_s" for each in CAUSES))
        return {
            role: {name: sums[name] for name in names}
            | {"wait_s": sums["elapsed_s"] - sums["service_s"] - sums["rework_s"]}
            for role, sums in sorted(self._steps.items())
        }

    def _bottleneck(self) -> str | None:
        """Return the role that a request waits for longest on average."""
        split = self._split()
        often = {role: sums for role, sums in split.items() if sums["n"] >= ENOUGH} or split
        waits = {role: sums["wait_s"] / sums["n"] for role, sums in often.items()}
        return max(waits, key=lambda role: waits[role], default=None)
