# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model behind recommendations: its version, its bad days and the rule that stands in."""

from typing import Literal, cast

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, SECOND
from sightline.sim.engine.world import World

State = Literal["ok", "degraded", "down"]

MODEL = "replenishment"
SOURCE = "planning://engine"
RULE = "reorder-point-2"
FALLBACK_RULE = "fallback-min-max-1"
RETRAINED_EVERY = 28  # days
NOTICED_AFTER = 20 * HOUR  # until somebody believes the monitor
USUAL_DRIFT, BAD_DRIFT = 0.04, 0.31  # population stability index


class Model:
    """Tells which version recommends, and puts down what happens to it.

    Attributes
    ----------
    state
        As the world has it; people learn of it by events.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.state: State = "ok"
        self._series = 1
        self._trained = 0
        self._since = world.run.start

    @property
    def version(self) -> str:
        """Return the version that recommends, "" while the rule stands in."""
        return "" if self.state == "down" else f"3.{self._series}.{self._trained}"

    @property
    def rule(self) -> str:
        """Return the version of the rule that turns a forecast into a quantity."""
        return FALLBACK_RULE if self.state == "down" else RULE

    def look(self, at: int) -> None:
        """Follow the model's state at the top of an hour."""
        state = cast("State", self._world.hooks.model_state(at))
        if at == self._world.run.start:
            self._tell(at, "deployed")
        if state != self.state:
            self._turn(at, state)
        elif state == "degraded" and at == self._since + NOTICED_AFTER:
            self._tell(at, "degraded", metric="psi", value=BAD_DRIFT)
        elif state == "ok":
            self._care(at)

    def _turn(self, at: int, state: State) -> None:
        before, self.state, self._since = self.state, state, at
        if state == "down":
            self._tell(at, "fallback_on", metric="availability", value=0.0)
        elif state == "degraded":
            self._tell(at, "drift", metric="psi", value=BAD_DRIFT)
        else:
            self._series, self._trained = self._series + 1, 0
            self._tell(at, "deployed", metric="psi", value=USUAL_DRIFT)
        if before == "down":
            self._tell(at + SECOND, "fallback_off", metric="availability", value=1.0)

    def _care(self, at: int) -> None:
        since = at - self._world.run.start
        if since and since % (RETRAINED_EVERY * DAY) == 3 * HOUR:
            self._trained += 1
            drift = self._world.draws.dice("model drift", at // DAY).uniform(0.5, 1.5)
            self._tell(at, "retrained", metric="psi", value=round(USUAL_DRIFT * drift, 4))

    def _tell(self, at: int, action: str, **measured: str | float) -> None:
        version = self.version or f"3.{self._series}.{self._trained}"
        self._world.facts.one(
            Fact(
                at=at + SECOND,
                kind="model.event",
                source=SOURCE,
                name=f"model/{MODEL}/{action}/{at // SECOND}",
                data={"model": MODEL, "version": version, "action": action, **measured},
                about={"model": MODEL},
                key=MODEL,
                labels=self._world.hooks.labels_of("model", 0, at),
            )
        )
