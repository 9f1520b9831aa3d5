# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody types becomes a run, or one line that says what is wrong with it."""

from datetime import UTC, datetime

import pytest

from sightline.errors import SettingsError
from sightline.sim import asking, profile
from sightline.sim.asking import Words, asked
from sightline.sim.engine.moments import DAY, moment

USUAL = {"profile": "tiny", "scenario": "null", "seed": "7"}


def test_words_become_the_run_that_they_ask_for() -> None:
    found = asked(
        Words(
            profile="small",
            scenario="J5",
            seed="42",
            days="10",
            start="2025-03-01",
            is_noisy=False,
        )
    )
    run = found.run
    assert (run.profile.name, run.profile.items, run.profile.days) == ("small", 1_000, 10)
    assert (run.seed, run.injectors, run.is_noisy) == (42, ("X2", "X8"), False)
    assert run.start == moment(datetime(2025, 3, 1, tzinfo=UTC))
    assert run.end == run.start + 10 * DAY
    assert str(found) == "profile small, scenario J5, seed 42, 10 days from 2025-03-01"


def test_what_is_not_said_is_as_the_profile_says() -> None:
    run = asked(Words(**USUAL)).run
    assert run == profile.Run(profile=profile.PROFILES["tiny"], seed=7)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("profile", "huge", "no profile 'huge'; expected one of tiny, small, full, soak"),
        ("scenario", "J0", "no scenario 'J0'"),
        ("seed", "-1", "--seed is '-1'; expected a whole number from 0 to 9223372036854775807"),
        ("seed", "9" * 30, "--seed is '9999"),
        ("seed", "seven", "--seed is 'seven'"),
        ("seed", "", "--seed is ''"),
        ("days", "0", "--days is '0'; expected a whole number from 1 to 3650"),
        ("days", "3651", "--days is '3651'"),
        ("days", "1.5", "--days is '1.5'"),
        ("start", "monday", "--start is 'monday'; expected a day such as 2026-01-05"),
        ("start", "2026-02-30", "--start is '2026-02-30'"),
        ("start", "0001-01-01", "from 1990 to 2090"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(name: str, typed: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        asked(Words(**{**USUAL, name: typed}))
    assert "\n" not in str(caught.value)


def test_a_pace_is_a_number_above_nothing() -> None:
    assert asking.pace_of("0.5") == 0.5
    for typed in ("0", "-1", "nan", "inf", "1e9", "fast", ""):
        with pytest.raises(
            SettingsError, match=f"--pace is '{typed}'; expected a number above"
        ):
            asking.pace_of(typed)
