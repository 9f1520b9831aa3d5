# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run at the pace of a clock: nothing early, nothing lost, and it can be stopped."""

import time
from threading import Event

import numpy as np
import pytest

from sightline.sim.engine.labels import Labels
from sightline.sim.engine.moments import MINUTE, SECOND
from sightline.sim.output.pace import paced
from sightline.sim.profile import START
from sightline.sim.systems.recorder import Recorder
from sightline.sim.transport.delivered import Delivered, arriving
from tests.sim.systems.hours import CAST, RUN, hour_of, placed


@pytest.fixture(scope="module")
def arrived() -> Delivered:
    """Give lines that arrive within an hour."""
    recorded = Recorder(CAST, Labels(), RUN).lines(hour_of(many=[placed(500)]))
    return arriving(recorded, recorded.recorded_at).in_order()


def test_nothing_is_shown_before_it_is_due(arrived: Delivered) -> None:
    # given an hour at two hours a second, of which the first minutes are history
    factor, since = 7_200.0, START + 5 * MINUTE
    began = time.monotonic()
    shown: list[int] = []
    # when it is shown
    for each in paced([arrived], factor, since=since, stop=Event()):
        elapsed = time.monotonic() - began
        # then nothing is early
        assert elapsed >= (each.ingest[-1] - since) / SECOND / factor
        shown += each.ingest.tolist()
    # and nothing is left out
    assert shown == arrived.ingest.tolist()


def test_it_can_be_stopped_while_nothing_is_due(arrived: Delivered) -> None:
    # given an hour at the speed of life, and somebody who has enough after the first minutes
    stop = Event()
    shown = 0
    # when it is shown
    for each in paced([arrived, arrived], 1.0, since=START + 5 * MINUTE, stop=stop):
        shown += len(each)
        stop.set()
    # then it ends at once, with what was history or due within the first moment
    history, soon = (
        np.count_nonzero(arrived.ingest <= START + 5 * MINUTE + more) for more in (0, SECOND)
    )
    assert 0 < history <= shown <= soon < len(arrived)
