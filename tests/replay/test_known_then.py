# SPDX-License-Identifier: AGPL-3.0-or-later
"""Positions as they were, as they were known: to the millisecond, for all items at once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sightline.store import Store
from streams.logic.chunk import decode
from streams.logic.intake import IntakeState
from streams.logic.kinds import OF_TYPE
from streams.logic.positions import PartitionState
from streams.replay import known
from streams.replay.known import known_then, positions_of
from tests.replay.conftest import Played
from tests.strategies.clouds import START, Cloud, cloud, stamp, table_of
from tests.strategies.worlds import any_worlds
from tests.streams.stage import BUCKETS, NOTHING, play
from tests.streams.test_late_factors import shuffled
from tests.streams.test_units import chunk, day, item, line, unit

HOUR = timedelta(hours=1)
TENANTS = count()
MS = timedelta(milliseconds=1)
THERE = {"item": "A100", "loc": "DC1"}


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def on_hand(store: Store, **asked: Any) -> float | None:
    rows = known_then(store, "A100", "DC1", **asked).to_pylist()
    return float(rows[0]["on_hand"]) if rows else None


def moved(name: str, minute: float, q: int, **more: Any) -> Cloud:
    return cloud("inventory.receipt", id=name, minute=minute, q=q, **THERE, **more)


def test_the_moment_is_exact_to_the_millisecond(played: Played, store: Store) -> None:
    played([moved("a", 10, 5), moved("b", 20, 7)])
    assert on_hand(store, as_of=at(20) - MS) == 5
    assert on_hand(store, as_of=at(20)) == 12
    assert on_hand(store, as_of=at(20) + MS / 2) == 12
    assert on_hand(store, as_of=at(10) - MS) is None


def test_what_was_recorded_later_is_not_known_yet(played: Played, store: Store) -> None:
    played([moved("a", 10, 5), moved("b", 20, 7, recorded_after=60)])
    assert on_hand(store, known_at=at(80) - MS) == 5
    assert on_hand(store, known_at=at(80)) == 12
    assert on_hand(store, as_of=at(15), known_at=at(15)) == 5


def test_a_reversal_undoes_at_the_time_of_its_original_once_it_is_known(
    played: Played, store: Store
) -> None:
    # given a receipt, reversed an hour later
    undone = cloud("inventory.reversed", id="r", minute=70, reverses="a", reason="x", **THERE)
    played([moved("a", 10, 5), undone, moved("b", 20, 7)])
    # then it never happened, for whoever knows; and nobody knew before
    assert on_hand(store, as_of=at(15)) == 0
    assert on_hand(store, as_of=at(15), known_at=at(70) - MS) == 5
    # and no row is newer than the moment asked for
    (row,) = known_then(store, "A100", as_of=at(15)).to_pylist()
    assert row["as_of"] == at(15)
    # nor is there one before anything happened, though what will be reversed is known
    assert known_then(store, as_of=at(5)).num_rows == 0


def test_both_ends_of_a_transfer_are_seen_from_the_one_asked_for(
    played: Played, store: Store
) -> None:
    line = {"item": "A100", "from_loc": "DC1", "to_loc": "DC2", "transfer_line": "T1", "q": 3}
    asked = cloud("transfer.requested", id="q", version=1, **line)
    sent = cloud("transfer.shipped", id="s", minute=5, **line)
    played([asked, sent])
    (row,) = known_then(store, "A100", "DC2", as_of=at(4)).to_pylist()
    assert (row["on_order"], row["in_transit"]) == (3, 0)
    (row,) = known_then(store, "A100", "DC2").to_pylist()
    assert (row["on_order"], row["in_transit"]) == (0, 3)


def test_without_moments_it_is_what_the_table_says(played: Played, store: Store) -> None:
    played(_month())
    assert known_then(store).equals(store.read_arrow("positions", item="", loc=""))


def test_all_items_are_read_a_few_at_a_time(
    played: Played, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(_month())
    whole = known_then(store)
    monkeypatch.setattr(known, "EVENTS_AT_ONCE", 7)
    pieces = list(known.in_pieces(store, events_at_once=7))
    assert len(pieces) > 5
    assert sum(len(each) for each in pieces) == len(whole)
    assert max(len(each) for each in pieces) < len(whole)


def test_nothing_known_has_the_columns_of_now(store: Store) -> None:
    nothing = known_then(store, "nowhere", as_of=START, known_at=START)
    assert nothing.schema == store.read_arrow("positions", item="", loc="").schema
    assert nothing.num_rows == 0


def test_rows_from_before_the_columns_are_read_from_their_data(
    played: Played, store: Store, raw: Any
) -> None:
    # given an order that is closed short, and a reversal of another source's receipt
    order = {"po_line": "P1", "supplier": "S", **THERE}
    released = cloud("supply.po_released", id="p", version=1, q=10, **order)
    closed = cloud(
        "supply.po_changed", id="c", minute=1, version=2, q=10, closed_short=True, **order
    )
    other = {"reverses": "a", "reverses_source": "erp://b", "reason": "x", **THERE}
    undone = cloud("inventory.reversed", id="r", minute=2, **other)
    ranked = [
        cloud(
            "allocation.changed",
            id=f"l{rank}",
            minute=4,
            item="A100",
            loc=loc,
            order_line="O1",
            q=4,
            kind="hard",
            policy_rank=rank,
        )
        for rank, loc in ((2, "DC1"), (1, "DC2"))
    ]
    placed = cloud("demand.line_placed", id="o", minute=3, version=1, order_line="O1", q=5,
                   **THERE)  # fmt: skip
    played([released, closed, moved("a", 0, 9, source="erp://b"), undone, placed, *ranked])
    before = known_then(store)
    assert before.equals(store.read_arrow("positions", item="", loc=""))
    # when the table had none of the columns when they came
    for name in ("closes", "policy_rank", "reverses_source"):
        raw.command(f"ALTER TABLE events DROP COLUMN {name}")
    store.migrate()
    # then they are found all the same
    assert known_then(store).equals(before)


def test_a_quantity_counts_by_the_factor_that_was_known_then(
    played: Played, store: Store
) -> None:
    # given a shipment in cases, whose factor comes an hour later and is corrected after two
    stated = {"valid_from": day(-60), "minute": -60}
    cases = {"entity": "item_uom", "key": "A100/CS", **stated}
    fields = {"item": "A100", "uom": "CS", "den": 1}
    played(
        [
            item("A100", id="i", **stated),
            line("A100", 2, "CS", id="s", minute=5),
            _record(
                id="f", recorded_after=120, version=1, fields=fields | {"num": 10}, **cases
            ),
            _record(
                id="g", recorded_after=180, version=2, fields=fields | {"num": 12}, **cases
            ),
        ]
    )
    # then it is not there, then twenty pieces, then twenty-four
    assert [_shipped(store, minute) for minute in (59, 60, 119, 120, 500)] == [
        0,
        20,
        20,
        24,
        24,
    ]
    # and now the table says the same
    (row,) = store.read_arrow("positions", item="A100", loc="L").to_pylist()
    assert -row["on_hand"] == 24


def test_a_factor_that_stands_earlier_in_the_log_is_not_known_before_it_is_recorded(
    played: Played, store: Store
) -> None:
    # given a factor, recorded two hours after a receipt in cases that stands behind it
    cases = moved("r", 5, 1)
    cases["data"]["q"] = {"qty": "1", "uom": "CS"}
    factor = {"valid_from": day(-60), "minute": 0}
    played(
        [
            item("A100", id="i", **factor),
            unit("A100", "CS", 12, id="f", recorded_after=120, **factor),
            cases,
            moved("s", 5, 1),
        ]
    )
    # then the receipt waits for it until it is known
    assert on_hand(store, known_at=at(120) - MS) == 1
    assert on_hand(store, known_at=at(120)) == 13
    assert on_hand(store, as_of=at(5), known_at=at(120)) == 13
    # and so it does when the item is not asked for by name
    (row,) = known_then(store, known_at=at(119)).to_pylist()
    assert row["on_hand"] == 1


def test_a_later_version_that_stands_earlier_in_the_log_leaves_the_former_one_in_force(
    played: Played, store: Store
) -> None:
    # given cases of 12 that are told to be of 10, then a receipt and what undoes another
    cases = moved("r", 5, 2)
    cases["data"]["q"] = {"qty": "2", "uom": "CS"}
    factor = {"valid_from": day(-60), "minute": 0}
    undone = cloud("inventory.reversed", id="u", minute=50, reverses="s", reason="x", **THERE)
    played(
        [
            item("A100", id="i", **factor),
            unit("A100", "CS", 12, id="f", version=1, **factor),
            unit("A100", "CS", 10, id="g", version=2, recorded_after=120, **factor),
            *(cases, moved("s", 5, 1), moved("t", 90, 5), undone),
        ]
    )
    # then it counts by what was known, with reversals and moments as ever
    assert on_hand(store, known_at=at(49)) == 25
    assert on_hand(store, known_at=at(119)) == 29
    assert on_hand(store, as_of=at(6), known_at=at(119)) == 24
    assert on_hand(store, as_of=at(6), known_at=at(120)) == 20
    assert on_hand(store, as_of=at(4), known_at=at(119)) is None


_delays = st.lists(st.sampled_from([0, 0, 1, 40_000, 90_000]), min_size=25, max_size=25)


@pytest.mark.slow
@hypothesis_settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders=shuffled(), delays=_delays)
def test_units_in_the_tables_are_known_as_a_run_over_what_was_recorded_knows_them(
    orders: tuple[list[Cloud], list[Cloud]],
    delays: list[float],
    raw: Any,
    store: Store,
    played: Played,
) -> None:
    # given records and movements in an order that is not that of their recording
    tenant = f"tenant {next(TENANTS)}"
    mine = [each | {"tenantid": tenant} for each in _delayed(orders[1], delays)]
    played(mine)
    accepted = _accepted(raw, tenant)
    mine = [each for each in mine if (each["source"], each["id"]) in accepted]
    # when moments are asked for at which something was recorded
    for known_at in _moments(mine):
        for as_of in (None, at(30_000)):
            found = _said(known_then(store, "A", as_of=as_of, known_at=known_at))
            # then a run over the accepted events that were recorded until then says the same
            wanted = _run(mine, as_of, known_at)
            mine_then = {key: row for key, row in found.items() if key[0] == tenant}
            assert _with_anything(mine_then) == _with_anything(wanted)


@hypothesis_settings(max_examples=12, deadline=None)
@given(orders=shuffled(), delays=_delays)
def test_units_are_read_again_as_a_run_over_what_was_recorded_knows_them(
    orders: tuple[list[Cloud], list[Cloud]], delays: list[float]
) -> None:
    # given the same, and what the table of events has of them
    mine = _delayed(orders[1], delays)
    stored = _stored(mine)
    accepted = set(zip(*(stored[name].to_pylist() for name in ("source", "id")), strict=True))
    mine = [each for each in mine if (each["source"], each["id"]) in accepted]
    for known_at in _moments(mine):
        events = stored.filter(pc.less_equal(stored["recordedtime"], pa.scalar(known_at)))
        for as_of in (None, at(30_000)):
            # when what was recorded is read again
            until = as_of or known.EVER
            found = pa.concat_tables(positions_of(events, until, again=True))
            # then it is what a run over that alone says
            assert _said(found) == _run(mine, as_of, known_at)


def _delayed(sent: Sequence[Cloud], delays: Sequence[float]) -> list[Cloud]:
    return [
        each | {"recordedtime": stamp(_time(each) + timedelta(minutes=late))}
        for each, late in zip(sent, delays, strict=False)
    ]


def _with_anything(rows: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Leave out rows without any quantity: whether such a one is told says nothing."""
    return {
        key: row
        for key, row in rows.items()
        if row["last_count_time"] or any(row[name] for name in BUCKETS)
    }


