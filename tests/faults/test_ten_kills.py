# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten kills of a small business, at every change; `make test-faults` makes it a hundred."""

import signal
from itertools import cycle, islice

import pytest

from tests.faults.homes import (
    LONG_EPOCH_MS,
    SHORT_EPOCH_MS,
    Killer,
    Nursery,
    Twins,
    differing,
    twins_in,
)
from tests.faults.truth import wrong

EVENTS = 1_500
KILLS = 10


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Twins:
    """Give two homes with the same four months."""
    return twins_in(tmp_path_factory.mktemp("ten"), nursery, events=EVENTS)


def test_ten_kills_leave_the_same_tables_as_none(twins: Twins) -> None:
    # given another home with the same log
    home = twins.another("killed")
    killer = Killer(twins.nursery, home, twins.quiet_s)
    # when its run is killed at ten random moments, then left alone
    for epoch_ms in islice(cycle((LONG_EPOCH_MS, SHORT_EPOCH_MS)), KILLS):
        killer.interrupt(epoch_ms=epoch_ms)
    twins.nursery.finish(home)
    # then every table is what the documents say, and has the same rows as without a kill
    assert killer.kills == KILLS
    tables = twins.nursery.tables(home)
    assert wrong(tables, twins.sent) == []
    assert differing(twins.expected, tables) == []


def test_a_sink_without_a_fence_does_not_survive_one(twins: Twins) -> None:
    # given a sink that writes whatever comes, and a run through it that is killed
    home = twins.another("naive")
    run = twins.nursery.start(home, epoch_ms=LONG_EPOCH_MS, sink="naive, killed")
    assert run.ended(60) == -signal.SIGKILL
    # when it has been run again to its end
    twins.nursery.finish(home, sink="naive")
    # then the same comparison finds events and dead letters twice
    tables = twins.nursery.tables(home)
    assert {"events", "dead letters"} <= set(wrong(tables, twins.sent))
    assert {"events", "e2o", "dlq"} <= set(differing(twins.expected, tables))
