# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a watched world shows what: faster than life until it has reached the clock."""

from dataclasses import dataclass

from sightline.sim.engine.moments import SECOND

CATCH_UP = 210 * SECOND  # as long as somebody who has just arrived keeps looking
LEAST_SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Pacing:
    """The world's time against the clock's; all times in µs.

    Nothing is ever shown before the clock has reached it.

    Attributes
    ----------
    clock, world
        Where both stood when the showing began; the world not after the clock.
    speed
        The world's seconds in a second, until it meets the clock; above 1.

    Examples
    --------
    >>> pacing = Pacing(clock=1000, world=0, speed=11.0)
    >>> pacing.reached(1050), pacing.reached(1100), pacing.reached(1200)
    (550, 1100, 1200)
    >>> pacing.due(550), pacing.due(1200)
    (1050, 1200)
    """

    clock: int
    world: int
    speed: float

    @classmethod
    def of(cls, *, clock: int, world: int) -> "Pacing":
        """Return the pace that lets the world catch up in minutes."""
        return cls(clock, world, max(LEAST_SPEED, (clock - world) / CATCH_UP + 1))

    def reached(self, clock: int) -> int:
        """Return how far the world may have come by the time `clock`."""
        return min(clock, self.world + round((clock - self.clock) * self.speed))

    def due(self, world: int) -> int:
        """Return the earliest time at which what happens at `world` may be shown."""
        return max(world, self.clock + round((world - self.world) / self.speed))

    def meets(self) -> int:
        """Return when the world has reached the clock."""
        return self.clock + round((self.clock - self.world) / (self.speed - 1))