def _moments(sent: Sequence[Cloud]) -> list[datetime]:
    moments = sorted({_recorded(each) for each in sent})
    return moments[:: max(1, len(moments) // 2)]


def _stored(sent: Sequence[Cloud]) -> pa.Table:
    """Return what query known_again gives, of all times: letters where they came."""
    fresh = IntakeState(0, 1).apply(decode(chunk(sent)))
    place = {(each["source"], each["id"]): at for at, each in enumerate(sent)}
    named = zip(fresh.table["source"].to_pylist(), fresh.table["id"].to_pylist(), strict=True)
    columns = {
        "off": pa.array([place[each] for each in named], pa.uint64()),
        "gen": pa.array(np.ones(len(fresh.table)), pa.uint32()),
        "part": pa.array(np.zeros(len(fresh.table)), pa.uint8()),
    }
    table = fresh.table.drop_columns(["off"])
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table.sort_by("off")


def _run(sent: Sequence[Cloud], as_of: datetime | None, known_at: datetime) -> dict[Any, Any]:
    """Take in, one at a time, what was recorded; records hold whenever they were made."""
    intake, tracked = IntakeState(0, 1), PartitionState(0, 1)
    for place, each in enumerate(sent):
        happened = as_of is None or "master" in each["type"] or _time(each) <= as_of
        if happened and _recorded(each) <= known_at:
            fresh = intake.apply(decode(chunk([each], place)))
            tracked.apply(fresh.table, fresh.restated)
    return _said(tracked.current())


def _accepted(raw: Any, tenant: str) -> set[tuple[str, ...]]:
    asked = "SELECT source, id FROM events WHERE tenant = {tenant:String}"
    return set(raw.query(asked, parameters={"tenant": tenant}).result_rows)


def _time(event: Cloud) -> datetime:
    return datetime.fromisoformat(event["time"])


def _record(**words: Any) -> Cloud:
    return cloud("master.record_changed", **words)


def _shipped(store: Store, minute: float) -> float:
    rows = known_then(store, "A100", "L", known_at=at(minute)).to_pylist()
    return -float(rows[0]["on_hand"]) if rows else 0


@hypothesis_settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=any_worlds(most=30))
def test_what_is_known_equals_a_run_over_that_alone(
    world: list[Cloud], store: Store, played: Played
) -> None:
    # given the events of a tenant of their own, for examples share one log
    tenant = f"tenant {next(TENANTS)}"
    mine = [{**each, "tenantid": tenant} for each in world]
    played(mine)
    # when some moments are asked for at which something was recorded
    moments = sorted({_recorded(each) for each in mine})
    for moment in moments[:: max(1, len(moments) // 3)]:
        found = _said(known_then(store, known_at=moment))
        # then a run over what was recorded until then says the same
        alone = play([each for each in mine if _recorded(each) <= moment])
        wanted = {key: _seen(row) for key, row in alone.current.items()}
        assert {key: row for key, row in found.items() if key[0] == tenant} == wanted


@hypothesis_settings(max_examples=12, derandomize=True, deadline=None)
@given(world=any_worlds(most=24))
def test_the_end_of_an_hour_is_what_the_history_says(world: list[Cloud]) -> None:
    # given the closing states of hours, as readers of position_hour see them
    stage = play(world)
    hours = {key: row for key, row in stage.hours.items() if not row.get("is_deleted")}
    for hour in {key[3].astimezone(UTC) for key in hours}:
        # when the last millisecond of one is asked for
        end = hour + HOUR - MS
        found = _said(pa.concat_tables(positions_of(_known(world, end), end)))
        # then every place is what its last row up to that hour says
        for place in {key[:3] for key in hours}:
            past = [key for key in hours if key[:3] == place and key[3].astimezone(UTC) <= hour]
            row = hours[max(past, key=lambda key: key[3])] if past else NOTHING
            said = found.get(place, NOTHING)
            assert {name: said[name] for name in BUCKETS} == {n: row[n] for n in BUCKETS}


def _known(world: Sequence[Cloud], as_of: datetime) -> pa.Table:
    """Return what query known_events gives."""
    table = table_of(world)
    rows = len(table)
    columns = {
        "off": pa.array(np.arange(rows), pa.uint64()),
        "gen": pa.array(np.ones(rows), pa.uint32()),
        "part": pa.array(np.zeros(rows), pa.uint8()),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    kept = [
        row["type"] in OF_TYPE and (row["time"] <= as_of or row["reverses"] != "")
        for row in table.select(["type", "time", "reverses"]).to_pylist()
    ]
    first = {(row["source"], row["id"]): at for at, row in reversed(list(enumerate(world)))}
    kept = [keep and at in first.values() for at, keep in enumerate(kept)]
    return table.filter(pa.array(kept))


def _month() -> list[Cloud]:
    return [
        cloud(kind, id=f"{kind}{n}", minute=n * 17, q=1 + n % 5, item=f"A{n % 23}", loc=place)
        for n in range(200)
        for place in [f"DC{n % 3}"]
        for kind in ("inventory.receipt", "inventory.issue")[: 1 + n % 2]
    ]


def _said(rows: pa.Table) -> dict[Any, Any]:
    return {(row["tenant"], row["item"], row["loc"]): _seen(row) for row in rows.to_pylist()}


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    counted = ("last_count_time", "last_count_variance")
    return {name: row[name] for name in (*BUCKETS, *counted)} | {"flags": set(row["flags"])}


def _recorded(event: Cloud) -> datetime:
    return datetime.fromisoformat(event["recordedtime"])
