# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real logs: SQL by changed cases gives what pandas and PM4Py compute directly."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mining import facts
from mining.runner import mine_once
from sightline.store import Store

SHARED = Path(__file__).parents[3] / "shared" / "data"
STAMP = pl.Datetime("ms", "UTC")
FIRST_OFFSET = 1 << 16
GENERATION = 900  # apart from what other tests write

XES = {
    "case_id": "case:concept:name",
    "activity": "concept:name",
    "time": "time:timestamp",
    "actor": "org:resource",
}
LOGS = {
    "declarations": "bpic2020_DomesticDeclarations.parquet",
    "purchasing": "PurchasingExample.csv.gz",
    "permits": "wabo_receipt.parquet",
    "loans": "bpic2012.parquet",
}

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"real data is absent: no {SHARED}"),
]


@dataclass(frozen=True, slots=True)
class Mining:
    """A real log as pandas sees it, sorted by case and end, and the store that mined it."""

    name: str
    store: Store
    log: pd.DataFrame

    @property
    def cases(self) -> Any:
        return self.log.groupby("case_id", sort=False)


@pytest.fixture(scope="module", params=LOGS)
def mining(request: pytest.FixtureRequest, engine: Store) -> Mining:
    """Mine one log in three cuts that split cases, its rows in random order."""
    name, seconds = request.param, 0.0
    log = _read(SHARED / LOGS[name]).with_columns(process=pl.lit(name))
    arriving = np.random.default_rng(7).permutation(len(log))
    offset = FIRST_OFFSET
    for cut in np.array_split(arriving, 3):
        _write(engine, log[cut], name, offset)
        offset += len(cut)
        began = time.process_time()
        mine_once(engine)
        seconds += time.process_time() - began
    print(f"\n{name}: {len(log)} events in three cuts, {seconds:.2f} CPU s")  # noqa: T201
    return Mining(name, engine, _sorted(log))


def test_cases_events_and_activities_are_all_there(mining: Mining) -> None:
    known = facts.processes(mining.store).set_index("process").loc[mining.name]
    assert known["cases"] == mining.log["case_id"].nunique()
    assert known["events"] == len(mining.log)
    found = mining.store.read("activities", process=mining.name)
    counts = dict(zip(found["activity"], found["events"], strict=True))
    assert counts == mining.log["activity"].value_counts().to_dict()


def test_starts_and_ends_are_those_of_a_sort(mining: Mining) -> None:
    store, activity = mining.store, mining.cases["activity"]
    assert _counts(facts.starts(store, mining.name)) == Counter(activity.first())
    assert _counts(facts.ends(store, mining.name)) == Counter(activity.last())


def test_paths_and_their_waits_are_those_of_a_shift(mining: Mining) -> None:
    # given the waits of neighbours
    before = mining.cases[["activity", "time"]].shift()
    pairs = pd.DataFrame(
        {
            "activity": before["activity"],
            "next_activity": mining.log["activity"],
            "wait": (mining.log["start"] - before["time"]) / pd.Timedelta("1ms"),
        }
    ).dropna()
    expected = pairs.groupby(["activity", "next_activity"])["wait"].agg(
        n="count",
        wait_sum_ms="sum",
        wait_p50_ms="median",
        wait_p95_ms=lambda waits: waits.quantile(0.95),
        overlaps=lambda waits: (waits < 0).sum(),
    )
    expected[["wait_p50_ms", "wait_p95_ms"]] = expected[["wait_p50_ms", "wait_p95_ms"]].clip(0)
    # then SQL finds the same
    found = facts.dfg(mining.store, mining.name).set_index(["activity", "next_activity"])
    pd.testing.assert_frame_equal(
        found[expected.columns].astype(float), expected.loc[found.index].astype(float)
    )
    assert len(found) == len(expected)


def test_variants_are_those_of_a_sort(mining: Mining) -> None:
    found = facts.variants(mining.store, mining.name)
    counts = {
        tuple(order): cases
        for order, cases in zip(found["activities"], found["cases"], strict=True)
    }
    assert counts == Counter(mining.cases["activity"].agg(tuple))
    assert len(counts) == len(found)
    assert found["share"].sum() == pytest.approx(1)


