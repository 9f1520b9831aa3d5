# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable, Iterator, Sequence

import pytest

from sightline.events.publish import to_piece
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import RunSummary, run_until_idle
from tests.strategies.clouds import Cloud

Played = Callable[[Sequence[Cloud]], RunSummary]


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    """Give the log of an empty home."""
    opened = open_log(settings)
    yield opened
    opened.close()


@pytest.fixture
def played(settings: Settings, store: Store, log: SqliteLog) -> Played:
    """Give a function that appends events and brings the tables up to date."""

    def play(clouds: Sequence[Cloud]) -> RunSummary:
        if clouds:
            log.append(to_piece(clouds, log.partitions))
        return run_until_idle(settings, store, log)

    return play
