# SPDX-License-Identifier: AGPL-3.0-or-later
"""A watched world catches up with the clock, then keeps to it, and is never ahead of it."""

from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.moments import DAY, HOUR, MINUTE
from sightline.sim.pacing import CATCH_UP, LEAST_SPEED, Pacing

NOW = 20_000 * DAY
behind = st.integers(0, 4 * DAY)
later = st.integers(0, 2 * HOUR)


@given(behind, later)
def test_the_world_is_never_ahead_of_the_clock_and_never_turns_back(gap: int, on: int) -> None:
    pacing = Pacing.of(clock=NOW, world=NOW - gap)
    assert NOW - gap <= pacing.reached(NOW + on) <= NOW + on
    assert pacing.reached(NOW + on) <= pacing.reached(NOW + on + MINUTE)


@given(behind, later)
def test_what_is_due_has_been_reached_a_moment_later(gap: int, on: int) -> None:
    pacing = Pacing.of(clock=NOW, world=NOW - gap)
    happens = NOW - gap + on
    due = pacing.due(happens)
    assert due >= happens
    assert pacing.reached(due + 1) >= happens


@given(behind)
def test_the_world_meets_the_clock_within_minutes(gap: int) -> None:
    pacing = Pacing.of(clock=NOW, world=NOW - gap)
    assert pacing.speed >= LEAST_SPEED
    assert pacing.meets() <= NOW + CATCH_UP
    assert pacing.reached(NOW + CATCH_UP) == NOW + CATCH_UP
    assert pacing.due(NOW + DAY) == NOW + DAY


def test_half_way_through_the_world_is_half_way_nearer() -> None:
    pacing = Pacing.of(clock=NOW, world=NOW - 8 * HOUR)
    gap = (NOW + CATCH_UP // 2) - pacing.reached(NOW + CATCH_UP // 2)
    assert abs(gap - 4 * HOUR) < MINUTE
