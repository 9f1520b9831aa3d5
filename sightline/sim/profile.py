# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large a world is and how long it lasts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sightline.errors import SettingsError
from sightline.sim.engine.moments import DAY, HOUR, moment

START = moment(datetime(2026, 1, 5, tzinfo=UTC))  # a Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A size of the world.

    Attributes
    ----------
    items, places, customers, suppliers, contracts
        How many of each.
    days
        How long it lasts.
    lines_per_day
        Mean order lines per item and region on a day, over all classes of demand.
    """

    name: str
    items: int
    places: int
    days: int
    customers: int
    suppliers: int
    contracts: int
    lines_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that determines a world: the same run gives the same bytes.

    Attributes
    ----------
    start
        Midnight of the first day, µs, UTC.
    injectors
        Codes of what goes wrong on purpose, such as ``X1`` or ``X7b``; see `sim.inject`.
    is_noisy
        Whether events meet delay, doubling, loss and outages on their way.
    strike
        When what goes wrong shall show, µs, for somebody who watches; None leaves each
        injector its own moment.
    """

    profile: Profile
    seed: int
    start: int = START
    injectors: tuple[str, ...] = ()
    is_noisy: bool = True
    strike: int | None = None

    @property
    def end(self) -> int:
        """Return the moment after the last day, µs."""
        return self.start + self.profile.days * DAY

    def begins(self, share: float, *, ripens: int = 0) -> int:
        """Return the hour at which an injector begins that waits for `share` of the run.

        Where somebody watches it begins at `strike`, or `ripens` earlier (µs) when that is how
        long it takes until people can see it.
        """
        if self.strike is not None:
            return max(self.start, self.strike - ripens) // HOUR * HOUR
        return (self.start + int(share * self.profile.days * DAY)) // HOUR * HOUR

    def lasting(self, days: int) -> "Run":
        """Return the same world for another number of days."""
        return replace(self, profile=replace(self.profile, days=days))


PROFILES = {
    each.name: each
    for each in (
        Profile(
            name="tiny", items=200, places=3, days=30, customers=60, suppliers=12,
            contracts=6, lines_per_day=0.3,
        ),
        Profile(
            name="small", items=1_000, places=6, days=60, customers=200, suppliers=30,
            contracts=12, lines_per_day=0.7,
        ),
        Profile(
            name="full", items=5_000, places=6, days=120, customers=400, suppliers=60,
            contracts=25, lines_per_day=0.95,
        ),
        Profile(
            name="soak", items=1_000, places=6, days=3_650, customers=200, suppliers=30,
            contracts=12, lines_per_day=0.7,
        ),
    )
}  # fmt: skip


def find(name: str) -> Profile:
    """Return the profile called `name`.

    Raises
    ------
    SettingsError
        There is none.
    """
    if name in PROFILES:
        return PROFILES[name]
    raise SettingsError(
        f"There is no profile {name!r}; expected one of {', '.join(PROFILES)}. "
        "Try --profile tiny."
    )
