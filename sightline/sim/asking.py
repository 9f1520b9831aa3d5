# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what somebody typed to a run, or to one line that says what is wrong with it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sightline.errors import SettingsError
from sightline.sim import profile, scenarios
from sightline.sim.engine.moments import date_of, day_of, moment
from sightline.sim.profile import Run
from sightline.sim.stories import Scenario

MOST_SEED, MOST_DAYS, MOST_PACE = 2**63 - 1, 3_650, 1e6
FIRST_YEAR, LAST_YEAR = 1990, 2090


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Options as they were typed; an empty one means what the profile says."""

    profile: str
    scenario: str
    seed: str
    days: str = ""
    start: str = ""
    is_noisy: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A run, and the scenario that its injectors come from."""

    run: Run
    scenario: Scenario

    def __str__(self) -> str:
        """Say it in the words of the command line."""
        run = self.run
        return (
            f"profile {run.profile.name}, scenario {self.scenario.name}, seed {run.seed}, "
            f"{run.profile.days} days from {date_of(day_of(run.start))}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        run = self.run
        return {
            "profile": run.profile.name,
            "scenario": self.scenario.name,
            "injectors": list(run.injectors),
            "seed": run.seed,
            "days": run.profile.days,
            "start": date_of(day_of(run.start)).isoformat(),
        }


def asked(words: Words) -> Asked:
    """Return the run that `words` ask for.

    Raises
    ------
    SettingsError
        One of them is unknown or out of range.
    """
    size = profile.find(words.profile)
    story = scenarios.find(words.scenario)
    days = _whole("days", words.days, 1, MOST_DAYS) if words.days else size.days
    run = Run(
        profile=replace(size, days=days),
        seed=_whole("seed", words.seed, 0, MOST_SEED),
        start=_midnight(words.start) if words.start else profile.START,
        injectors=story.injectors,
        is_noisy=words.is_noisy,
    )
    return Asked(run, story)


def pace_of(text: str) -> float:
    """Return simulated seconds per second, > 0.

    >>> pace_of("60")
    60.0

    Raises
    ------
    SettingsError
        It is none.
    """
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0 < pace <= MOST_PACE:
        raise SettingsError(
            f"--pace is {text!r}; expected a number above 0 and up to {MOST_PACE:,.0f}, "
            "simulated seconds per second. Leave it out to go as fast as the machine can."
        )
    return pace


def _whole(name: str, text: str, least: int, most: int) -> int:
    if text.strip().isascii() and text.strip().isdigit() and least <= int(text) <= most:
        return int(text)
    raise SettingsError(
        f"--{name} is {text!r}; expected a whole number from {least} to {most}."
    )


def _midnight(text: str) -> int:
    try:
        found = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise SettingsError(
            f"--start is {text!r}; expected a day such as 2026-01-05, "
            f"from {FIRST_YEAR} to {LAST_YEAR}."
        )
    return moment(found)
