# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run that is killed a hundred times leaves what a run in peace leaves, and that is right."""

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

EVENTS = 24_000
KILLS = 100

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Twins:
    """Give two homes with the same four months."""
    return twins_in(tmp_path_factory.mktemp("kill"), nursery, events=EVENTS)


def test_four_months_through_the_whole_flow_are_what_the_documents_say(twins: Twins) -> None:
    assert wrong(twins.expected, twins.sent) == []


@pytest.mark.parametrize("epoch_ms", [LONG_EPOCH_MS, SHORT_EPOCH_MS])
def test_a_hundred_kills_leave_the_same_tables_as_none(twins: Twins, epoch_ms: int) -> None:
    # given another home with the same log
    home = twins.another(f"killed-{epoch_ms}")
    killer = Killer(twins.nursery, home, twins.quiet_s)
    # when its run is killed at half a hundred random moments, then left alone
    for _ in range(KILLS // 2):
        killer.interrupt(epoch_ms=epoch_ms)
    twins.nursery.finish(home)
    # then every table is what the documents say, and has the same rows as without a kill
    assert killer.kills == KILLS // 2
    tables = twins.nursery.tables(home)
    assert wrong(tables, twins.sent) == []
    assert differing(twins.expected, tables) == []
