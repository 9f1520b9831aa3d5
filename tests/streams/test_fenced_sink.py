# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sink keeps each fact once, wherever an earlier run broke off."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sightline.store import Store
from streams.io.fenced_sink import FencedPartition, FencedSink, months_of
from streams.logic.facts import Rows

GEN = 1
MONTHS = (datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
TIME = pa.timestamp("ms", "UTC")


class Fact(NamedTuple):
    """One event, or one dead letter when it has no month."""

    part: int
    off: int
    month: int | None


class PowerCutError(Exception):
    """The process dies."""


@dataclass
class CutOff:
    """The real store until the power goes: then one insert keeps some of its months only."""

    store: Store
    inserts: int
    months: frozenset[int]
    tables: list[str] = field(default_factory=list)

    def read_arrow(self, name: str, **params: Any) -> pa.Table:
        return self.store.read_arrow(name, **params)

    def insert_arrow(self, table: str, rows: pa.Table) -> None:
        self.tables.append(table)
        if self.inserts:
            self.inserts -= 1
            self.store.insert_arrow(table, rows)
            return
        if "time" in rows.column_names:
            month = months_of(rows)
            kept = [MONTHS[each].year * 100 + MONTHS[each].month for each in self.months]
            self.store.insert_arrow(table, rows.filter(pa.array(np.isin(month, kept))))
        raise PowerCutError


def opened(store: Any, gen: int = GEN) -> FencedPartition:
    return FencedSink(store, gen).build("write", 0, 1)


def events(facts: Sequence[Fact], *, gen: int = GEN) -> pa.Table:
    """Return rows of table events, as many columns as matter here."""
    return pa.table(
        {
            "tenant": ["main"] * len(facts),
            "source": ["erp://a"] * len(facts),
            "id": pa.array([f"{fact.part}/{fact.off}" for fact in facts], pa.string()),
            "type": pa.array(["io.sightline.inventory.issue.v1"] * len(facts), pa.string()),
            "time": pa.array([MONTHS[fact.month or 0] for fact in facts], TIME),
            "part": pa.array([fact.part for fact in facts], pa.uint8()),
            "off": pa.array([fact.off for fact in facts], pa.uint64()),
            "gen": pa.array([gen] * len(facts), pa.uint32()),
        }
    )


def relations(facts: Sequence[Fact]) -> pa.Table:
    """Return two rows of table e2o for each event."""
    twice = [fact for fact in facts for _ in range(2)]
    whole = events(twice)
    columns = {name: whole[name] for name in ("type", "time", "part", "off", "gen")}
    return pa.table(
        columns
        | {
            "event_id": whole["id"],
            "otype": pa.array(["item"] * len(twice), pa.string()),
            "oid": pa.array(["A", "B"] * len(facts), pa.string()),
        }
    )


def letters(facts: Sequence[Fact]) -> pa.Table:
    whole = events(facts)
    return pa.table(
        {name: whole[name] for name in ("id", "part", "off", "gen")} | {"at": whole["time"]}
    )


def progress(fact: Fact) -> pa.Table:
    return pa.table(
        {
            "part": pa.array([fact.part], pa.uint8()),
            "gen": pa.array([GEN], pa.uint32()),
            "off": pa.array([fact.off], pa.uint64()),
        }
    )


def rows_of(facts: Sequence[Fact]) -> list[Rows]:
    """Return what the flow makes of a stretch of one log partition."""
    part = facts[0].part
    happened = [fact for fact in facts if fact.month is not None]
    refused = [fact for fact in facts if fact.month is None]
    found = [Rows("progress", part, progress(facts[-1]))]  # the sink sets the order
    if refused:
        found.append(Rows("dlq", part, letters(refused)))
    if happened:
        found.append(Rows("e2o", part, relations(happened)))
        found.append(Rows("events", part, events(happened)))
    return found


def counts(raw: Client, table: str) -> Counter[tuple[int, int]]:
    """Return how often each (part, off) is in `table`."""
    found = raw.query(
        "SELECT part, off, count() FROM {t:Identifier} GROUP BY ALL", parameters={"t": table}
    )
    return Counter({(part, off): count for part, off, count in found.result_rows})


def test_what_was_kept_is_left_out_by_part_and_month(store: Store, raw: Client) -> None:
    # given a store that has partition 0 up to 5 in December and up to 2 in January
    opened(store).write_batch([Rows("events", 0, events([Fact(0, 2, 1), Fact(0, 5, 0)]))])
    # when a replay brings those rows, those between, and the same offsets of partition 1
    replayed = [Fact(0, 2, 1), Fact(0, 3, 1), Fact(0, 4, 0), Fact(0, 5, 0), Fact(0, 6, 0)]
    other = [Fact(1, 2, 1), Fact(1, 5, 0)]
    opened(store).write_batch(
        [Rows("events", 0, events(replayed)), Rows("events", 1, events(other))]
    )
    # then a row is new when its month of its partition has nothing as far as that
    assert counts(raw, "events") == dict.fromkeys(
        [(0, 2), (0, 5), (0, 3), (0, 6), (1, 2), (1, 5)], 1
    )


def test_another_generation_of_the_stream_begins_anew(store: Store, raw: Client) -> None:
    opened(store).write_batch([Rows("events", 0, events([Fact(0, 5, 0)]))])
    again = Rows("events", 0, events([Fact(0, 5, 0)], gen=2))
    opened(store, gen=2).write_batch([again])
    opened(store, gen=2).write_batch([again])
    assert counts(raw, "events") == {(0, 5): 2}


def test_states_are_written_again_their_versions_decide(store: Store) -> None:
    for _ in range(2):
        opened(store).write_batch([Rows("progress", 0, progress(Fact(0, 5, 0)))])
    (row,) = store.read_arrow("stream_progress", gen=GEN).to_pylist()
    assert (row["part"], row["off"]) == (0, 5)


def test_facts_come_first_and_the_word_that_it_is_done_comes_last(store: Store) -> None:
    # given the rows of two stretches, in any order
    watched = CutOff(store, inserts=100, months=frozenset())
    batch = rows_of([Fact(0, 1, 0), Fact(0, 2, None)]) + rows_of([Fact(1, 1, 1)])
    exception = pa.table({"exception_id": ["e"], "revision": pa.array([1], pa.uint64())})
    batch.insert(1, Rows("exceptions", 0, exception))
    # when they are written at one go
    opened(watched).write_batch(batch)
    # then there is one insert for each table
    assert watched.tables == ["events", "e2o", "dlq", "exceptions", "progress"]


def test_a_batch_of_nothing_new_writes_nothing(store: Store) -> None:
    opened(store).write_batch([Rows("events", 0, events([Fact(0, 5, 0)]))])
    watched = CutOff(store, inserts=100, months=frozenset())
    opened(watched).write_batch([Rows("events", 0, events([Fact(0, 4, 0), Fact(0, 5, 0)]))])
    assert watched.tables == []


def test_an_insert_is_one_block_for_each_month(store: Store, raw: Client) -> None:
    # given more rows than the engine would put into one block if nobody said so
    many = [Fact(0, off, off % 2) for off in range(150_000)]
    store.insert_arrow("events", events(many))
    # then each month was written at one go
    parts = raw.query(
        "SELECT partition, name, rows FROM system.parts WHERE table = 'events' AND active"
    ).result_rows
    assert sorted((month, rows) for month, _, rows in parts) == [
        ("202512", 75_000),
        ("202601", 75_000),
    ]


@given(st.datetimes(datetime(1925, 1, 1), datetime(2282, 12, 31)))  # noqa: DTZ001 - naive on purpose
@example(datetime(1970, 1, 1))  # noqa: DTZ001
@example(datetime(1969, 12, 31, 23, 59, 59))  # noqa: DTZ001
@example(datetime(2024, 2, 29))  # noqa: DTZ001
def test_months_are_those_of_the_calendar(at: datetime) -> None:
    rows = pa.table({"time": pa.array([at.replace(tzinfo=UTC)], TIME)})
    assert months_of(rows).tolist() == [at.year * 100 + at.month]


stretches = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.lists(st.sampled_from([0, 0, 1, 1, None]), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    log=stretches,
    cuts=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    crashes=st.lists(
        st.tuples(st.integers(0, 6), st.frozensets(st.integers(0, 1))), min_size=1, max_size=2
    ),
)
def test_whatever_was_kept_when_the_power_went_a_replay_completes_it(
    store: Store,
    raw: Client,
    log: list[tuple[int, list[int | None]]],
    cuts: list[int],
    crashes: list[tuple[int, frozenset[int]]],
) -> None:
    for table in ("events", "e2o", "dlq"):
        raw.command("TRUNCATE TABLE {t:Identifier}", parameters={"t": table})
    # given a log of two partitions, and runs that break off inside any insert
    facts = _facts(log)
    for (inserts, months), cut in zip(crashes, cuts, strict=False):
        sink = opened(CutOff(store, inserts, months))
        with suppress(PowerCutError):
            _replay(sink, facts, cut)
    # when a last run, cut otherwise, comes through
    _replay(opened(store), facts, cuts[-1])
    # then every fact is there once, whatever table it belongs to
    happened = [(fact.part, fact.off) for fact in facts if fact.month is not None]
    assert counts(raw, "events") == dict.fromkeys(happened, 1)
    assert counts(raw, "e2o") == dict.fromkeys(happened, 2)
    refused = [(fact.part, fact.off) for fact in facts if fact.month is None]
    assert counts(raw, "dlq") == dict.fromkeys(refused, 1)


def _facts(log: list[tuple[int, list[int | None]]]) -> list[Fact]:
    months = {part: [m for p, row in log if p == part for m in row] for part, _ in log}
    return [Fact(part, off, m) for part, row in months.items() for off, m in enumerate(row)]


def _replay(sink: FencedPartition, facts: list[Fact], cut: int) -> None:
    """Bring `cut` events of each partition at a time, all partitions in one batch."""
    parts = sorted({fact.part for fact in facts})
    for first in range(0, len(facts), cut):
        batch = list[Rows]()
        for part in parts:
            mine = [fact for fact in facts if fact.part == part][first : first + cut]
            batch += rows_of(mine) if mine else []
        if batch:
            sink.write_batch(batch)


def test_the_fence_is_what_the_store_holds(store: Store) -> None:
    sink = opened(store)
    assert sink.fences == {"events": {}, "e2o": {}, "dlq": {}, "restatements": {}}
    sink.write_batch([*rows_of([Fact(0, 1, 0)]), *rows_of([Fact(0, 2, 0), Fact(0, 3, None)])])
    kept = {(0, 202512): 2}
    found = {"events": kept, "e2o": kept, "dlq": {(0, 0): 3}, "restatements": {}}
    assert opened(store).fences == found


def test_the_store_is_asked_once_how_far_tables_are(store: Store) -> None:
    # given a store that has two months of one partition and one of another
    opened(store).write_batch(
        rows_of([Fact(0, 7, 0), Fact(0, 5, 1)]) + rows_of([Fact(1, 3, 1)])
    )
    sink = FencedSink(store, GEN)
    # when the flow asks what tables may know, and more is written before it opens the sink
    assert sink.told() == {0: 7, 1: 3}
    opened(store).write_batch(rows_of([Fact(1, 4, 1)]))
    # then the sink stands on the same answer
    assert sink.build("write", 0, 1).fences["events"] == {
        (0, 202512): 7,
        (0, 202601): 5,
        (1, 202601): 3,
    }
