# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play deliveries to the position engine and write down what its readers would see."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from sightline.events.partition import partition_of
from streams.logic.dedupe import DedupeState
from streams.logic.positions import PartitionState
from tests.oracles import doubts
from tests.oracles import positions as oracle
from tests.oracles.book import Book, OpenLine, Position
from tests.oracles.events import Line, Place
from tests.strategies.clouds import Cloud, table_of

BUCKETS = (
    "on_hand",
    "reserved",
    "hold",
    "available",
    "on_order",
    "in_transit",
    "outstanding",
    "backordered",
    "position",
    "position_net",
    "over_received",
    "in_transit_loss",
)
FLAGS = {"no_anchor", "negative", "over_allocated", "over_received", "hold_negative"}
STATEMENT = ("item", "loc", "source", "event_id")
NOTHING = dict.fromkeys(BUCKETS, Decimal(0))

Row = dict[str, Any]
Buckets = dict[str, Decimal]


@dataclass
class Stage:
    """What readers of the tables see after the deliveries so far.

    Attributes
    ----------
    positions, hours, lines, supply
        Rows that won by version, of `positions`, `position_hour`, `open_lines` and
        `open_supply`.
    current
        What the partitions themselves say.
    """

    positions: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    hours: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    lines: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    statements: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    supply: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    current: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    duplicates: int = 0
    conflicts: int = 0


def play(delivery: Sequence[Cloud], *, partitions: int = 1, cuts: Iterable[int] = ()) -> Stage:
    """Deliver events in this order, cut into batches after the numbers in `cuts`."""
    stage = Stage()
    if not delivery:
        return stage
    table = table_of(delivery)
    home = _homes(table, partitions)
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(delivery)), len(delivery)]
    for part in np.unique(home).tolist():
        _play_part(stage, table, home == part, part, edges)
    return stage


def _play_part(
    stage: Stage, table: pa.Table, mine: np.ndarray, part: int, edges: list[int]
) -> None:
    dedupe, state = DedupeState(), PartitionState(part, 1)
    for first, last in pairwise(edges):
        rows = first + np.flatnonzero(mine[first:last])
        if not rows.size:
            continue
        batch = table.take(rows).append_column("off", pa.array(rows, pa.uint64()))
        deduped = dedupe.apply(batch)
        stage.duplicates += len(deduped.duplicates)
        stage.conflicts += len(deduped.conflicts)
        changes = state.apply(deduped.fresh)
        _keep(stage.positions, changes.positions, ("item", "loc"), "ver")
        _keep(stage.hours, changes.hours, ("item", "loc", "hour"), "revision")
        _keep(stage.lines, changes.open_lines, ("item", "order_line"), "ver")
        _keep(stage.statements, changes.reconciliations, STATEMENT, "ver")
        _keep(stage.supply, changes.open_supply, ("item", "kind", "line"), "ver")
    _keep(stage.current, state.current(), ("item", "loc"), "ver")


def _homes(table: pa.Table, partitions: int) -> np.ndarray:
    pairs = zip(table["tenant"].to_pylist(), table["item"].to_pylist(), strict=True)
    return np.array([partition_of(t, item, "", "", partitions) for t, item in pairs])


def _keep(kept: dict[Any, Row], rows: pa.Table, key: tuple[str, ...], version: str) -> None:
    """Do what ReplacingMergeTree does: the highest version stays, of equal ones the later."""
    for row in rows.to_pylist():
        name = (row["tenant"], *(row[column] for column in key))
        if name not in kept or row[version] >= kept[name][version]:
            kept[name] = row


# --- comparing with the oracle ------------------------------------------------------------


def check(stage: Stage, clouds: Sequence[Cloud]) -> None:
    """Assert that readers see what the oracle works out from `clouds`, now and in the past."""
    expected = oracle.reduce(clouds)
    check_positions(stage.positions, expected)
    check_positions(stage.current, expected)
    check_hours(stage.hours, oracle.history(clouds))
    check_lines(stage.lines, oracle.open_lines(clouds))
    check_supply(stage.supply, expected)


def check_positions(rows: dict[tuple[Any, ...], Row], expected: Book) -> None:
    """Assert equal buckets, counts and flags; a place without anything may be absent."""
    assert _present(rows, _seen) == _present(expected, _worked_out)


