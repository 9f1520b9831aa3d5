# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline up`` and ``run`` as processes: one at a time, ended at will, nothing lost."""

import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.up.served import (
    Home,
    Served,
    answers,
    event,
    free_port,
    home_at,
    pieces,
    running,
    up,
)

SOON_S = 10  # 3 s where nothing else is at work
HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
EVENTS = "SELECT count() AS n, uniqExact(id) AS ids FROM events"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def refused(home: Home, *words: str) -> str:
    """Return the one line that a command ends with when it exits with 2."""
    found = home.ask(*words)
    assert found.returncode == 2, found.stderr
    assert found.stdout == ""
    assert found.stderr.startswith("sightline: ")
    assert found.stderr.count("\n") == 1
    return found.stderr


def fill(home: Home) -> None:
    """Import 80 000 events."""
    file = home.path.parent / "sales.csv"
    rows = (
        f"{i},A{i * 7919 % 997},Lamp,2,{_day(i)} 08:00:00,1,7,France\n" for i in range(40_000)
    )
    file.write_text(HEADER + "".join(rows))
    assert home.ask("import", file).returncode == 0


def is_calm(served: Served) -> bool:
    """Return whether it said one line, where to look, and complained of nothing."""
    return served.err.count("\n") == 1 and "Ctrl-C stops." in served.err


def test_one_process_at_a_time_and_the_home_is_usable_after_it(home: Home) -> None:
    home.bring("a.ndjson", [_counted("c1", 5)])
    # given a home in which `up` is at work
    with up(home) as served:
        # when further commands want the store of that home
        for words in (["run", "--until-idle"], ["sql", "SELECT 1"]):
            # then each says in one line who has it
            assert f"held by process {served.process.pid} (sightline up)" in refused(
                home, *words
            )
        # and so does a second `up`, on another port
        environ = home.environ | {"SIGHTLINE_PORT": str(free_port())}
        assert "held by process" in refused(Home(home.path, environ), "up")
        # when SIGTERM comes, it ends soon, without complaint
        assert served.end(signal.SIGTERM) < SOON_S
        assert served.process.returncode == 143
        assert is_calm(served), served.err
    # then the home is usable at once
    assert home.ask("run", "--until-idle").returncode == 0
    assert home.rows(EVENTS) == [{"n": 1, "ids": 1}]


def test_ctrl_c_ends_it_without_a_word_however_often_it_comes(home: Home) -> None:
    with up(home) as served:
        served.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        assert served.end(signal.SIGINT) < SOON_S
    assert served.process.returncode == 0
    assert is_calm(served), served.err


def test_a_port_that_is_taken_is_named_before_anything_is_made(home: Home) -> None:
    with socket.create_server(("127.0.0.1", int(home.environ["SIGHTLINE_PORT"]))):
        said = refused(home, "up")
    assert f"Cannot listen on 127.0.0.1:{home.environ['SIGHTLINE_PORT']}" in said
    assert not home.path.exists()


def test_a_mistake_in_the_webhooks_is_told_before_anything_starts(tmp_path: Path) -> None:
    home = home_at(tmp_path, SIGHTLINE_WEBHOOKS="ops=slack:http://far.example/secret")
    for words in (["up"], ["run", "--until-idle"]):
        said = refused(home, *words)
        assert "would send in the clear (http) to 'far.example'" in said
        assert "secret" not in said


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after_s", [0.0, 1.0, 3.0])
def test_a_stream_at_work_is_left_behind_and_takes_up_its_work_again(
    home: Home, number: signal.Signals, after_s: float
) -> None:
    # given a log that takes seconds to process
    fill(home)
    with up(home) as served:
        # when a signal comes while it is processed
        time.sleep(after_s)
        took = served.end(number)
    # then the end does not wait for the stream
    assert took < SOON_S
    assert served.process.returncode == (143 if number == signal.SIGTERM else 0)
    assert is_calm(served), served.err
    # and the next run completes it, each event once
    done = home.ask("run", "--until-idle")
    assert done.returncode == 0, done.stderr
    assert home.rows(EVENTS) == [{"n": 80_000, "ids": 80_000}]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_without_end_follows_the_log_until_a_signal(
    home: Home, number: signal.Signals
) -> None:
    with running(home, "run") as served:
        served.wait_for(lambda: "running; Ctrl-C stops" in served.err, "start")
        # when events come while it runs, it takes them in
        home.bring("a.ndjson", [_counted("c1", 5)])
        time.sleep(8)  # nobody else can look into the store meanwhile
        assert served.end(number) < SOON_S
    assert served.process.returncode == 0
    assert served.err.splitlines()[1:] == ["stopping"]
    assert home.rows(EVENTS) == [{"n": 1, "ids": 1}]


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.5, 2.0, 3.0, 4.0])
def test_ctrl_c_ends_a_run_until_idle_in_one_line(home: Home, after_s: float) -> None:
    fill(home)
    with running(home, "run", "--until-idle") as served:
        time.sleep(after_s)
        assert served.end(signal.SIGINT) < SOON_S
    # then it said so in one line, unless it had just ended, and the next run completes it
    assert (served.process.returncode, served.err) in [(130, "sightline: stopped\n"), (0, "")]
    assert home.ask("run", "--until-idle").returncode == 0
    assert home.rows(EVENTS) == [{"n": 80_000, "ids": 80_000}]


@pytest.mark.slow
def test_a_stream_that_cannot_start_is_tried_again_until_it_can(home: Home) -> None:
    # given a home whose stream lost the state that it goes on from
    home.bring("a.ndjson", [_counted("c1", 5)])
    assert home.ask("run", "--until-idle").returncode == 0
    home.bring("b.ndjson", [_counted("c2", 5)])
    state = home.path / "state"
    next(state.glob("*.sqlite3")).write_bytes(b"garbage" * 1000)
    with up(home) as served:
        # when `up` runs, it serves its pages all the same and says what to do
        served.wait_for(lambda: "stream failed; it starts again in 2 s" in served.err, "retry")
        assert "delete that folder: the log is replayed, nothing is lost." in served.err
        assert answers(home)
        # and once that is done it goes on by itself
        shutil.rmtree(state)
        served.wait_for(lambda: list(state.glob("*.sqlite3")), "new state")
        time.sleep(5)
        assert served.end(signal.SIGTERM) < SOON_S
    assert home.rows(EVENTS) == [{"n": 2, "ids": 2}]


def _counted(name: str, qty: int) -> dict[str, object]:
    return event(
        "inventory.counted", name, minutes_ago=60, item="Lamp", loc="DC1", q=pieces(qty)
    )


def _day(i: int) -> str:
    return f"2010-{1 + i % 12:02}-{1 + i % 28:02}"
