# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of CloudEvents enter the log in order of time, and one id says one thing."""

import json
import random
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.imports import Summary, by_time, cloudevents, run_import, spill
from sightline.imports.files import file_at
from sightline.imports.growing import Grower
from sightline.imports.growth import MAPPING
from sightline.imports.rehearsal import rehearsed
from sightline.imports.runner import SCRATCH
from sightline.log import open_log
from sightline.log.ledger import Imported
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

Write = Callable[[str, str | bytes], Path]
Bring = Callable[..., Summary]
Refused = Callable[[SqliteLog], list[dict[str, Any]]]
Line = dict[str, Any]


def issue(name: str, second: int, item: str = "A", qty: str = "1") -> Line:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "erp://x",
        "type": "io.sightline.inventory.issue.v1",
        "time": f"2026-03-02T{6 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
        "data": {"item": item, "loc": "L", "q": {"qty": qty, "uom": "EA"}},
    }


def told(lines: list[Line]) -> str:
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def held(log: SqliteLog) -> list[list[tuple[str, bytes]]]:
    """Return what the log has by partition: kind and bytes, without places in the file."""
    return [
        [
            _plain(batch.fmt, line)
            for batch in log.read(part, -1, events=1 << 40)
            for line in batch.body.split(b"\n")
        ]
        for part in range(log.partitions)
    ]


def _plain(fmt: str, line: bytes) -> tuple[str, bytes]:
    if fmt != "refused":
        return fmt, line
    refusal = msgspec.json.decode(line)
    return refusal["reason"], refusal["raw"].encode()


def ids(log: SqliteLog, part: int = 0) -> list[str]:
    return [json.loads(line)["id"] for _, line in held(log)[part]]


@pytest.fixture
def narrow(tmp_path: Path) -> SqliteLog:
    """Give a log of one partition."""
    return SqliteLog(tmp_path / "narrow.db", partitions=1)


def test_lines_are_sorted_by_time_and_ties_stay_as_they_were(
    write: Write, home: Settings, narrow: SqliteLog
) -> None:
    # given lines in no order, two of one moment that they spell differently
    late, first, second = issue("late", 9), issue("first", 5), issue("second", 5)
    second["time"] = "2026-03-02T07:00:05+01:00"
    file = write("a.ndjson", told([late, first, second, issue("early", 1)]))
    # when they are imported
    with closing(narrow):
        run_import([file], None, home, narrow)
        # then the log has them by time
        assert ids(narrow) == ["early", "first", "second", "late"]


def test_what_states_no_time_comes_first_and_is_refused(
    write: Write, home: Settings, narrow: SqliteLog
) -> None:
    local = issue("local", 7) | {"time": "2026-03-02T06:00:00"}
    body = told([issue("b", 2)]) + "no event\n" + told([local, issue("a", 1)])
    with closing(narrow):
        summary = run_import([write("a.ndjson", body)], None, home, narrow)
        lines = [line for _, line in held(narrow)[0]]
    assert (summary.accepted, dict(+summary.rejected)) == (2, {"not_json": 1, "no_offset": 1})
    assert lines[0] == b"no event"
    assert [json.loads(line)["id"] for line in lines[1:]] == ["local", "a", "b"]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_shuffle_of_a_file_gives_the_same_log(data: st.DataObject) -> None:
    # given events at moments of their own, of which some share ids
    count = data.draw(st.integers(1, 40))
    names = data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=count, max_size=count))
    lines = [issue(n, at, item=f"I{at % 3}", qty=str(at % 2 + 1)) for at, n in enumerate(names)]
    shuffled = data.draw(st.permutations(lines))
    cut = data.draw(st.sampled_from([1, 3, 1000]))
    # when they are imported in order, and shuffled and sorted in small runs on disk
    assert _log_of(lines, 1000) == _log_of(shuffled, cut)


def _log_of(lines: list[Line], run: int) -> object:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_time, "CHUNK_LINES", run)
        patch.setattr(spill, "BLOCK", 2)
        patch.setattr(spill, "STEP", 4)
        file = Path(name) / "a.ndjson"
        file.write_text(told(lines))
        home = Settings(home=Path(name) / "home")
        with closing(open_log(home)) as log:
            summary = run_import([file], None, home, log)
            counts = (summary.accepted, summary.duplicates, dict(+summary.rejected))
            lines_of = [_events_first(part) for part in held(log)]
            return lines_of, summary.read, counts