def check_hours(
    rows: dict[tuple[Any, ...], Row],
    expected: dict[Place, dict[datetime, Position]],
) -> None:
    """Assert the state at the end of every hour: a reader takes the last row up to it."""
    written = {key: row for key, row in rows.items() if not row.get("is_deleted")}
    for place, closing in expected.items():
        mine = {key[3].astimezone(UTC): row for key, row in written.items() if key[:3] == place}
        for hour, position in closing.items():
            past = max((each for each in mine if each <= hour), default=None)
            seen = _buckets(mine[past]) if past else NOTHING
            assert seen == _quantities(position), (place, hour)
    for tenant, item, loc, hour in written:
        assert hour.astimezone(UTC) in expected[Place(tenant, item, loc)]


def check_lines(rows: dict[tuple[Any, ...], Row], expected: dict[Line, OpenLine]) -> None:
    """Assert which order lines are open, where, for how much and by when."""
    seen = {
        key: (row["loc"], row["outstanding"], row["reserved"], _date(row["due"]))
        for key, row in rows.items()
        if row["outstanding"] > 0 and not row.get("is_deleted")
    }
    wanted = {
        tuple(line): (each.loc, each.outstanding, each.reserved, each.due)
        for line, each in expected.items()
        if each.outstanding > 0
    }
    assert seen == wanted


def check_supply(rows: dict[tuple[Any, ...], Row], expected: Book) -> None:
    """Assert that the open lines of supply add up to what is on order and in transit."""
    seen: dict[Any, list[Decimal]] = {}
    for row in rows.values():
        place = (row["tenant"], row["item"], row["loc"])
        sums = seen.setdefault(place, [Decimal(0), Decimal(0)])
        sums[0] += row["on_order"]
        sums[1] += row["in_transit"]
        assert row["is_deleted"] == (row["on_order"] + row["in_transit"] == 0)
    wanted = {tuple(k): [each.on_order, each.in_transit] for k, each in expected.items()}
    assert {k: v for k, v in seen.items() if any(v)} == {
        k: v for k, v in wanted.items() if any(v)
    }


def check_statements(
    rows: dict[tuple[Any, ...], Row], expected: dict[tuple[str, ...], doubts.Comparison]
) -> None:
    """Assert which statements stand, and what each of them is held against."""
    names = ("time", "stated", "computed", "low", "high")
    standing = {key: row for key, row in rows.items() if not row["is_deleted"]}
    seen = {key: tuple(row[name] for name in names) for key, row in standing.items()}
    assert seen == {key: each[3:] for key, each in expected.items()}
    assert all(row["drift"] == row["stated"] - row["computed"] for row in standing.values())


def check_ranges(
    rows: dict[tuple[Any, ...], Row], expected: dict[Place, tuple[Decimal, Decimal]]
) -> None:
    """Assert what on hand could be, and that a flag says where that is more than one thing."""
    for key, row in rows.items():
        seen = (row["on_hand_low"], row["on_hand_high"])
        assert seen == expected.get(Place(*key), (row["on_hand"], row["on_hand"])), key
        assert ("count_ambiguous" in row["flags"]) == (seen[0] < seen[1])


def _present(rows: dict[Any, Any], view: Callable[[Any], dict[str, Any]]) -> dict[Any, Any]:
    """Leave out places of which nothing is known."""
    views = ((tuple(key), view(row)) for key, row in rows.items())
    return {key: seen for key, seen in views if seen != _worked_out(Position())}


def _seen(row: Row) -> dict[str, Any]:
    return {
        **_buckets(row),
        "last_count_time": row["last_count_time"],
        "last_count_variance": row["last_count_variance"],
        "flags": set(row["flags"]) & FLAGS,
    }


def _worked_out(position: Position) -> dict[str, Any]:
    return {
        **_quantities(position),
        "last_count_time": position.last_count_time,
        "last_count_variance": position.last_count_variance,
        "flags": position.flags,
    }


def _buckets(row: Row) -> Buckets:
    return {name: row[name] for name in BUCKETS}


def _quantities(position: Position) -> Buckets:
    return {name: getattr(position, name) for name in BUCKETS}


def _date(due: object) -> str | None:
    return str(due) if due is not None else None
