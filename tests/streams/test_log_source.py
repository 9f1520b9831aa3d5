# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log as a source: everything once and in order, however often it is taken up again."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.clock import wall_clock
from sightline.errors import StoreError
from sightline.log import Batch, Piece
from sightline.log.sqlite import SqliteLog
from streams.io import log_source
from streams.io.log_source import TICK, LogPartition, LogSource
from streams.logic.chunk import Chunk

PARTITIONS = 3
A_LOT = 10**9


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    opened = SqliteLog(tmp_path / "log.db", partitions=PARTITIONS)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(tmp_path: Path, log: SqliteLog) -> Iterator[SqliteLog]:
    """Open the same log as another process would."""
    del log
    opened = SqliteLog(tmp_path / "log.db", partitions=PARTITIONS)
    yield opened
    opened.close()


def source(log: SqliteLog, *, until_idle: bool = True, stored: int = A_LOT) -> LogSource:
    return LogSource(log, Event(), until_idle, dict.fromkeys(range(PARTITIONS), stored))


def begun(
    log: SqliteLog, part: int, resume: tuple[int, int] | None = None, *, until_idle: bool = True
) -> LogPartition:
    return source(log, until_idle=until_idle).build_part("read_log", str(part), resume)


def piece(part: int, events: int = 1) -> Piece:
    return Piece(part, "ndjson", events, b"{}\n" * events)


def chunks(partition: LogPartition) -> Iterator[Chunk]:
    """Read to the end."""
    while True:
        try:
            batch = partition.next_batch()
        except StopIteration:
            return
        for key, chunk in batch:
            assert key == str(partition.part) == str(chunk.part)
            yield chunk


def spans(found: Sequence[Chunk]) -> list[tuple[int, int]]:
    return [(raw.first, raw.events) for chunk in found for raw in chunk.raws]


def kept(log: SqliteLog, part: int) -> list[tuple[int, int]]:
    batches: list[Batch] = log.read(part, -1, events=A_LOT)
    return [(batch.first, batch.events) for batch in batches]


def test_it_has_a_part_for_each_partition_of_the_log(log: SqliteLog) -> None:
    assert source(log).list_parts() == ["0", "1", "2"]


@settings(max_examples=30, deadline=None)
@given(
    appends=st.lists(
        st.lists(st.tuples(st.integers(0, PARTITIONS - 1), st.integers(1, 4)), max_size=4),
        max_size=8,
    ),
    stops=st.lists(st.integers(0, 6), max_size=4),
)
def test_every_batch_is_read_once_and_in_order_however_often_reading_is_taken_up_again(
    tmp_path_factory: pytest.TempPathFactory,
    appends: list[list[tuple[int, int]]],
    stops: list[int],
) -> None:
    # given a log that was appended to in any way
    log = SqliteLog(tmp_path_factory.mktemp("log") / "log.db", partitions=PARTITIONS)
    for each in appends:
        log.append([piece(part, events) for part, events in each])
    for part in range(PARTITIONS):
        # when a partition is read, a few events at a time, by readers that stop now and then
        found, resume = list[Chunk](), None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_source, "EVENTS_AT_A_TIME", 3)
            for stop in stops:
                reader = begun(log, part, resume)
                found += islice(chunks(reader), stop)
                resume = reader.snapshot()
            found += chunks(begun(log, part, resume))
        # then all of it came once, in order, and the frontier moved on to the head of the log
        assert spans(found) == kept(log, part)
        frontiers = [chunk.frontier for chunk in found]
        assert frontiers == sorted(set(frontiers))
        assert frontiers[-1:] == ([log.top()] if log.top() else [])
    log.close()


def test_a_partition_without_events_still_tells_how_far_the_log_was_read(
    log: SqliteLog,
) -> None:
    # given a live reader of a partition that nothing is in
    reader = begun(log, 0, until_idle=False)
    assert reader.next_batch() == []
    # when another partition gets events
    log.append([piece(1), piece(2)])
    # then it says once that it has read the log up to there
    assert reader.next_batch() == [("0", Chunk(0, [], 2))]
    assert reader.next_batch() == []
    assert reader.snapshot() == (-1, 2)


def test_what_others_append_is_not_skipped_when_we_append_after_them(
    log: SqliteLog, elsewhere: SqliteLog
) -> None:
    # given a live reader, and another process that appends just before this one does
    reader = begun(log, 0, until_idle=False)
    assert reader.next_batch() == []
    elsewhere.append([piece(0)])
    log.append([piece(1)])
    # when it reads on
    found, until = list[Chunk](), time.monotonic() + 20
    while not spans(found) and time.monotonic() < until:
        found += [chunk for _, chunk in reader.next_batch()]
    # then the others' event came, and not after a word that the log was read beyond it
    assert spans(found) == kept(log, 0)
    assert len(found) == 1


def test_a_frontier_is_never_ahead_of_events_that_are_still_to_come(
    log: SqliteLog, elsewhere: SqliteLog
) -> None:
    # given two processes that append in turns
    reader = begun(log, 0, until_idle=False)
    found = list[Chunk]()
    for _ in range(50):
        elsewhere.append([piece(0), piece(1)])
        log.append([piece(2)])
        found += [chunk for _, chunk in reader.next_batch()]
    found += [chunk for _, chunk in reader.next_batch()]
    # then whatever was said to be read had been read
    frontier = 0
    for chunk in found:
        assert all(raw.first >> 16 > frontier for raw in chunk.raws)
        frontier = chunk.frontier
    assert spans(found) == kept(log, 0)


def test_stop_ends_it_though_there_is_more(log: SqliteLog) -> None:
    log.append([piece(0)])
    reader = begun(log, 0, until_idle=False)
    reader.source.stop.set()
    with pytest.raises(StopIteration):
        reader.next_batch()


def test_an_idle_live_reader_wakes_with_all_others_at_the_next_tick(log: SqliteLog) -> None:
    log.append([piece(0)])
    reader = begun(log, 0, until_idle=False)
    # at work: at once
    assert reader.next_batch() != []
    assert reader.next_awake() is None
    # idle: at a whole tick, soon
    assert reader.next_batch() == []
    before = wall_clock()
    awake = reader.next_awake()
    assert awake is not None
    assert before - timedelta(milliseconds=1) <= awake <= wall_clock() + TICK
    ticks = awake.timestamp() / TICK.total_seconds()
    assert abs(ticks - round(ticks)) < 1e-3


def test_a_reader_until_idle_never_sleeps(log: SqliteLog) -> None:
    log.append([piece(0)])
    reader = begun(log, 0)
    assert reader.next_awake() is None
    assert len(list(chunks(reader))) == 1
    assert reader.next_awake() is None


@pytest.mark.parametrize("stored", [{}, {0: 65_535}])
def test_a_store_that_knows_less_than_was_read_is_refused(
    log: SqliteLog, stored: dict[int, int]
) -> None:
    log.append([piece(0, 2)])
    behind = LogSource(log, Event(), until_idle=True, stored=stored)
    with pytest.raises(
        StoreError, match=r"^The stream has read partition 0 up to offset 65537"
    ) as told:
        behind.build_part("read_log", "0", (65_537, 1))
    assert "Delete the folder `state` in SIGHTLINE_HOME to replay the log." in str(told.value)


def test_a_store_that_knows_as_much_or_more_is_taken_on(log: SqliteLog) -> None:
    for stored in (65_537, 70_000):
        kept_up = LogSource(log, Event(), until_idle=True, stored={0: stored})
        assert kept_up.build_part("read_log", "0", (65_537, 1)).snapshot() == (65_537, 1)
