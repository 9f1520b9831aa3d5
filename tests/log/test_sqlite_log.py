# SPDX-License-Identifier: AGPL-3.0-or-later
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sightline.errors import LogError
from sightline.log import Piece, open_log
from sightline.log.ledger import Imported
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings


def lines(count: int, *, part: int = 0, word: str = "x") -> Piece:
    body = b"\n".join(f'{{"{word}":{i}}}'.encode() for i in range(count))
    return Piece(part, "ndjson", count, body)


def entry(first: int, last: int, *, total: int = 10) -> Imported:
    return Imported(
        file_sha256="f",
        mapping_sha256="m",
        row_from=first,
        row_to=last,
        total=total,
        file="a.csv",
        events=last - first,
        rows=last - first,
    )


def test_what_was_appended_is_read_back_in_order(log: SqliteLog) -> None:
    # given two appends to one partition and one to another
    log.append([lines(3, word="a"), lines(2, part=5)])
    log.append([lines(1, word="b")])
    # when the partition is read from its beginning
    batches = log.read(0, -1, events=100)
    # then its batches come whole and in order
    assert [batch.body for batch in batches] == [
        lines(3, word="a").body,
        lines(1, word="b").body,
    ]
    assert [batch.events for batch in batches] == [3, 1]


def test_an_offset_is_the_row_and_the_place_in_it(log: SqliteLog) -> None:
    log.append([lines(3), lines(2, part=5)])
    (batch,) = log.read(5, -1, events=1)
    assert (batch.first, batch.last) == (2 << 16, (2 << 16) + 1)
    assert log.heads() == {0: (1 << 16) + 2, 5: (2 << 16) + 1}
    assert log.top() == 2


def test_reading_goes_on_after_the_last_offset(log: SqliteLog) -> None:
    # given three batches of two
    for _ in range(3):
        log.append([lines(2)])
    # when at most three events are wanted
    first = log.read(0, -1, events=3)
    rest = log.read(0, first[-1].last, events=100)
    # then one whole batch comes, and nothing is lost or repeated
    assert [batch.first >> 16 for batch in first] == [1]
    assert [batch.first >> 16 for batch in rest] == [2, 3]
    assert log.read(0, rest[-1].last, events=100) == []


def test_one_batch_comes_even_when_it_is_larger_than_wanted(log: SqliteLog) -> None:
    log.append([lines(50)])
    assert [batch.events for batch in log.read(0, -1, events=1)] == [50]


def test_an_empty_log_has_no_heads(log: SqliteLog) -> None:
    assert log.heads() == {}
    assert log.top() == 0
    assert log.read(3, -1, events=10) == []
    assert log.stat() == []
    assert log.newest(5) == []


def test_many_threads_append_and_every_event_is_there_once(log: SqliteLog) -> None:
    # given eight threads that append fifty batches each
    def work(part: int) -> None:
        for _ in range(50):
            log.append([lines(10, part=part)])

    threads = [threading.Thread(target=work, args=(part,)) for part in range(8)]
    # when they run at once
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then each partition holds its own, with rising offsets
    assert [(each.batches, each.events) for each in log.stat()] == [(50, 500)] * 8
    firsts = [batch.first for batch in log.read(3, -1, events=10_000)]
    assert firsts == sorted(set(firsts))


def test_a_reopened_log_has_everything(tmp_path: Path) -> None:
    first = SqliteLog(tmp_path / "log.db", partitions=4)
    first.append([lines(3)])
    first.close()
    second = SqliteLog(tmp_path / "log.db", partitions=4)
    assert [batch.events for batch in second.read(0, -1, events=10)] == [3]
    assert second.generation == 1
    second.close()


def test_partitions_are_fixed_when_the_log_is_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # given a log with four partitions
    open_log(Settings(home=tmp_path, partitions=4)).close()
    # when it is opened with a setting of sixteen
    log = open_log(Settings(home=tmp_path, partitions=16))
    # then it keeps four and says so
    assert log.partitions == 4
    assert "SIGHTLINE_PARTITIONS is 16, but the log" in caplog.text
    log.close()


def test_what_another_process_appends_is_seen_within_a_second(tmp_path: Path) -> None:
    # given a reader that has seen an empty log
    reader = SqliteLog(tmp_path / "log.db", partitions=8)
    assert reader.read(0, -1, events=10) == []
    # when somebody else appends
    writer = SqliteLog(tmp_path / "log.db", partitions=8)
    writer.append([lines(4)])
    # then the reader finds it soon
    deadline = time.monotonic() + 3
    while not reader.read(0, -1, events=10) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [batch.events for batch in reader.read(0, -1, events=10)] == [4]
    writer.close()
    reader.close()


