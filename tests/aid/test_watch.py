# SPDX-License-Identifier: AGPL-3.0-or-later
"""A watched folder: what is taken, when, and that each row is taken once."""

import gzip
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sightline.aid.watch import Asked, Watcher, asked_in
from sightline.aid.watch.table import table_of
from sightline.desk import Desk, Watched
from sightline.errors import LogError, MappingError, SettingsError
from sightline.events.columns import SCHEMA
from sightline.imports import run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from tests.aid.letters_home import event

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTLE = 5


def sale(number: int) -> str:
    return f"{number},A,Lamp,2,2010-01-01 08:{number % 60:02d}:00,1.50,7,France\n"


@dataclass
class Bench:
    """A watched folder, and a clock that tests turn."""

    settings: Settings
    asked: Asked
    log: SqliteLog
    desk: Desk
    now: datetime = NOON
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watcher = self.started()

    def started(self, **asked: Any) -> Watcher:
        """Return a watcher that knows nothing but what log and desk do."""
        return Watcher(
            replace(self.asked, **asked),
            self.settings,
            self.log,
            self.desk,
            say=self.said.append,
            clock=lambda: self.now,
        )

    def write(self, name: str, text: str | bytes, mode: str = "w") -> Path:
        path = self.asked.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        with path.open(f"{mode}b") as stream:
            stream.write(data)
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))
        return path

    def look(self, *, after: float = 0) -> list[str]:
        """Look once, so many seconds later; return what was said."""
        self.now += timedelta(seconds=after)
        self.said.clear()
        self.watcher.look()
        return list(self.said)

    def settle(self) -> list[str]:
        """Look twice, so that what is still is taken."""
        return self.look() + self.look(after=SETTLE)

    def orders(self) -> list[str]:
        tables = [
            pa.ipc.open_stream(batch.body).read_all()
            for part in range(self.log.partitions)
            for batch in self.log.read(part, -1, events=1 << 40)
            if batch.fmt == "arrow"
        ]
        table = pa.concat_tables([SCHEMA.empty_table(), *tables])
        assert len(set(table["id"].to_pylist())) == len(table)
        shipped = [kind.endswith("shipment.v1") for kind in table["type"].to_pylist()]
        lines = zip(table["order_line"].to_pylist(), shipped, strict=True)
        return sorted(line for line, once in lines if once)

    def entries(self) -> dict[str, Watched]:
        found = self.desk.watched(str(self.asked.folder))
        return {Path(each.path).name: each for each in found}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    settings = Settings(home=tmp_path / "home")
    folder = tmp_path / "in"
    folder.mkdir()
    log, desk = open_log(settings), Desk.open(settings)
    yield Bench(settings, Asked(folder=folder, settle_s=SETTLE), log, desk)
    log.close()
    desk.close()


def test_a_new_file_is_taken_when_it_rests(bench: Bench) -> None:
    # given a file that is still being written
    bench.write("a.csv", HEADER + sale(1))
    assert bench.look() == []
    bench.now += timedelta(seconds=3)
    bench.write("a.csv", sale(2), "a")
    # when it is looked at before it has rested, then it is left alone
    assert bench.look() == []
    assert bench.look(after=SETTLE - 1) == []
    # when it has rested, then it is taken, and not again
    assert bench.look(after=1) == ["a.csv: 2 rows, 2 accepted; 4 events added"]
    assert bench.look(after=60) == []
    assert bench.orders() == ["1/1", "2/2"]


def test_new_lines_are_taken_as_they_come(bench: Bench) -> None:
    # given a file of which two rows were taken
    bench.write("a.csv", HEADER + sale(1) + sale(2))
    bench.settle()
    # when it grows by a line and a half
    bench.write("a.csv", sale(3) + sale(4)[:10], "a")
    said = bench.look(after=1)
    # then the whole line is taken at once, and the other waits
    waits = "a last line of 10 bytes has no end yet"
    assert said == [f"a.csv: 1 more rows, 1 accepted; 2 events added ({waits})"]
    assert bench.entries()["a.csv"].outcome == "waiting"
    bench.write("a.csv", sale(4)[10:], "a")
    assert bench.look(after=1) == ["a.csv: 1 more rows, 1 accepted; 2 events added"]
    assert bench.orders() == ["1/1", "2/2", "3/3", "4/4"]


def test_a_last_line_that_gets_no_end_is_taken_after_a_minute(bench: Bench) -> None:
    bench.write("a.csv", HEADER + sale(1) + sale(2)[:-1])
    assert "has no end yet" in bench.settle()[0]
    assert bench.look(after=30) == []
    assert bench.look(after=30) == ["a.csv: 1 more rows, 1 accepted; 2 events added"]
    assert bench.orders() == ["1/1", "2/2"]
    # and when its end comes later, the rows after it are numbered on
    bench.write("a.csv", "\n" + sale(3), "a")
    bench.look(after=1)
    assert bench.orders() == ["1/1", "2/2", "3/3"]


