# SPDX-License-Identifier: AGPL-3.0-or-later
"""Into how many partitions the log is cut shows in no table."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

import mining.runner
from sightline.log import open_log
from sightline.settings import Settings
from sightline.sim.output.into_log import append
from sightline.sim.transport.delivered import Delivered
from sightline.store import Store
from streams import runner
from tests.sim.truth.played import play, tiny

# where a row stands in the log, when it came in by the clock, and versions made of offsets
OF_THE_LOG = {
    "part", "off", "gen", "ver", "revision", "ingest_time", "at", "ingested", "is_deleted",
    "cause", "cause_off",
}  # fmt: skip
FACTS = ("events", "e2o", "dlq", "restatements")
STATES = (
    "v_positions", "v_position_hour", "v_open_lines", "v_demand", "v_anomalies",
    "v_transitions", "v_cases", "v_items", "v_costs", "v_planning_params",
)  # fmt: skip


def _told(settings: Settings, store: Store, delivered: Iterable[Delivered]) -> dict[str, int]:
    log = open_log(settings)
    try:
        append(delivered, log)
        runner.run_until_idle(settings, store, log)
    finally:
        log.close()
    mining.runner.mine_once(store)
    return {name: _sum(store, name) for name in (*FACTS, *STATES)}


def _sum(store: Store, table: str) -> int:
    """Return a hash of all rows that does not depend on their order."""
    names = store.ask(f"DESCRIBE TABLE {table}")["name"].to_pylist()
    kept = ", ".join(f"toString({name})" for name in names if name not in OF_THE_LOG)
    found = store.ask(f"SELECT count() AS n, sum(cityHash64({kept})) AS h FROM {table}")  # noqa: S608
    (row,) = found.to_pylist()
    return hash((row["n"], row["h"]))


def _emptied(raw: Client) -> None:
    names = raw.query(
        "SELECT name FROM system.tables"
        " WHERE database = 'default' AND endsWith(engine, 'MergeTree') AND total_rows > 0"
    ).result_columns
    for name in names[0] if names else []:
        raw.command("TRUNCATE TABLE {name:Identifier}", parameters={"name": name})


def _compare(days: int, store: Store, raw: Client, folder: Path) -> None:
    # given a world with all noise on
    delivered = play(tiny(2, "X4", "X6", "X13").lasting(days), folder / "truth").delivered
    found = {}
    for partitions in (1, 4, 8):
        _emptied(raw)
        home = Settings(
            home=folder / str(partitions), store="chdb://memory", partitions=partitions
        )
        # when it goes through a log of so many partitions
        found[partitions] = _told(home, store, delivered)
    # then every table holds the same
    assert found[4] == found[1]
    assert found[8] == found[1]
    assert pl.Series(list(found[1].values())).n_unique() > len(STATES) // 2  # not all empty


def test_tables_are_the_same_for_one_four_and_eight_partitions(
    store: Store, raw: Client, tmp_path: Path
) -> None:
    _compare(4, store, raw, tmp_path)


@pytest.mark.slow
def test_a_month_is_the_same_for_one_four_and_eight_partitions(
    store: Store, raw: Client, tmp_path: Path
) -> None:
    _compare(28, store, raw, tmp_path)
