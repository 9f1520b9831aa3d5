# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from sightline.imports import run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
RUN = """
import sys
from sightline.cli import main
main(["import", *sys.argv[1:]])
"""
EVENT = (
    '{"specversion":"1.0","id":"%d","source":"erp://x","type":"io.sightline.inventory.issue.v1",'
    '"time":"2026-03-02T06:00:00Z","data":{"item":"A%d","loc":"L","q":{"qty":"1","uom":"EA"}}}'
)
ROWS = 150_000

EventsIn = Callable[[SqliteLog], pa.Table]
RefusedIn = Callable[[SqliteLog], list[dict[str, str]]]


class StoppedError(Exception):
    """Stands for a crash between two appends."""


class StopAfter:
    """Lets a number of appends through, then stops the import."""

    def __init__(self, appends: int) -> None:
        self._left = appends

    def reading(self, name: str) -> None:
        del name

    def rows(self, count: int) -> None:
        del count

    def adding(self, events: int) -> None:
        del events

    def added(self, events: int) -> None:
        del events
        self._left -= 1
        if not self._left:
            raise StoppedError


def sales(path: Path, rows: int = ROWS) -> Path:
    """Write sales in no order of time, one row in a thousand refused."""
    order = list(range(rows))
    random.Random(1).shuffle(order)  # noqa: S311  a repeatable disorder
    lines = (
        f"{i},A{i % 97},Lamp,2,2010-{1 + i % 12:02}-{1 + i % 28:02} 08:{i % 60:02}:00,"
        f"{-1 if i % 1000 == 0 else 2},7,France"
        for i in order
    )
    path.write_text(HEADER + "\n".join(lines))
    return path


def lines(path: Path, rows: int = 60_000) -> Path:
    last = '{"time":"2026-03-02T06:00:01Z"}'
    path.write_text("\n".join([*(EVENT % (i, i % 13) for i in range(rows)), last]) + "\n")
    return path


def test_a_stopped_import_goes_on_where_it_stopped(
    tmp_path: Path, events_in: EventsIn, refused_in: RefusedIn
) -> None:
    # given an import that stops after three appends
    file = sales(tmp_path / "a.csv")
    settings = Settings(home=tmp_path / "home")
    log = open_log(settings)
    with pytest.raises(StoppedError):
        run_import([file], None, settings, log, StopAfter(3))
    assert events_in(log).num_rows + len(refused_in(log)) == 150_000
    # when it is run again
    summary = run_import([file], None, settings, log)
    # then every event is there once, in order of time in its partition
    ids = events_in(log)["id"].to_pylist()
    assert len(ids) == len(set(ids)) == 2 * ROWS - 300
    assert len(refused_in(log)) == 150
    assert summary.read == ROWS
    assert summary.read == summary.accepted + summary.duplicates + sum(
        summary.rejected.values()
    )
    assert 0 < summary.duplicates < ROWS
    # and the log says that the file is complete
    again = run_import([file], None, settings, log)
    assert (again.read, again.duplicates, again.events) == (ROWS, ROWS, 0)
    log.close()


def test_a_stopped_import_of_lines_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = lines(tmp_path / "a.ndjson")
    settings = Settings(home=tmp_path / "home")
    log = open_log(settings)
    with pytest.raises(StoppedError):
        run_import([file], None, settings, log, StopAfter(2))
    half = sum(each.events for each in log.stat())
    assert 0 < half < 60_001
    summary = run_import([file], None, settings, log)
    assert sum(each.events for each in log.stat()) == 60_001
    assert (summary.read, summary.duplicates) == (60_001, half)
    assert sum(summary.rejected.values()) == 1
    assert run_import([file], None, settings, log).duplicates == 60_001
    log.close()


def test_two_files_that_stopped_go_on_together(tmp_path: Path, events_in: EventsIn) -> None:
    # given two files sorted by time together, stopped half way
    files = [sales(tmp_path / "a.csv", 60_000), sales(tmp_path / "b.csv", 50_000)]
    settings = Settings(home=tmp_path / "home")
    log = open_log(settings)
    with pytest.raises(StoppedError):
        run_import(files, None, settings, log, StopAfter(2))
    # when one of them is finished alone, then both
    run_import(files[:1], None, settings, log)
    run_import(files, None, settings, log)
    # then nothing is lost and nothing doubled
    ids = events_in(log)["id"].to_pylist()
    assert len(ids) == len(set(ids)) == 2 * (110_000 - 110)
    log.close()


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["mapped", "lines"])
def test_kill_9_in_the_middle_then_again_gives_the_same_events(
    kind: str, tmp_path: Path, events_in: EventsIn, refused_in: RefusedIn
) -> None:
    # given a log that one import filled in peace
    file = (
        sales(tmp_path / "a.csv") if kind == "mapped" else lines(tmp_path / "a.ndjson", 200_000)
    )
    peace = Settings(home=tmp_path / "peace")
    calm = open_log(peace)
    run_import([file], None, peace, calm)
    # when another import of it is killed at some moment after its first append, three times
    home = tmp_path / "home"
    env = os.environ | {"SIGHTLINE_HOME": str(home)}
    settings = Settings(home=home)
    log = open_log(settings)
    for kill in range(1, 4):
        with subprocess.Popen(  # noqa: S603  our own interpreter
            [sys.executable, "-c", RUN, str(file)], env=env, stderr=subprocess.DEVNULL
        ) as process:
            before = log.top()
            while process.poll() is None and log.top() == before:
                time.sleep(0.01)
            time.sleep(0.02 * kill)
            process.kill()
    # and then run to its end
    run_import([file], None, settings, log)
    # then the log holds the same events and refused rows as the calm one
    if kind == "mapped":
        assert sorted(events_in(log)["id"].to_pylist()) == sorted(
            events_in(calm)["id"].to_pylist()
        )
        raws = [sorted(row["raw"] for row in refused_in(each)) for each in (log, calm)]
        assert raws[0] == raws[1]
    else:
        bodies = [
            [
                line
                for p in range(8)
                for b in each.read(p, -1, events=10**9)
                for line in b.body.split(b"\n")
            ]
            for each in (log, calm)
        ]
        assert bodies[0] == bodies[1]
    log.close()
    calm.close()
    # and nothing is left of the dead
    assert not list(home.glob("tmp/*"))