def test_events_and_packed_files_are_taken_too(bench: Bench) -> None:
    bench.write("day.ndjson", event("e1") + b"\n")
    bench.write("b.csv.gz", gzip.compress((HEADER + sale(5)).encode()))
    assert len(bench.settle()) == 2
    bench.write("day.ndjson", event("e2") + b"\n", "a")
    assert bench.look(after=1) == ["day.ndjson: 1 more rows, 1 accepted; 1 events added"]
    assert bench.orders() == ["5/1"]
    assert sum(each.events for each in bench.log.stat()) == 4


def test_a_file_that_never_rests_is_taken_as_one_that_grows(bench: Bench) -> None:
    bench.write("a.csv", HEADER)
    for number in range(1, 30):
        bench.write("a.csv", sale(number), "a")
        bench.look(after=2)
    assert len(bench.orders()) >= 28


def test_a_file_that_was_written_anew_is_another_file_and_that_is_said(bench: Bench) -> None:
    bench.write("a.csv", HEADER + sale(1) + sale(2))
    bench.settle()
    bench.write("a.csv", HEADER + sale(7))
    (said,) = bench.settle()
    assert said == (
        "a.csv: 1 rows, 1 accepted; 2 events added (its beginning is not what was taken "
        "before; taken as a new file)"
    )
    assert bench.orders() == ["1/1", "2/2", "7/1"]


def test_a_bad_file_is_told_once_until_it_changes_and_others_go_on(bench: Bench) -> None:
    bench.write("a.csv", "who,what\n1,2\n")
    bench.write("b.pdf", "%PDF")
    bench.write("c.csv", HEADER + sale(1))
    said = bench.settle()
    assert [line.partition(":")[0] for line in said] == ["a.csv", "b.pdf", "c.csv"]
    assert said[0].startswith("a.csv: refused: a.csv: no shipped mapping fits its columns")
    assert bench.look(after=60) == []
    assert bench.entries()["a.csv"].outcome == "refused"
    bench.write("a.csv", HEADER + sale(2))
    assert bench.settle() == ["a.csv: 1 rows, 1 accepted; 2 events added"]
    assert bench.orders() == ["1/1", "2/1"]


