# SPDX-License-Identifier: AGPL-3.0-or-later
"""X8: somebody in finance is away for five days, and nobody stands in."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import DAY
from sightline.sim.inject.injector import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

ROLE, STEP = "finance", 2
AWAY = 5 * DAY
MONDAY = 4  # of 1970, counted from its first day
RIPENS = DAY  # until the first request has waited too long


class ApprovalBottleneck(Injector):
    """From the first Monday of the second half of the run, or when somebody watches."""

    code = "X8"

    def begin(self, world: "World") -> None:
        """Choose who and when, and label it."""
        approvers = world.cast.people_of("finance")
        self._person = world.draws.dice(self.code, "person").choice(approvers).id
        self._since = self._beginning(world)
        self._until = min(self._since + AWAY, world.run.end)
        self._label = world.labels.add(
            Label(
                label_id=f"{self.code}/1",
                kind="approval_bottleneck",
                scope={"person": self._person, "role": ROLE, "step": STEP, "requests": []},
                start=self._since,
                end=self._until,
                of_class="approval",
                expected={
                    "K19": {"role": ROLE, "step": STEP, "part": "wait", "direction": "up"},
                    "K20": {"role": ROLE, "step": STEP, "direction": "up"},
                    "bottleneck": ROLE,
                },
            )
        ).label_id

    def is_absent(self, person: str, at: int) -> bool:
        """Tell whether it is who was chosen, in those days."""
        return person == self._person and self._since <= at < self._until

    def absence_labels(self, person: str, since: int, until: int) -> tuple[str, ...]:
        """Label what waited at the desk in those days."""
        met = person == self._person and since < self._until and until > self._since
        return (self._label,) if met else ()

    def _beginning(self, world: "World") -> int:
        usual = world.run.begins(0.5, ripens=RIPENS)
        day = -(-usual // DAY)
        monday = (day + (MONDAY - day) % 7) * DAY
        is_fit = world.run.strike is None and monday + AWAY <= world.run.end
        return monday if is_fit else usual