def test_cycle_times_are_exact(mining: Mining) -> None:
    # given last end - first start of each case
    lasted = (mining.cases["time"].max() - mining.cases["start"].min()) / pd.Timedelta("1ms")
    # then every case, the median and the 95th percentile agree
    found = facts.cases(mining.store, mining.name).set_index("case_id")["duration_ms"]
    assert found.to_dict() == lasted.astype("int64").to_dict()
    (row,) = facts.cycle_time(mining.store, mining.name).to_dict("records")
    assert row["p50_ms"] == lasted.quantile(0.5)
    assert row["p95_ms"] == pytest.approx(lasted.quantile(0.95), rel=1e-12)


def test_rework_is_what_is_counted_twice(mining: Mining) -> None:
    times = mining.log.groupby(["case_id", "activity"]).size()
    again = times[times > 1]
    found = facts.rework(mining.store, mining.name).set_index("activity")
    assert found["cases"].to_dict() == again.groupby("activity").size().to_dict()
    assert found["repeats"].to_dict() == (again - 1).groupby("activity").sum().to_dict()


@pytest.mark.filterwarnings("ignore")
def test_pm4py_finds_the_same_paths_and_variants(mining: Mining) -> None:
    # given PM4Py's own view of the sorted log
    import pm4py  # noqa: PLC0415

    columns = {
        "case_id": "case:concept:name",
        "activity": "concept:name",
        "time": "time:timestamp",
    }
    log = mining.log.rename(columns=columns)[list(columns.values())]
    dfg, starts, ends = pm4py.discover_dfg(log)
    # then paths, starts, ends and rework agree
    found = facts.dfg(mining.store, mining.name)
    pairs = zip(found["activity"], found["next_activity"], strict=True)
    assert dict(zip(pairs, found["n"], strict=True)) == dict(dfg)
    assert _counts(facts.starts(mining.store, mining.name)) == starts
    assert _counts(facts.ends(mining.store, mining.name)) == ends
    again = facts.rework(mining.store, mining.name)
    expected = pm4py.get_rework_cases_per_activity(log)
    assert dict(zip(again["activity"], again["cases"], strict=True)) == expected


def _read(path: Path) -> pl.DataFrame:
    """Return case_id, activity, actor, start and time of every row, in file order."""
    if path.suffix == ".parquet":
        log = pl.read_parquet(path).select(**{new: pl.col(old) for new, old in XES.items()})
        log = log.with_columns(start=pl.col("time"), start_time=pl.lit(None, STAMP))
    else:
        moment = pl.col("start_time", "end_time").str.to_datetime(time_zone="UTC")
        log = (
            pl.read_csv(path)
            .with_columns(moment)
            .with_columns(
                start=pl.col("start_time"), time=pl.col("end_time"), actor=pl.col("resource")
            )
        )
    stamps = pl.col("time", "start", "start_time").cast(STAMP)
    return log.with_columns(stamps, pl.col("case_id").cast(pl.String)).with_row_index("row")


def _write(store: Store, log: pl.DataFrame, name: str, offset: int) -> None:
    here = {
        "part": pl.lit(list(LOGS).index(name), pl.UInt8),
        "gen": pl.lit(GENERATION, pl.UInt32),
    }
    events = log.select(
        "process",
        "case_id",
        "activity",
        "time",
        "start_time",
        pl.col("actor").fill_null(""),
        **here,
        id=pl.format("{}-{}", pl.lit(name), "row"),
        source=pl.lit("file"),
        type=pl.lit("io.sightline.process.activity.v1"),
        recordedtime="time",
        ingest_time="time",
        sequence=pl.col("row").cast(pl.String).str.zfill(9),
        off=pl.int_range(offset, offset + pl.len(), dtype=pl.UInt64),
    )
    store.insert_arrow("events", _plain(events))
    counts = {name: pl.lit(0, pl.UInt64) for name in ("duplicates", "dead_letters")}
    reached = pl.select(**here, off=pl.lit(offset + len(log) - 1, pl.UInt64), **counts)
    store.insert_arrow("progress", _plain(reached.with_columns(events="off")))


def _plain(table: pl.DataFrame) -> pa.Table:
    return table.to_arrow(compat_level=pl.CompatLevel.oldest())


def _sorted(log: pl.DataFrame) -> pd.DataFrame:
    return log.sort("case_id", "time", "row").to_pandas()


def _counts(found: pd.DataFrame) -> dict[str, int]:
    return dict(zip(found["activity"], found["n"], strict=True))
