# SPDX-License-Identifier: AGPL-3.0-or-later
"""Running the dataflow: it takes up where it stopped, and begins anew when it must."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from sightline.errors import SightlineError, StoreError
from sightline.events.publish import to_piece
from sightline.log import Piece, open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import RunSummary, run, run_until_idle
from tests.strategies.clouds import Cloud, cloud

NEVER_S = 60.0
Run = Callable[[], RunSummary]
TABLES = ("events", "e2o", "dlq", "positions", "position_hour", "open_lines", "demand")


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    opened = open_log(settings)
    yield opened
    opened.close()


@pytest.fixture
def once(settings: Settings, store: Store, log: SqliteLog) -> Run:
    return lambda: run_until_idle(settings, store, log)


@pytest.fixture
def state(settings: Settings) -> Path:
    return settings.home / "state"


def sold(first: int, count: int) -> list[Cloud]:
    """Return order lines and shipments of a few items, a pair of events for each number."""
    found = []
    for number in range(first, first + count):
        line = {"item": f"A{number % 5}", "loc": "DC1", "order_line": f"L{number}", "q": 2}
        minute = number * 60 * 7
        placed = cloud("demand.line_placed", id=f"d{number}", minute=minute, **line)
        shipped = cloud("inventory.shipment", id=f"s{number}", minute=minute + 30, **line)
        found += [placed, shipped] if number % 3 else [placed]
    return found


def one(kind: str, name: str, number: int) -> Cloud:
    """Return one event about order line `number`, all of them of one item."""
    line = {"item": "A", "loc": "DC1", "order_line": f"L{number}", "q": 1}
    return cloud(kind, id=name, minute=number, **line)


def append(log: SqliteLog, clouds: Sequence[Cloud]) -> None:
    log.append(to_piece(clouds, log.partitions))


def counts(summary: RunSummary) -> tuple[int, int, int]:
    return summary.events, summary.duplicates, summary.dead_letters


def tables(store: Store) -> dict[str, list[str]]:
    """Return every row that a reader sees, as text, in an order of its own."""
    found = {}
    for name in TABLES:
        view = name if name in ("events", "e2o", "dlq") else f"v_{name}"
        rows = store.ask(f"SELECT * FROM {view}").to_pylist()  # noqa: S608
        found[name] = sorted(str(sorted(row.items(), key=lambda cell: cell[0])) for row in rows)
    return found


def test_the_second_run_goes_on_where_the_first_stopped(
    once: Run, log: SqliteLog, store: Store
) -> None:
    # given a run over the first events, and more of them after it
    append(log, sold(0, 20))
    first = once()
    append(log, sold(20, 10))
    # then a second run takes in those only, and a third finds nothing
    second = once()
    assert counts(first.plus(second)) == (len(sold(0, 30)), 0, 0)
    assert counts(second) == (len(sold(20, 10)), 0, 0)
    assert counts(once()) == (0, 0, 0)
    # and positions continue from what the first run left
    wanted = sum(2 for number in range(30) if number % 5 == 0 and number % 3)
    (row,) = store.ask("SELECT on_hand FROM v_positions WHERE item = 'A0'").to_pylist()
    assert row["on_hand"] == -wanted


def test_an_id_seen_by_an_earlier_run_is_a_duplicate_or_a_conflict(
    once: Run, log: SqliteLog, store: Store
) -> None:
    append(log, sold(1, 1))
    once()
    other = cloud("demand.line_placed", id="d1", item="A1", loc="DC1", order_line="L1", q=9)
    append(log, [*sold(1, 1), other])
    assert counts(once()) == (0, 2, 1)
    (letter,) = store.ask("SELECT kind, id, raw FROM dlq").to_pylist()
    assert (letter["kind"], letter["id"]) == ("conflict", "d1")
    assert '"qty":"9"' in letter["raw"]


def test_without_the_state_folder_a_replay_gives_the_same_tables(
    once: Run, log: SqliteLog, store: Store, state: Path
) -> None:
    # given tables made in three runs, dead letters among them
    append(log, sold(0, 12))
    once()
    append(log, [*sold(5, 3), *sold(12, 9)])
    log.append([Piece(0, "ndjson", 2, b"no json\n{}\n")])
    once()
    append(log, sold(21, 9))
    once()
    before = tables(store)
    # when the state is deleted and everything is read once more, at one go
    shutil.rmtree(state)
    once()
    # then every table says the same
    assert tables(store) == before
    assert len(before["events"]) == len(sold(0, 30))
    assert len(before["dlq"]) == 2


def test_a_store_that_was_emptied_is_noticed_and_a_replay_fills_it(
    once: Run, log: SqliteLog, store: Store, raw: Any, state: Path
) -> None:
    # given a store that lost what the stream had written
    append(log, sold(0, 12))
    once()
    before = tables(store)
    for name in (*TABLES, "progress", "feeds"):
        raw.command("TRUNCATE TABLE {t:Identifier}", parameters={"t": name})
    # then the stream refuses to go on as if nothing had happened
    with pytest.raises(StoreError, match="was emptied or restored to an older state"):
        once()
    # and after what the message says to do, all is there again
    shutil.rmtree(state)
    once()
    assert tables(store) == before


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_a_damaged_recovery_store_is_told_in_one_line_and_no_other(
    once: Run, log: SqliteLog, state: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    # given a recovery store that is not one any more
    append(log, sold(0, 3))
    once()
    next(state.glob("*.sqlite3")).write_bytes(content)
    # then the run says so, where it is, and what to do, and prints nothing else
    with pytest.raises(
        StoreError, match=r"^The stream's state in .*/state cannot be used: "
    ) as told:
        once()
    assert "delete that folder: the log is replayed, nothing is lost." in str(told.value)
    assert capfd.readouterr().err == ""
    # and that helps
    shutil.rmtree(state)
    once()


def test_a_half_made_state_folder_is_made_anew(once: Run, log: SqliteLog, state: Path) -> None:
    append(log, sold(0, 3))
    (state / "blocks").mkdir(parents=True)
    (state.parent / "state.new").mkdir()
    assert counts(once()) == (len(sold(0, 3)), 0, 0)
    assert not (state.parent / "state.new").exists()


def test_a_file_in_the_place_of_the_state_folder_is_told(
    once: Run, log: SqliteLog, state: Path
) -> None:
    append(log, sold(0, 3))
    state.parent.mkdir(exist_ok=True)
    state.write_text("not a folder")
    with pytest.raises(
        StoreError, match=r"Cannot keep the stream's state in .*: Not a directory"
    ):
        once()


def test_large_states_are_kept_in_blocks_and_taken_up_from_them(
    once: Run, log: SqliteLog, state: Path, store: Store
) -> None:
    # given so many events of one item that its partition's tables fill blocks
    lines = [one("demand.line_placed", f"d{n}", n) for n in range(3000)]
    append(log, lines)
    once()
    assert len(list((state / "blocks").iterdir())) > 0
    # when some of them come again, and shipments for others
    shipped = [one("inventory.shipment", f"s{n}", n) for n in range(100)]
    append(log, [*lines[500:600], *shipped])
    # then both are known from the blocks
    assert counts(once()) == (100, 100, 0)
    (row,) = store.ask("SELECT outstanding FROM v_positions").to_pylist()
    assert row["outstanding"] == 2900
    # and a block that is missing is told
    for block in (state / "blocks").iterdir():
        block.unlink()
    append(log, sold(0, 5))
    with pytest.raises(
        StoreError, match=r"The stream's state is damaged: block .* cannot be read"
    ):
        once()


def test_a_live_run_takes_in_what_comes_until_it_is_told_to_stop(
    settings: Settings, store: Store, log: SqliteLog, once: Run
) -> None:
    # given a stream that runs, and events that come while it does
    append(log, sold(0, 6))
    stop = Event()
    thread = Thread(target=run, args=(settings, store, log),
                    kwargs={"stop": stop, "until_idle": False})  # fmt: skip
    thread.start()
    _until(lambda: _events(store) == len(sold(0, 6)))
    append(log, sold(6, 6))
    _until(lambda: _events(store) == len(sold(0, 12)))
    # when it is told to stop
    stop.set()
    thread.join(NEVER_S)
    # then it has ended, and the next run has nothing left to do
    assert not thread.is_alive()
    assert counts(once()) == (0, 0, 0)


def test_what_goes_wrong_inside_a_step_comes_out_as_our_error(
    settings: Settings, store: Store, log: SqliteLog, raw: Any
) -> None:
    # given a table that is not there any more
    append(log, sold(0, 3))
    raw.command("RENAME TABLE e2o TO e2o_elsewhere")
    try:
        with pytest.raises(SightlineError, match="e2o"):
            run_until_idle(settings, store, log)
    finally:
        raw.command("RENAME TABLE e2o_elsewhere TO e2o")
    # then nothing is lost: the next run completes it
    run_until_idle(settings, store, log)
    assert _events(store) == len(sold(0, 3))


def test_summaries_add_up() -> None:
    total = RunSummary(1, 2, 3, 4.0, 5.0).plus(RunSummary(10, 20, 30, 40.0, 50.0))
    assert total == RunSummary(11, 22, 33, 44.0, 55.0)


def _events(store: Store) -> int:
    (row,) = store.ask("SELECT count() AS n FROM events").to_pylist()
    return int(row["n"])


def _until(claim: Callable[[], bool]) -> None:
    pause = Event()
    for _ in range(int(NEVER_S / 0.1)):
        if claim():
            return
        pause.wait(0.1)
    raise AssertionError("it never came true")