def _events_first(lines: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return events before refused lines, which stand after those of their append."""
    return sorted(lines, key=lambda each: each[0] != "ndjson")


def test_large_lines_are_sorted_in_small_blocks(
    write: Write, home: Settings, narrow: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given lines of which few fit into a block, in runs that overlap
    monkeypatch.setattr(by_time, "CHUNK_BYTES", 60_000)
    monkeypatch.setattr(spill, "BLOCK_BYTES", 12_000)
    monkeypatch.setattr(spill, "STEP_BYTES", 30_000)
    lines = [issue(str(at), at, item=f"{at:0200}") for at in range(600)]
    loaded: list[int] = []
    concat = spill.pl.concat

    def watched(frames: list[Any], *more: Any) -> Any:
        loaded.append(sum(frame.estimated_size() for frame in frames))
        return concat(frames, *more)

    monkeypatch.setattr(spill.pl, "concat", watched)
    random.Random(3).shuffle(lines)  # noqa: S311  a repeatable disorder
    # when they are imported, then they come in order, a part of them in memory at a time
    with closing(narrow):
        run_import([write("a.ndjson", told(lines))], None, home, narrow)
        assert ids(narrow) == [str(at) for at in range(600)]
    assert len(loaded) > 3
    assert max(loaded) < sum(len(line) for line in told(lines).splitlines())


def test_a_contradiction_of_another_item_is_one_dead_letter(
    write: Write, home: Settings, bring: Bring, log: SqliteLog, refused_in: Refused
) -> None:
    # given a line with the id of an earlier one, about an item of another partition
    lines = [issue("1", 8, item="B", qty="5"), issue("1", 3, item="A"), issue("2", 4)]
    file = write("a.ndjson", told(lines))
    # when it is rehearsed, then the refusal is counted and told, with its line
    with rehearsed([file], None, home) as found:
        (refusal,) = found.refusals()
        assert dict(+found.summary.rejected) == {"conflict": 1}
    assert (refusal.file, refusal.row, refusal.code) == ("a.ndjson", 1, "conflict")
    # when it is imported, then the log refuses what came later in time
    summary = bring(file)
    assert (summary.read, summary.accepted, dict(+summary.rejected)) == (3, 2, {"conflict": 1})
    (kept,) = refused_in(log)
    assert (kept["kind"], kept["source"], kept["id"]) == ("conflict", "erp://x", "1")
    assert json.loads(kept["raw"]) == lines[0]


def test_a_growing_file_is_sorted_stretch_by_stretch(
    tmp_path: Path, home: Settings, narrow: SqliteLog
) -> None:
    # given a file that is taken, grows by lines in no order, and is taken again
    file = tmp_path / "day.ndjson"
    with closing(narrow):
        for lines in (
            [issue("c", 30), issue("b", 20)],
            [issue("e", 25), issue("d", 10), issue("d", 40, item="X")],
        ):
            with file.open("a") as more:
                more.write(told(lines))
            grower = Grower(file_at(file), None, narrow, home.home / SCRATCH)
            taken = grower.take(narrow.prefixes(MAPPING), with_last=False)
        # then each stretch is in order, and its contradiction refused
        named = [(kind.partition(":")[0], json.loads(line)) for kind, line in held(narrow)[0]]
    assert [(kind, line["id"], line["data"]["item"]) for kind, line in named] == [
        ("ndjson", "b", "A"),
        ("ndjson", "c", "A"),
        ("ndjson", "d", "A"),
        ("ndjson", "e", "A"),
        ("conflict", "d", "X"),
    ]
    assert dict(+taken.summary.rejected) == {"conflict": 1}


def test_an_import_that_began_unsorted_is_finished_unsorted(
    write: Write, home: Settings, narrow: SqliteLog
) -> None:
    # given a ledger of which an earlier version took two lines in the order of the file
    lines = [issue("d", 4), issue("c", 3), issue("b", 2), issue("a", 1)]
    file = write("a.ndjson", told(lines))
    first = [by_time.Line(n, json.dumps(each).encode(), 1, "") for n, each in enumerate(lines)]
    entry = Imported(
        file_sha256=file_at(file).sha256(),
        mapping_sha256=MAPPING,
        row_from=0,
        row_to=2,
        total=0,
        file=file.name,
        events=2,
        rows=2,
    )
    with closing(narrow):
        narrow.append(cloudevents.pieces_of(first[:2], 1, ("", ""), {}), imported=[entry])
        # when the import goes on
        summary = run_import([file], None, home, narrow)
        # then nothing is lost or doubled
        assert ids(narrow) == ["d", "c", "b", "a"]
        assert (summary.duplicates, summary.accepted) == (2, 2)
        assert run_import([file], None, home, narrow).duplicates == 4
