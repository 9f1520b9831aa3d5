# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events as the stream writes them, without the stream."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from mining.runner import mine_once
from sightline.events.columns import TIME
from sightline.store import Store

DAWN = datetime(2024, 1, 1, tzinfo=UTC)
ACTIVITY = "io.sightline.process.activity.v1"
TYPES = {
    "time": TIME,
    "recordedtime": TIME,
    "ingest_time": TIME,
    "start_time": TIME,
    "part": pa.uint8(),
    "off": pa.uint64(),
    "gen": pa.uint32(),
}


@dataclass
class Stream:
    """Write rows as the sink does: events and relations first, then how far it got."""

    store: Store
    reached: dict[tuple[int, int], int] = field(default_factory=dict)
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def write(self, rows: Iterable[dict[str, Any]], *, note: bool = True) -> None:
        """Write `rows`; a row is an event, ``objects`` the (type, id) that it tells of."""
        placed = [self._placed(row) for row in rows]
        self._insert("events", [_without(row, "objects") for row in placed])
        self._insert("e2o", [each for row in placed for each in _relations(row)])
        if note:
            self.note()

    def note(self) -> None:
        """Note in `progress` how far every partition was read."""
        counts = {"events": 0, "duplicates": 0, "dead_letters": 0}
        self._insert(
            "progress",
            [
                {"gen": gen, "part": part, "off": off, **counts}
                for (gen, part), off in self.reached.items()
            ],
        )

    def _placed(self, row: dict[str, Any]) -> dict[str, Any]:
        number = next(self.count)
        known = {"part": 0, "gen": 1, "id": f"e{number}", "source": "test", "sequence": ""}
        placed = {**known, "recordedtime": row["time"], "ingest_time": row["time"], **row}
        log = placed["gen"], placed["part"]
        self.reached[log] = self.reached.get(log, 1 << 16) + 1
        return {**placed, "off": self.reached[log]}

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {
            name: pa.array([row.get(name) for row in rows], TYPES.get(name)) for name in names
        }
        self.store.insert_arrow(table, pa.table(columns))


@pytest.fixture
def stream(store: Store) -> Stream:
    """Give a stream that writes into the empty store."""
    return Stream(store)


@pytest.fixture
def step() -> Callable[..., dict[str, Any]]:
    """Give a maker of `process.activity` rows; `at` is in hours."""

    def made(case: str, activity: str, at: float, **more: Any) -> dict[str, Any]:
        known = {"type": ACTIVITY, "process": "p", "case_id": case, "activity": activity}
        return {**known, "time": DAWN + timedelta(hours=at), **more}

    return made


@pytest.fixture
def four_cases(stream: Stream, step: Callable[..., dict[str, Any]]) -> Store:
    """Give a store with the mined log of oracles O11 and O12."""
    told = {
        "1": [("requested", "A", 0), ("approved", "B", 4), ("released", "sys", 1)],
        "2": [("requested", "A", 0), ("approved", "A", 1), ("released", "sys", 1)],
        "3": [
            ("requested", "A", 0),
            ("escalated", "sys", 24),
            ("approved", "C", 30),
            ("released", "sys", 1),
        ],
        "4": [
            ("requested", "D", 0),
            ("rejected", "B", 2),
            ("requested", "D", 5),
            ("approved", "B", 3),
            ("released", "sys", 1),
        ],
    }
    rows = []
    for case, events in told.items():
        clock = itertools.accumulate(hours for _, _, hours in events)
        for (activity, actor, _), at in zip(events, clock, strict=True):
            rows.append(step(case, activity, at, actor=actor))
    stream.write(rows)
    mine_once(stream.store)
    return stream.store


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _relations(row: dict[str, Any]) -> list[dict[str, Any]]:
    told = {name: row[name] for name in ("time", "sequence", "type", "part", "off", "gen")}
    told["tenant"] = row.get("tenant", "main")
    return [
        {**told, "event_id": row["id"], "otype": otype, "oid": oid, "qualifier": qualifier}
        for otype, oid, qualifier in row.get("objects", ())
    ]
