# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Parquet file with a whole CloudEvent in every row needs no mapping."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.events.refusal import LONGEST_LINE
from sightline.imports import Summary
from sightline.imports.files import file_at
from sightline.imports.suggest.sample import holds_events
from sightline.log.sqlite import SqliteLog

Bring = Callable[..., Summary]


def issue(name: str, **more: Any) -> str:
    told = {
        "specversion": "1.0",
        "id": name,
        "source": "erp://x",
        "type": "io.sightline.inventory.issue.v1",
        "time": "2026-03-02T06:00:00Z",
        "data": {"item": "A", "loc": "L", "q": {"qty": "1", "uom": "EA"}},
    }
    return json.dumps(told | more)


def parquet_of(path: Path, events: list[str | None]) -> Path:
    beside = {name: ["x"] * len(events) for name in ("id", "source", "type", "time")}
    pq.write_table(pa.table(beside | {"event": pa.array(events, pa.string())}), path)
    return path


def test_events_in_rows_enter_the_log_as_they_are(
    tmp_path: Path, bring: Bring, log: SqliteLog
) -> None:
    # given two events, one of them with line ends between its words, and rows without one
    spread = issue("b").replace(', "data"', ',\n"data"')
    path = parquet_of(tmp_path / "events.parquet", [issue("a"), None, spread, " "])
    # when the file is imported, twice
    first, second = bring(path), bring(path)
    # then both are in the log once
    assert (first.read, first.accepted, second.duplicates) == (2, 2, 2)
    batches = [each for part in log.heads() for each in log.read(part, -1, events=9)]
    assert b"".join(each.body for each in batches).count(b'"id"') == 2
    assert sum(each.events for each in batches) == 2


def test_what_is_wrong_in_a_row_becomes_a_dead_letter(tmp_path: Path, bring: Bring) -> None:
    # given an event among one that is cut off and one that is far too long
    events = [issue("a"), issue("b")[:80], issue("c", subject="x" * LONGEST_LINE)]
    path = parquet_of(tmp_path / "events.parquet", events)
    # when it is imported
    summary = bring(path)
    # then each is counted as what it is
    assert summary.accepted == 1
    assert +summary.rejected == Counter(not_json=1, too_large=1)


def test_other_parquet_files_still_need_a_mapping(tmp_path: Path, bring: Bring) -> None:
    # given a table that has a column called event and nothing beside it
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"event": ["started"], "case": ["1"]}), path)
    # when it is imported
    # then a mapping is asked for
    assert not holds_events(file_at(path))
    with pytest.raises(MappingError):
        bring(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, bring: Bring) -> None:
    # given a file of events without its end
    path = parquet_of(tmp_path / "events.parquet", [issue("a")] * 100)
    path.write_bytes(path.read_bytes()[:-50])
    # when it is imported
    # then one line says that nothing was
    with pytest.raises(ImportFileError, match="cut off or is no Parquet file"):
        bring(path)
