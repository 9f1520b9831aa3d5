# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world that somebody watches: small, and it strikes when they begin to look."""

from dataclasses import dataclass

from sightline.sim import opening, scenarios
from sightline.sim.cast.cast import Cast
from sightline.sim.play import Playing
from sightline.sim.profile import PROFILES, Run
from sightline.sim.transport.delivered import Delivered

PROFILE = PROFILES["tiny"]
SCENARIO, SEED = "J4", 13
DAYS = 400  # beyond anybody's patience


@dataclass(frozen=True, slots=True)
class Told:
    """Which world it is; times in µs.

    Attributes
    ----------
    scenario
        Its name.
    start
        Midnight at which its history begins.
    strike
        When what goes wrong shall show.
    """

    scenario: str
    seed: int
    start: int
    strike: int

    @property
    def run(self) -> Run:
        """Return the run that plays it, with an end that hardly anybody will see."""
        return Run(
            profile=PROFILE,
            seed=self.seed,
            start=self.start,
            injectors=scenarios.find(self.scenario).injectors,
            strike=self.strike,
        ).lasting(DAYS)


def history_end(now: int) -> int:
    """Return when the history of a demo that begins at `now` ends, µs."""
    cast = Cast.build(PROFILE, SEED)
    return opening.history_end(now, cast.calendar_of(0), cast.office_of(0))


def told(scenario: str, now: int) -> Told:
    """Return the world of a demo that begins at `now`: it strikes as history ends."""
    end = history_end(now)
    return Told(scenario, SEED, opening.first_midnight(end), end + opening.STEP)


class Coming:
    """What arrives in a world, to be taken up to one moment after another."""

    def __init__(self, world: Told) -> None:
        self._hours = iter(Playing(world.run))
        self._at_hand = next(self._hours)  # master data

    def take(self, until: int) -> Delivered:
        """Return what arrives after the last call's moment and up to `until`, µs."""
        taken = []
        while True:
            is_due = self._at_hand.ingest <= until
            taken.append(self._at_hand.taken(is_due))
            self._at_hand = self._at_hand.taken(~is_due)
            following = None if len(self._at_hand) else next(self._hours, None)
            if following is None:
                return Delivered.joined(taken)
            self._at_hand = following
