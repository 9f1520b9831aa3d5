# SPDX-License-Identifier: AGPL-3.0-or-later
"""X11: lines that were released to a wave lose their stock to other lines."""

from typing import TYPE_CHECKING

from sightline.sim.engine.labels import Label
from sightline.sim.inject.hooks import Injector

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

SHARE = 0.5  # of released lines with a neighbour in want: about 3 % of released lines


class ReallocationAfterRelease(Injector):
    """Everywhere, from half of the run on."""

    code = "X11"

    def begin(self, world: "World") -> None:
        """Make the label that collects every such move."""
        self._since = world.run.begins(0.5)
        self._label = world.labels.add(
            Label(
                label_id="X11/1",
                kind="reallocation_after_release",
                of_class="allocation",
                scope={"locs": [place.code for place in world.cast.places]},
                start=self._since,
                end=world.run.end,
                expected={"kpi": "K42", "lines": 0},
            )
        )

    def realloc_share(self, place: int, at: int) -> float:
        """Return the added share once it has begun."""
        return SHARE if at >= self._since else 0.0

    def reallocated(self, at: int, lines: int) -> tuple[str, ...]:
        """Count lines that lost stock."""
        if at < self._since:
            return ()
        self._label.expected["lines"] += lines
        return (self._label.label_id,)
