# SPDX-License-Identifier: AGPL-3.0-or-later
"""A watched world catches up with the clock, then keeps to it, and is never ahead of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND
from sightline.sim.pacing import CATCH_UP, Pacing

NOW = 20_000 * DAY
moments = st.lists(st.integers(NOW - 4 * DAY, NOW + DAY), max_size=50).map(sorted)


@given(moments)
def test_nothing_is_shown_before_the_clock_has_reached_it(found: list[int]) -> None:
    arrivals = np.array(found, dtype=np.int64)
    due = Pacing(NOW, arrivals).due(arrivals)
    assert (due >= arrivals).all()
    assert (due >= NOW).all()


@given(moments)
def test_what_arrives_first_is_shown_first(found: list[int]) -> None:
    arrivals = np.array(found, dtype=np.int64)
    due = Pacing(NOW, arrivals).due(arrivals)
    assert (np.diff(due) >= 0).all()


@given(moments)
def test_the_world_has_reached_the_clock_within_minutes(found: list[int]) -> None:
    arrivals = np.array(found, dtype=np.int64)
    pacing = Pacing(NOW, arrivals)
    past = arrivals[arrivals <= NOW]
    assert (pacing.due(past) <= pacing.ends_by).all()
    assert pacing.ends_by <= NOW + CATCH_UP
    later = np.array([pacing.ends_by + SECOND, NOW + DAY])
    assert (pacing.due(later) == later).all()


def test_a_night_passes_as_quickly_as_any_minute() -> None:
    # given a busy minute yesterday, and two this morning
    arrivals = np.array([NOW - DAY, NOW - HOUR, NOW - HOUR + MINUTE])
    # then each takes as long as the others
    waits = Pacing(NOW, arrivals).due(arrivals) - NOW
    assert waits.tolist() == [CATCH_UP // 3, CATCH_UP * 2 // 3, CATCH_UP]


def test_a_short_absence_is_caught_up_in_a_moment() -> None:
    arrivals = np.array([NOW - 10 * MINUTE])
    assert Pacing(NOW, arrivals).ends_by == NOW + 20 * SECOND