def test_a_refused_file_is_tried_again_when_the_mapping_changes(
    bench: Bench, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    text = """
source: till://7
tables:
  - name: sales
    time: When
    rules:
      - events:
          - type: inventory.issue
            fields: {item: %s, loc: {value: S}, qty: Qty, uom: {value: EA}}
"""
    mapping.write_text(text % "Item")
    bench.watcher = bench.started(mapping=str(mapping))
    bench.write("a.csv", "When,Article,Qty\n2010-01-02,A,3\n")
    assert "has no column 'Item'" in bench.settle()[0]
    assert bench.look(after=60) == []
    mapping.write_text(text % "Article")
    assert bench.look(after=1) == ["a.csv: 1 rows, 1 accepted; 1 events added"]
    # and rows that were taken stay taken, whatever the mapping says now
    mapping.write_text((text % "Article").replace("value: S", "value: T"))
    bench.write("a.csv", "2010-01-03,B,4\n", "a")
    assert bench.look(after=1) == ["a.csv: 1 more rows, 1 accepted; 1 events added"]


@pytest.mark.parametrize(
    "name", [".a.csv", "a.csv.part", "a.csv.tmp", "a.csv~", "~$a.csv", "x/a.csv"]
)
def test_what_is_not_finished_hidden_or_deeper_is_left_alone(bench: Bench, name: str) -> None:
    bench.write(name, HEADER + sale(1))
    assert bench.settle() == []


def test_links_and_pipes_are_not_followed(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(HEADER + sale(1))
    (bench.asked.folder / "a.csv").symlink_to(outside)
    (bench.asked.folder / "deep").symlink_to(tmp_path)
    os.mkfifo(bench.asked.folder / "b.csv")
    bench.watcher = bench.started(is_deep=True)
    assert bench.settle() == []
    assert bench.orders() == []


def test_patterns_and_folders_inside(bench: Bench) -> None:
    bench.write("a.csv", HEADER + sale(1))
    bench.write("deep/er/b.csv", HEADER + sale(2))
    bench.write("deep/c.txt", HEADER + sale(3))
    bench.watcher = bench.started(is_deep=True, patterns=("b*", "*.txt"))
    assert sorted(bench.settle()) == [
        "b.csv: 1 rows, 1 accepted; 2 events added",
        "c.txt: 1 rows, 1 accepted; 2 events added",
    ]


def test_a_renamed_file_is_not_taken_again(bench: Bench) -> None:
    path = bench.write("a.csv", HEADER + sale(1))
    bench.settle()
    path.rename(path.with_name("b.csv"))
    bench.settle()
    shutil.copy(path.with_name("b.csv"), path.with_name("c.csv"))
    bench.settle()
    assert bench.orders() == ["1/1"]


def test_a_file_that_was_imported_by_hand_goes_on_from_there(bench: Bench) -> None:
    # given a file that was imported, and has grown since
    path = bench.write("a.csv", HEADER + sale(1))
    run_import([path], None, bench.settings, bench.log)
    bench.write("a.csv", sale(2), "a")
    # when its folder is watched
    assert bench.settle() == ["a.csv: 1 more rows, 1 accepted; 2 events added"]
    # and when what the watch took is imported by hand, there is nothing new
    bench.write("a.csv", sale(3), "a")
    bench.look(after=1)
    summary = run_import([path], None, bench.settings, bench.log)
    assert (summary.read, summary.duplicates, summary.events) == (3, 3, 0)
    assert bench.orders() == ["1/1", "2/2", "3/3"]


def test_a_new_watcher_knows_what_the_former_took(bench: Bench) -> None:
    bench.write("a.csv", HEADER + sale(1))
    bench.settle()
    bench.watcher = bench.started()
    assert bench.settle() == []
    # even when it died before the desk heard of it
    bench.desk.note_watched(replace(bench.entries()["a.csv"], size=0, taken=0, sha256=""))
    assert bench.settle() == []
    assert bench.orders() == ["1/1"]


def test_two_watchers_of_one_folder_take_each_row_once(bench: Bench) -> None:
    other = bench.started()
    bench.write("a.csv", HEADER + sale(1))
    for number in range(2, 8):
        bench.watcher.look()
        other.look()
        bench.now += timedelta(seconds=SETTLE)
        bench.watcher.look()
        other.look()
        bench.write("a.csv", sale(number), "a")
    assert len(bench.orders()) == len(set(bench.orders())) >= 6


def test_files_that_were_taken_whole_can_be_moved(bench: Bench, tmp_path: Path) -> None:
    done = tmp_path / "done"
    bench.watcher = bench.started(move_to=done)
    bench.write("a.csv", HEADER + sale(1))
    bench.write("b.csv", HEADER + sale(2)[:-1])
    bench.write("c.csv", "no")
    said = bench.settle()
    assert f"a.csv: moved to {done / 'a.csv'}" in said
    assert sorted(each.name for each in done.iterdir()) == ["a.csv"]
    # and another of that name gets another name there
    bench.write("a.csv", HEADER + sale(3))
    bench.settle()
    assert sorted(each.name for each in done.iterdir()) == ["a-2.csv", "a.csv"]
    assert (done / "a-2.csv").read_text() == HEADER + sale(3)
    assert sorted(each.name for each in bench.asked.folder.iterdir()) == ["b.csv", "c.csv"]


def test_a_log_that_cannot_take_it_is_no_fault_of_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("a.csv", HEADER + sale(1))
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> None:
            raise LogError("The disk is full.")

        patch.setattr(SqliteLog, "append", full)
        assert bench.settle() == ["a.csv: The disk is full."]
        assert bench.look(after=1) == []  # the same trouble is told once
    assert bench.look(after=1) == ["a.csv: 1 rows, 1 accepted; 2 events added"]


def test_a_header_without_rows_is_waited_for_and_then_left(bench: Bench) -> None:
    bench.write("a.csv", HEADER)
    bench.settle()
    bench.look(after=60)
    assert bench.entries()["a.csv"].note == "it has no rows yet"
    assert bench.look(after=60) == []
    bench.write("a.csv", sale(1), "a")
    assert bench.settle() == ["a.csv: 1 rows, 1 accepted; 2 events added"]


def test_the_ledger_is_a_table(bench: Bench) -> None:
    bench.write("a.csv", HEADER + sale(1))
    bench.settle()
    entries = bench.desk.watched(str(bench.asked.folder))
    (row,) = table_of(entries, bench.asked.folder, is_brief=False).to_pylist()
    assert (row["file"], row["outcome"], row["rows"]) == ("a.csv", "taken", 1)
    assert row["bytes"] == row["size"] == len(HEADER + sale(1))


def test_what_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    asked = Asked(folder=tmp_path)
    assert asked.checked() == asked
    with pytest.raises(SettingsError, match="There is no folder"):
        replace(asked, folder=tmp_path / "no").checked()
    with pytest.raises(SettingsError, match="the watched folder itself"):
        replace(asked, move_to=tmp_path).checked()
    with pytest.raises(MappingError, match="There is no mapping 'no'"):
        replace(asked, mapping="no").checked()


@pytest.mark.parametrize("text", ["'/in", "=mapping"])
def test_a_setting_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="SIGHTLINE_WATCH"):
        asked_in(text)
