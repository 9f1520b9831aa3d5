# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sink that makes a replay invisible.

Facts carry (part, off). When the sink opens it reads the highest offset that each ClickHouse
partition has of each log partition and drops what is at or below it: an insert is atomic per
ClickHouse partition, so a crash between two of them leaves different heights. States need no
fence: their rows are versioned, and a replay writes the same or a newer version.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from bytewax.outputs import DynamicSink, StatelessSinkPartition

from sightline.store import Store
from streams.logic.arrays import milliseconds
from streams.logic.facts import Rows

BY_MONTH = ("events", "e2o")  # partitioned by month of `time`
FENCED = (*BY_MONTH, "dlq", "restatements")
_READ = ("closes", "policy_rank", "reverses_source")  # by expressions of table events
_ORDER = ("events", "e2o", "dlq", "exceptions")  # facts before the states made of them
_LAST = ("feeds", "progress")  # what says "done" comes last

Fences = dict[str, dict[tuple[int, int], int]]


@dataclass(slots=True)
class FencedSink(DynamicSink[Rows]):
    """Writes rows to the store, each fact once."""

    store: Store
    gen: int
    _fences: Fences = field(default_factory=dict, init=False)

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "FencedPartition":
        """Open the sink behind what the store has."""
        del step_id, worker_index, worker_count
        return FencedPartition(self.store, self.fences())

    def fences(self) -> Fences:
        """Return what the store had of each table when it was asked first, before any write."""
        for table in FENCED:
            if table not in self._fences:
                rows = self.store.read_arrow(f"fence_{table}", gen=self.gen).to_pylist()
                kept = {(row["part"], row["month"]): row["off"] for row in rows}
                self._fences[table] = kept
        return self._fences

    def told(self) -> dict[int, int]:
        """Return the last offset of each partition that tables may know: events come first."""
        found: dict[int, int] = {}
        for (part, _), off in self.fences()["events"].items():
            found[part] = max(off, found.get(part, -1))
        return found


@dataclass(slots=True)
class FencedPartition(StatelessSinkPartition[Rows]):
    """One worker's end of the sink; `fences` map (part, month) to the highest offset kept."""

    store: Store
    fences: Fences
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)

    def write_batch(self, items: list[Rows]) -> None:
        """Insert `items`, one insert per table."""
        for each in items:
            self.tables.setdefault(each.table, []).append(self._beyond_fence(each))
        names = sorted(self.tables, key=_rank)
        for name in names:
            rows = pa.concat_tables(self.tables.pop(name))
            if len(rows):
                self.store.insert_arrow(name, _stated(rows) if name == "events" else rows)

    def _beyond_fence(self, each: Rows) -> pa.Table:
        fence = self.fences.get(each.table)
        if not fence:
            return each.rows
        month = (
            months_of(each.rows) if each.table in BY_MONTH else np.zeros(len(each.rows), int)
        )
        kept = np.array([fence.get((each.part, m), -1) for m in np.unique(month).tolist()])
        height = kept[np.searchsorted(np.unique(month), month)]
        off = np.asarray(each.rows["off"]).astype(np.int64)
        is_beyond = off > height
        return each.rows if is_beyond.all() else each.rows.filter(pa.array(is_beyond))


def _stated(rows: pa.Table) -> pa.Table:
    """Return events without the columns that none of them states: the engine fills them faster.

    Those whose default reads the event are kept: null is what was read there.
    """
    empty = [name for name in rows.column_names if rows[name].null_count == len(rows)]
    return rows.drop_columns([name for name in empty if name not in _READ])


def _rank(table: str) -> tuple[int, str]:
    if table in _ORDER:
        return _ORDER.index(table), table
    return len(_ORDER) + (_LAST.index(table) + 1 if table in _LAST else 0), table


def months_of(rows: pa.Table) -> np.ndarray:
    """Return the month of `time` as yyyymm, as ClickHouse partitions by it."""
    months = (
        milliseconds(rows["time"]).astype("datetime64[ms]").astype("datetime64[M]").astype(int)
    )
    return np.asarray((1970 + months // 12) * 100 + months % 12 + 1)
