# SPDX-License-Identifier: AGPL-3.0-or-later
"""Late events: which they are, and what they change about hours that were told before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.events.routing import RECORD
from streams.logic.dedupe import DedupeState
from streams.logic.fields import Field
from streams.logic.late import Limits, late
from streams.logic.positions import PartitionState
from streams.logic.restating import Turn, restatements, turns
from streams.logic.rows import HOUR_MS
from streams.logic.tally import Tally
from tests.strategies.clouds import START, Cloud, cloud, table_of
from tests.strategies.worlds import any_worlds, deliveries

DAY = timedelta(days=1)
LIMITS = Limits(horizon=2 * HOUR_MS)
Row = dict[str, Any]
Key = tuple[str, str, str, datetime, str]
Steps = dict[Key, Decimal]
PLACE = {"item": "A", "loc": "DC1"}


class Played:
    """Deliveries through dedupe, lateness and positions, cut anywhere.

    Attributes
    ----------
    told
        Rows of table restatements.
    steps, late_steps
        All changes by place, hour and quantity; those that corrections made.
    """

    def __init__(self, piece_bits: int = 0) -> None:
        self.piece_bits = piece_bits
        self.told: list[Row] = []
        self.steps: Steps = {}
        self.late_steps: Steps = {}
        self.lates = 0
        self._ids, self._tally, self._state = DedupeState(), Tally(), PartitionState(0, 1)

    def deliver(self, table: pa.Table) -> None:
        fresh = self._ids.apply(table).fresh
        is_late = late(fresh, self._tally.feeds, LIMITS)
        self.lates += int(is_late.sum())
        self._tally.note(fresh, fresh[:0], [])
        marked = fresh.append_column("late", pa.array(is_late))
        for turn in turns(marked, None, piece_bits=self.piece_bits):
            self._take(turn)

    def _take(self, turn: Turn) -> None:
        before = dict(self.steps)
        moved = self._state.apply(turn.table).moved
        for key, change in self._posted(moved.posted):
            self.steps[key] = self.steps.get(key, 0) + change
            if key[:2] in turn.causes:
                self.late_steps[key] = self.late_steps.get(key, 0) + change
        for row in restatements(self._state, turn, moved).to_pylist():
            assert row["old"] == closing(before, row)
            assert row["new"] == closing(self.steps, row)
            self.told.append(row)

    def _posted(self, block: dict[str, np.ndarray]) -> Iterator[tuple[Key, Decimal]]:
        names = self._state.pairs.names(block["pair"])
        places = zip(
            *(names[name].to_pylist() for name in ("tenant", "item", "loc")), strict=True
        )
        hours = (block["hour"] * HOUR_MS).tolist()
        for place, hour, vector in zip(places, hours, block["vector"].tolist(), strict=True):
            at = datetime.fromtimestamp(hour / 1000, UTC)
            for field, change in zip(Field, vector, strict=True):
                if change:
                    yield (*place, at, field.name.lower()), Decimal(change) / 10_000


def closing(steps: Steps, row: Row) -> Decimal:
    """Return the sum of all changes up to the hour of `row`."""
    mine = (row["tenant"], row["item"], row["loc"])
    return sum(
        (
            change
            for (*place, hour, what), change in steps.items()
            if tuple(place) == mine and what == row["what"] and hour <= row["bucket"]
        ),
        Decimal(0),
    )


def corrected(rows: Sequence[Row]) -> Steps:
    """Return by how much each hour changed, all corrections together."""
    by_cause = defaultdict[Any, list[Row]](list)
    for row in rows:
        by_cause[tuple(row[name] for name in ("off", "tenant", "item", "loc", "what"))].append(
            row
        )
    steps: Steps = {}
    for (_, tenant, item, loc, what), mine in by_cause.items():
        shift = Decimal(0)
        for row in sorted(mine, key=lambda row: row["bucket"]):
            key = (tenant, item, loc, row["bucket"], what)
            steps[key] = steps.get(key, Decimal(0)) + row["new"] - row["old"] - shift
            shift = row["new"] - row["old"]
    return steps


def nonzero(steps: Steps) -> Steps:
    return {key: change for key, change in steps.items() if change}


def numbered(clouds: Sequence[Cloud]) -> pa.Table:
    """Return events as the intake hands them on, all of which came this minute."""
    table = table_of(clouds)
    table = table.append_column("off", pa.array(np.arange(len(table)), pa.uint64()))
    came = pa.array([datetime(2100, 1, 1, tzinfo=UTC)] * len(table), pa.timestamp("ms", "UTC"))
    return table.append_column("ingest_time", came)


def played(table: pa.Table, cuts: Sequence[int], *, piece_bits: int = 0) -> Played:
    found = Played(piece_bits)
    for first, last in pairwise([0, *sorted(set(cuts)), len(table)]):
        found.deliver(table[first:last])
    return found


@settings(max_examples=30, deadline=None)
@given(data=st.data(), clouds=any_worlds())
def test_every_correction_is_told_once_and_alone_however_the_log_is_cut(
    data: st.DataObject, clouds: list[Cloud]
) -> None:
    # given events in any order, with some far behind the others of their source
    table = numbered(data.draw(deliveries(clouds)))
    bits = data.draw(st.sampled_from([0, 1, 2]))
    places = st.integers(0, len(table) >> bits).map(lambda piece: piece << bits)
    cuts = data.draw(st.lists(places, max_size=6))
    # when they are taken in at one go, and cut anywhere between two pieces of the log
    whole = played(table, [], piece_bits=bits)
    parts = played(table, cuts, piece_bits=bits)
    # then the corrections are the same, each with the state before it and after it
    assert parts.told == whole.told
    # and together with what came in time they make up every hour
    assert nonzero(corrected(parts.told)) == nonzero(parts.late_steps)
    assert nonzero(parts.steps) == nonzero(whole.steps)


def test_a_late_movement_before_a_count_changes_hours_up_to_the_count() -> None:
    # given 10 in stock, counted as 7 two days later
    early = [
        cloud("inventory.receipt", id="first", **PLACE, q=10),
        cloud("inventory.counted", id="count", minute=2880, **PLACE, q=7),
    ]
    # when an issue of the day between is told after that
    missed = cloud("inventory.issue", id="late-1", minute=1440, **PLACE, q=2)
    found = played(numbered([*early, missed]), [2])
    # then that day had 8 instead of 10, and from the count on nothing changes
    told = [(row["what"], row["bucket"], row["old"], row["new"]) for row in found.told]
    assert told == [
        ("on_hand", START + DAY, Decimal(10), Decimal(8)),
        ("on_hand", START + 2 * DAY, Decimal(7), Decimal(7)),
    ]
    assert {row["cause_event"] for row in found.told} == {"late-1"}


def test_late_events_that_came_in_one_piece_are_one_correction() -> None:
    # given a receipt, and three issues of the days before it that come in one piece of the log
    first = cloud("inventory.receipt", id="first", minute=14400, **PLACE, q=10)
    late_ones = [
        cloud("inventory.issue", id=f"late-{day}", minute=day * 1440, **PLACE, q=2)
        for day in (3, 2, 1)
    ]
    table = numbered([first, *late_ones])
    table = table.set_column(
        table.column_names.index("off"), "off", pa.array([0, 4, 5, 6], pa.uint64())
    )
    # when they are taken in
    found = played(table, [1], piece_bits=2)
    # then nobody is told of what stood between them, and the first of them is the cause
    told = [(row["bucket"], row["old"], row["new"]) for row in found.told]
    assert told == [(START + day * DAY, Decimal(0), Decimal(-2 * day)) for day in (1, 2, 3)]
    assert {row["cause_event"] for row in found.told} == {"late-3"}


watched = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(-300, 300), st.booleans()), max_size=25
)


@given(watched, st.lists(st.integers(0, 25), max_size=4))
def test_what_is_late_depends_on_the_log_alone(
    events: list[tuple[str, int, bool]], cuts: list[int]
) -> None:
    # given events of two sources; some are master records, some clocks are ahead of ours
    now = 1_800_000_000_000
    table = pa.table(
        {
            "tenant": ["main"] * len(events),
            "source": pa.array([source for source, _, _ in events], pa.string()),
            "type": pa.array([RECORD if record else "x" for *_, record in events], pa.string()),
            "time": _times([now + hours * HOUR_MS for _, hours, _ in events]),
            "ingest_time": _times([now] * len(events)),
        }
    )
    # when they are looked at in pieces
    tally, found = Tally(), list[bool]()
    for first, last in pairwise([0, *sorted({min(c, len(events)) for c in cuts}), len(events)]):
        found += late(table[first:last], tally.feeds, Limits()).tolist()
        tally.note(table[first:last], table[:0], [])
    # then an event is late when one of its source, before it, happened a week after it
    expected = []
    for place, (source, hours, is_record) in enumerate(events):
        known = [min(h, 0) for s, h, record in events[:place] if s == source and not record]
        expected.append(not is_record and bool(known) and hours < max(known) - 7 * 24)
    assert found == expected


def _times(ms: list[int]) -> pa.Array:
    return pa.array(ms, pa.int64()).cast(pa.timestamp("ms", "UTC"))
