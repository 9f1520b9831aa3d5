# SPDX-License-Identifier: AGPL-3.0-or-later
"""A shortage that late data take back is withdrawn, and stays to be seen."""

from datetime import timedelta
from typing import Any

import pytest

HOUR = timedelta(hours=1)


@pytest.fixture
def short(world: Any) -> Any:
    """Eight available, twenty due, and a look of the rules at it."""
    world.position(available=8)
    world.line("1", outstanding=20)
    world.judge()
    return world


def restated(world: Any, since: timedelta, **given: Any) -> None:
    row = {"item": "A100", "loc": "DC1", "what": "on_hand", "bucket": world.now + since}
    row |= {"cause_event": "late", "gen": 1, "off": next(world.versions)}
    world.put("restatements", **(row | given))


def test_stock_that_was_there_all_along_withdraws_the_shortage(short: Any) -> None:
    # when a receipt of last week is told, and nothing is short any more
    short.position(available=100)
    restated(short, -168 * HOUR)
    outcome = short.judge(short.now + HOUR)
    # then the exception is resolved as withdrawn: it never was
    episode = short.the_episode()
    assert (outcome.resolved, episode.state, episode.resolution) == (1, "resolved", "withdrawn")


@pytest.mark.parametrize(
    ("since", "given"),
    [(HOUR, {}), (-HOUR, {"loc": "DC2"}), (-HOUR, {"item": "B200"}), (-HOUR, {"tenant": "x"})],
    ids=["later than the opening", "another place", "another item", "another tenant"],
)
def test_what_late_data_change_elsewhere_or_afterwards_ends_nothing_as_withdrawn(
    short: Any, since: timedelta, given: dict[str, str]
) -> None:
    # when stock arrives, and late data change something else
    short.position(available=100)
    restated(short, since, **given)
    short.judge(short.now + HOUR)
    # then it is simply over
    assert short.the_episode().resolution == "ended"


def test_a_correction_that_was_known_at_the_opening_withdraws_nothing(world: Any) -> None:
    # given a shortage that opened when an earlier hour was already corrected
    restated(world, -HOUR)
    world.position(available=8)
    world.line("1", outstanding=20)
    world.judge()
    # when stock arrives
    world.position(available=100)
    world.judge(world.now + HOUR)
    # then it is over
    assert world.the_episode().resolution == "ended"