def test_a_locked_log_is_said_to_be_locked(tmp_path: Path) -> None:
    # given a log whose file somebody else is writing to
    log = SqliteLog(tmp_path / "log.db", partitions=8, busy_seconds=0.2)
    holder = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    # when an append has waited long enough
    with pytest.raises(LogError, match=r"log\.db is locked by another writer.*try again"):
        log.append([lines(1)])
    # then it works again once the other one has gone
    holder.execute("ROLLBACK")
    holder.close()
    log.append([lines(1)])
    assert log.top() == 1
    log.close()


def test_one_impossible_piece_keeps_the_whole_append_out(log: SqliteLog) -> None:
    for wrong in (
        lines(1, part=8),
        Piece(0, "ndjson", 0, b""),
        Piece(0, "ndjson", 70_000, b""),
    ):
        with pytest.raises(LogError, match="expected a partition below 8 and 1 to 65536"):
            log.append([lines(1), wrong])
    assert log.top() == 0


def test_the_error_of_one_caller_is_not_its_neighbours(log: SqliteLog) -> None:
    # given a ledger entry that is there already
    log.append([lines(1)], imported=[entry(0, 1)])
    failures: list[Exception] = []

    def again() -> None:
        try:
            log.append([lines(1, part=1)], imported=[entry(0, 1)])
        except LogError as error:
            failures.append(error)

    # when it is repeated while others append
    threads = [threading.Thread(target=again)]
    threads += [
        threading.Thread(target=log.append, args=([lines(1, part=2)],)) for _ in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then only the repetition fails, and nothing of it is kept
    assert len(failures) == 1
    assert {each.part: each.events for each in log.stat()} == {0: 1, 2: 9}


def test_the_ledger_says_how_far_an_import_came(log: SqliteLog) -> None:
    assert log.imported("f", "m").done == 0
    log.append([lines(4)], imported=[entry(0, 4)])
    half = log.imported("f", "m")
    assert (half.done, half.rows, half.complete) == (4, 4, False)
    log.append([lines(6)], imported=[entry(4, 10)])
    whole = log.imported("f", "m")
    assert (whole.done, whole.rows, whole.complete) == (10, 10, True)
    assert log.imported("f", "other").done == 0


def test_a_file_that_two_imports_bring_at_once_is_said_to_be_there(log: SqliteLog) -> None:
    # given a file that another process has brought in while this one was reading it
    log.append([lines(1)], imported=[entry(0, 10)])
    # when this one writes the same range, then it says what to do, and nothing is kept twice
    with pytest.raises(LogError, match="Import it again"):
        log.append([lines(1)], imported=[entry(0, 10)])
    assert sum(each.events for each in log.stat()) == 1


def test_a_file_that_is_no_log_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(LogError, match=r"log\.db is not an event log.*SIGHTLINE_HOME"):
        SqliteLog(tmp_path / "log.db", partitions=8)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(LogError, match="Cannot open the event log"):
        open_log(Settings(home=tmp_path / "home"))


FULL = """
import resource, sys
from pathlib import Path
from sightline.errors import LogError
from sightline.log import Piece
from sightline.log.sqlite import SqliteLog
log = SqliteLog(Path(sys.argv[1]), partitions=8)
log.append([Piece(0, "ndjson", 1, b"first")])
resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
try:
    log.append([Piece(part, "ndjson", 1, b"x" * (3 << 20)) for part in (0, 1)])
except LogError as error:
    print(error)
log.append([Piece(2, "ndjson", 1, b"small")])
"""


@pytest.mark.faults
def test_a_full_disk_keeps_the_whole_append_out_and_small_ones_still_fit(
    tmp_path: Path,
) -> None:
    # given a process that may not write files above 4 MiB
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", FULL, str(tmp_path / "log.db")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    # then the large append is refused in one line, and the small ones are there
    assert "Cannot write to the event log" in done.stdout
    assert "Nothing of this append was kept; free some disk space" in done.stdout
    assert done.stdout.count("\n") == 1
    log = SqliteLog(tmp_path / "log.db", partitions=8)
    assert {each.part: each.events for each in log.stat()} == {0: 1, 2: 1}
    log.close()


KILLED = """
import sys
from pathlib import Path
from sightline.log import Piece
from sightline.log.sqlite import SqliteLog
log = SqliteLog(Path(sys.argv[1]), partitions=8)
for i in range(100_000):
    log.append([Piece(i % 8, "ndjson", 1, str(i).encode() * 500)])
    print(i, flush=True)
"""


@pytest.mark.faults
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    # given a process that appends and says what is durable
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", KILLED, str(tmp_path / "log.db")],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        seen = [next(process.stdout) for _ in range(200)]
        # when it is killed in the middle
        process.kill()
        seen += process.stdout.readlines()
    # then every event it spoke of is there, in order
    last = int([line for line in seen if line.endswith("\n")][-1])
    log = SqliteLog(tmp_path / "log.db", partitions=8)
    kept = sorted(
        int(b.body[: len(b.body) // 500])
        for p in range(8)
        for b in log.read(p, -1, events=10**6)
    )
    assert kept == list(range(len(kept)))
    assert len(kept) in {last + 1, last + 2}
    log.close()
