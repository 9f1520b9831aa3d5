# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many times more events per CPU-second does the position engine take than a naive one?

Both get the same events in the same batches, inside a Bytewax dataflow, and must end with the
same positions. Ours looks for duplicates, works out counts and keeps snapshots of its states
for recovery every second; the naive one does none of it, and its rows are unpacked from Arrow
before its clock starts. ``SIGHTLINE_BENCH_EVENTS`` sets the number of events, 2 000 000 unless
it is given.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bytewax.operators as op
import click
import numpy as np
import pyarrow as pa
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import TestingSource, run_main
from rivals import mix, naive

from streams.flows.stateful import keep
from streams.logic.dedupe import DedupeState
from streams.logic.positions import PartitionState

EVENTS = 2_000_000
SEED = 7
ROUNDS = 2  # turn by turn, the best of each counts: a busy machine slows either now and then
EPOCH = timedelta(seconds=1)
COMPARED = ("on_hand", "reserved", "outstanding", "on_order", "backordered", "over_received")
SCALE = 10_000

Batches = list[tuple[int, pa.Table]]
Final = dict[tuple[str, str], tuple[int, ...]]


class Last(DynamicSink[tuple[str, Any]]):
    """Keeps the last row of each key, or what `take` makes of it."""

    def __init__(self, take: Callable[[str, Any], None]) -> None:
        self.take = take

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "_LastPartition":
        """Open the sink."""
        del step_id, worker_index, worker_count
        return _LastPartition(self.take)


class _LastPartition(StatelessSinkPartition[tuple[str, Any]]):
    def __init__(self, take: Callable[[str, Any], None]) -> None:
        self.take = take

    def write_batch(self, items: list[tuple[str, Any]]) -> None:
        for key, row in items:
            self.take(key, row)


def main() -> None:
    """Run both, compare, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    batches = mix.batches(mix.make(count, seed=SEED))
    events = sum(len(table) for _, table in batches)
    unpacked = [_unpacked(table) for _, table in batches]
    slow, fast = [], []
    for _ in range(ROUNDS):
        naive_seconds, expected = _naive(unpacked)
        engine_seconds, found = _engine(batches)
        if found != expected:
            sys.exit(f"positions differ: {_first_difference(found, expected)}")
        slow.append(naive_seconds)
        fast.append(engine_seconds)
    answer = {
        "name": "positions_vs_naive",
        "value": round(events / min(fast)),
        "unit": "events per CPU-second",
        "baseline": round(events / min(slow)),
        "ratio": round(min(slow) / min(fast), 2),
    }
    click.echo(json.dumps(answer))


def _naive(batches: list[list[tuple[str, naive.Event]]]) -> tuple[float, Final]:
    last: dict[str, naive.Row] = {}
    seconds = _timed(naive.flow(batches, Last(last.__setitem__)))
    return seconds, {
        (key.split("|")[0], key.split("|")[1]): tuple(getattr(row, name) for name in COMPARED)
        for key, row in last.items()
    }


def _engine(batches: Batches) -> tuple[float, Final]:
    last: dict[str, PartitionState] = {}
    with TemporaryDirectory(prefix="sightline-bench-") as folder:
        init_db_dir(folder, 1)
        flow = _engine_flow(batches, Last(last.__setitem__), Path(folder))
        seconds = _timed(flow, epoch_interval=EPOCH, recovery_config=RecoveryConfig(folder))
    return seconds, {
        key: row for state in last.values() for key, row in _final(state.current()).items()
    }


def _engine_flow(
    batches: Batches, sink: DynamicSink[tuple[str, Any]], folder: Path
) -> Dataflow:
    dataflow = Dataflow("engine")
    source = TestingSource([(str(part), table) for part, table in batches])
    keyed = op.input("batches", dataflow, source)
    fresh = op.stateful_batch("dedupe", keyed, keep(folder, lambda _: DedupeState(), _dedupe))
    tracked = op.stateful_batch(
        "track", fresh, keep(folder, lambda _: PartitionState(part=0, gen=1), _track)
    )
    op.output("rows", tracked, sink)
    return dataflow


def _dedupe(state: DedupeState, tables: list[pa.Table]) -> list[pa.Table]:
    return [state.apply(table).fresh for table in tables]


def _track(state: PartitionState, tables: list[pa.Table]) -> list[PartitionState]:
    for table in tables:
        state.apply(table)
    return [state]


def _timed(dataflow: Dataflow, **options: Any) -> float:
    gc.collect()
    gc.freeze()  # what was made for the benchmark is not the runner's rubbish to look through
    began = time.process_time()
    run_main(dataflow, **options)
    seconds = time.process_time() - began
    gc.unfreeze()
    return seconds


def _unpacked(table: pa.Table) -> list[tuple[str, naive.Event]]:
    """Return (item|loc, event) of every row of `table`."""
    columns = (table[name].to_pylist() for name in ("type", "item", "loc"))
    lines = zip(table["order_line"].to_pylist(), table["po_line"].to_pylist(), strict=True)
    qty = (np.asarray(table["base_qty"].cast(pa.float64())) * SCALE).astype(np.int64).tolist()
    return [
        (f"{item}|{loc}", naive.Event(_short(kind), order or purchase, q))
        for kind, item, loc, (order, purchase), q in zip(*columns, lines, qty, strict=True)
    ]


def _short(kind: str) -> str:
    return sys.intern(kind.removeprefix("io.sightline.").removesuffix(".v1"))


def _final(table: pa.Table) -> Final:
    columns = [
        (np.asarray(table[name].cast(pa.float64())) * SCALE).astype(np.int64).tolist()
        for name in COMPARED
    ]
    keys = zip(table["item"].to_pylist(), table["loc"].to_pylist(), strict=True)
    return dict(zip(keys, zip(*columns, strict=True), strict=True))


def _first_difference(found: Final, expected: Final) -> str:
    names = ", ".join(COMPARED)
    for key in sorted(found.keys() | expected.keys()):
        if found.get(key) != expected.get(key):
            return f"{key}: engine {found.get(key)}, naive {expected.get(key)} ({names})"
    return "nothing"


if __name__ == "__main__":
    main()
