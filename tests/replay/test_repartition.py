# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log cut anew: every event once, each item in its order, whatever the number of parts."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sightline.events.publish import to_piece
from sightline.events.routing import part_of_line
from sightline.imports import cutting
from sightline.log import Piece
from sightline.log.reading import events_of
from sightline.log.repartition import Repartition
from sightline.log.sqlite import SqliteLog
from tests.strategies.clouds import Cloud, cloud, table_of

REFUSED = b'{"kind":"malformed","reason":"r","field":"","source":"","id":"","raw":"x"}'


def receipts(first: int, count: int) -> list[Cloud]:
    return [
        cloud("inventory.receipt", id=f"e{n}", minute=n, item=f"A{n % 7}", loc="DC1", q=n)
        for n in range(first, first + count)
    ]


@pytest.fixture
def old(tmp_path: Path) -> SqliteLog:
    """Give the path of a log of eight partitions with everything that a log can hold."""
    log = SqliteLog(tmp_path / "old.db", partitions=8)
    log.append(to_piece(receipts(0, 50), 8))
    table = table_of(receipts(50, 50))
    log.append(cutting.cut(table, np.arange(len(table), dtype=np.uint32), 8))
    log.append([Piece(3, "refused", 2, REFUSED + b"\n" + REFUSED)])
    log.append([Piece(5, "ndjson", 1, b"no json"), Piece(6, "arrow", 3, b"no arrow")])
    log.append([Piece(7, "ndjson", 4, b"one line for four")])
    log.append(to_piece(receipts(100, 20), 8))
    log.close()
    return log


def cut(old: SqliteLog, new: Path, partitions: int, **words: object) -> Repartition:
    work = Repartition(new, partitions, **words)  # type: ignore[arg-type]
    work.begin(2)
    with closing(sqlite3.connect(old.path)) as connection:
        work.take_over(connection)
        work.take_over_imports(connection)
    work.close()
    return work


def told(log: SqliteLog) -> dict[int, list[bytes]]:
    """Return the readable events of each partition, in order."""
    found: dict[int, list[bytes]] = defaultdict(list)
    for part in range(log.partitions):
        for batch in log.read(part, -1, events=10**6):
            if batch.fmt == "ndjson" or b"no arrow" not in batch.body:
                found[part] += events_of(batch)
    return found


@pytest.mark.parametrize("partitions", [1, 3, 8, 20])
def test_every_event_is_where_its_item_belongs_in_its_order(
    old: SqliteLog, tmp_path: Path, partitions: int
) -> None:
    cut(old, tmp_path / "new.db", partitions)
    was = SqliteLog(old.path, partitions=8)
    now = SqliteLog(tmp_path / "new.db", partitions=99)
    # then the log knows what it is, and holds as many events
    assert (now.partitions, now.generation) == (partitions, 2)
    assert sum(each.events for each in now.stat()) == sum(each.events for each in was.stat())
    # and each event lies in the partition that a new one would go to
    before, after = told(was), told(now)
    for part, lines in after.items():
        known = [line for line in lines if line.startswith(b'{"') and b'"data"' in line]
        assert {part_of_line(line, partitions) for line in known} <= {part}
    # and those of an item follow one another as before
    assert _by_item(before) == _by_item(after)
    now.close()
    was.close()


def test_moments_and_appends_are_taken_over(old: SqliteLog, tmp_path: Path) -> None:
    cut(old, tmp_path / "new.db", 3)
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        rows = connection.execute("SELECT row, append_row, at_ms FROM batches").fetchall()
    with closing(sqlite3.connect(old.path)) as connection:
        appends = connection.execute("SELECT DISTINCT at_ms FROM batches").fetchall()
    last = {append: max(r for r, a, _ in rows if a == append) for _, append, _ in rows}
    assert all(append == row for append, row in last.items())
    assert len(last) == 6
    assert {at for *_, at in rows} == {at for (at,) in appends}


def test_what_comes_in_meanwhile_is_taken_over_in_the_end(
    old: SqliteLog, tmp_path: Path
) -> None:
    work = cut(old, tmp_path / "new.db", 4)
    log = SqliteLog(old.path, partitions=8)
    log.append(to_piece(receipts(200, 30), 8))
    log.close()
    with closing(sqlite3.connect(old.path)) as connection:
        work.take_over(connection)
        work.take_over(connection)
    now = SqliteLog(tmp_path / "new.db", partitions=4)
    ids = [msgspec.json.decode(line)["id"] for line in _known(told(now))]
    assert sorted(ids) == sorted(each["id"] for each in [*receipts(0, 120), *receipts(200, 30)])
    now.close()


def test_places_that_are_asked_for_are_found_again(old: SqliteLog, tmp_path: Path) -> None:
    # given the places of all events of the old log
    was = SqliteLog(old.path, partitions=8)
    places = {
        (part, batch.first + i): line
        for part in range(8)
        for batch in was.read(part, -1, events=10**6)
        if b"no arrow" not in batch.body and batch.body != b"one line for four"
        for i, line in enumerate(events_of(batch))
    }
    was.close()
    work = cut(old, tmp_path / "new.db", 5, wanted=set(places))
    now = SqliteLog(tmp_path / "new.db", partitions=5)
    for place, line in places.items():
        part, off = work.places[place]
        (batch,) = now.read(part, (off >> 16 << 16) - 1, events=1)
        assert list(events_of(batch))[off & 0xFFFF] == line
    now.close()


def _known(parts: dict[int, list[bytes]]) -> list[bytes]:
    return [line for lines in parts.values() for line in lines if b'"data"' in line]


def _by_item(parts: dict[int, list[bytes]]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for line in _known(parts):
        found[msgspec.json.decode(line)["data"]["item"]].append(line)
    return found
