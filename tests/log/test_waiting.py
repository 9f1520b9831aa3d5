# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of the log its reader has not read, and since when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sightline.log import Piece
from sightline.log.sqlite import SqliteLog
from sightline.log.waiting import Waiting

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Give a log that gets an append a minute: partitions 0 and 1, then 0, then 0."""
    minutes = iter(range(100))
    log = SqliteLog(
        tmp_path / "log.db",
        partitions=8,
        clock=lambda: NOON + timedelta(minutes=next(minutes)),
    )
    log.append([Piece(0, "ndjson", 2, b"a\nb"), Piece(1, "ndjson", 1, b"c")])
    log.append([Piece(0, "ndjson", 1, b"d")])
    log.append([Piece(0, "ndjson", 3, b"e\nf\ng")])
    yield log
    log.close()


def at(minute: int) -> int:
    return int((NOON + timedelta(minutes=minute)).timestamp() * 1000)


def test_who_has_read_nothing_waits_from_the_beginning(log: SqliteLog) -> None:
    assert log.waiting({}) == {0: Waiting(at(0), 3), 1: Waiting(at(0), 1)}


def test_what_was_read_does_not_wait(log: SqliteLog) -> None:
    first = log.read(0, -1, events=1)[0]
    assert log.waiting({0: first.last, 1: log.heads()[1]}) == {0: Waiting(at(1), 2)}
    assert log.waiting(log.heads()) == {}
