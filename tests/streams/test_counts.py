# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts beside movements of other sources, and statements: by hand, and against the oracle."""

import pickle
from decimal import Decimal
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.logic import lookback
from streams.logic.near_counts import MINUTE_MS, NearCounts
from streams.logic.positions import PartitionState
from tests.oracles import doubts
from tests.strategies.clouds import Cloud, cloud, table_of
from tests.strategies.worlds import REVERSAL, TRANSFERS, Draft, deliveries, worlds
from tests.streams.stage import Row, check, play

HERE: dict[str, Any] = {"item": "A100", "loc": "DC1"}
ERP, WMS = "erp://a", "wms://b"
CUTS = st.lists(st.integers(1, 16), max_size=6)


def _moved(q: int, minute: float, name: str = "m", source: str = ERP) -> Cloud:
    return cloud("inventory.adjusted", id=name, minute=minute, q=q, source=source, **HERE)


def _counted(q: int, minute: float, name: str = "c", source: str = WMS) -> Cloud:
    return cloud("inventory.counted", id=name, minute=minute, q=q, source=source, **HERE)


def _stated(q: int, minute: float, name: str = "s") -> Cloud:
    where = {"source": "3pl://c", "authoritative": False, **HERE}
    return cloud("inventory.counted", id=name, minute=minute, q=q, **where)


def _undone(name: str, source: str, minute: float = 400) -> Cloud:
    undo = {"reverses": name, "reverses_source": source, **HERE}
    return cloud("inventory.reversed", id=f"undo-{name}", minute=minute, **undo)


def _range(*clouds: Cloud) -> tuple[int, int, int]:
    """Return low, on hand and high, which no order of arrival may change."""
    for order in list(permutations(clouds))[:8]:
        check(play(order, cuts=range(len(order))), clouds)
    row: Row = play(clouds).current["main", "A100", "DC1"]
    return row["on_hand_low"], row["on_hand"], row["on_hand_high"]


# --- worked by hand -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (_moved(-5, 57), (95, 100, 100)),  # gone before the count, or still counted
        (_moved(5, 57), (100, 100, 105)),
        (_moved(-5, 63), (95, 95, 100)),  # taken off, or not there to be counted
        (_moved(5, 63), (100, 105, 105)),
        (_moved(-5, 50), (95, 100, 100)),  # ten minutes are near
        (_moved(-5, 49.999), (100, 100, 100)),
        (_moved(-5, 70), (95, 95, 100)),
        (_moved(-5, 70.001), (95, 95, 95)),
        (_moved(-5, 63, source=WMS), (95, 95, 95)),  # one clock, one order
        (_moved(-5, 60), (95, 100, 100)),  # by source name: erp before wms
    ],
)
def test_a_movement_near_a_count_of_another_source_could_lie_on_its_other_side(
    moved: Cloud, expected: tuple[int, int, int]
) -> None:
    assert _range(_counted(100, 60), moved) == expected


def test_what_takes_away_and_what_adds_do_not_hide_each_other() -> None:
    assert _range(_counted(100, 60), _moved(5, 57, "a"), _moved(-5, 58, "b")) == (95, 100, 105)


def test_the_next_count_ends_the_range_and_its_reversal_brings_it_back() -> None:
    known = [_counted(100, 60), _moved(-5, 63), _counted(94, 180, "d")]
    assert _range(*known) == (94, 94, 94)
    assert _range(*known, _undone("d", WMS)) == (95, 95, 100)
    # and a movement that never was leaves no doubt
    assert _range(*known, _undone("d", WMS), _undone("m", ERP)) == (100, 100, 100)


def test_a_count_that_is_reversed_leaves_the_variance_to_the_one_before() -> None:
    clouds = [_counted(100, 60), _moved(-5, 63), _counted(94, 180, "d"), _undone("d", WMS)]
    row = play(clouds, cuts=[1, 2, 3]).current["main", "A100", "DC1"]
    assert (row["on_hand"], row["last_count_variance"]) == (95, 100)
    row = play(clouds[:3]).current["main", "A100", "DC1"]
    assert (row["on_hand"], row["last_count_variance"]) == (94, -1)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (_stated(95, 71), (95, 95, 95)),  # agrees, after the window
        (_stated(95, 70), (95, 95, 100)),  # still within it
        (_stated(100, 71), (95, 95, 100)),  # agrees with the other reading: which of many?
    ],
)
def test_a_statement_that_agrees_after_the_window_settles_the_doubt(
    statement: Cloud, expected: tuple[int, int, int]
) -> None:
    known = [_counted(100, 60), _moved(-5, 63), statement]
    assert _range(*known) == expected
    assert _range(*known, _undone("s", "3pl://c")) == (95, 95, 100)


def test_a_statement_is_compared_with_all_that_is_known_of_its_moment() -> None:
    # given 10 on hand at minute 30, of which 4 leave at 40
    known = [_moved(10, 0, "a"), _stated(12, 30), _moved(-4, 40, "b")]
    assert _drifts(play(known, cuts=[1, 2])) == [2]
    # when a movement of 2 at that very moment comes late, and is reversed again
    late = _moved(2, 30, "late")
    assert _drifts(play([*known, late], cuts=[1, 2, 3])) == [0]
    assert _drifts(play([*known, late, _undone("late", ERP)], cuts=[1, 2, 3, 4])) == [2]


def test_a_reversed_statement_disappears_and_a_new_one_beside_it_stays() -> None:
    known = [_moved(10, 0, "a"), _stated(12, 30), _stated(9, 20, "t"), _undone("s", "3pl://c")]
    for order in permutations(known):
        stage = play(order, cuts=[1, 3])
        gone = {key[4]: bool(row["is_deleted"]) for key, row in stage.statements.items()}
        assert gone == {"s": True, "t": False}


def _drifts(stage: Any) -> list[Decimal]:
    return [row["drift"] for row in stage.statements.values() if not row["is_deleted"]]


# --- against the oracle ---------------------------------------------------------------------

QUANTITIES = st.sampled_from(["5", "7", "2", "10"])


def _draft(
    kind: str, quantities: st.SearchStrategy[str], **more: Any
) -> st.SearchStrategy[Draft]:
    return quantities.map(lambda q: Draft(kind, {**HERE, "q": q, **more}))


BUSY = st.one_of(
    _draft("inventory.counted", QUANTITIES),
    _draft("inventory.counted", QUANTITIES, authoritative=False),
    _draft("inventory.adjusted", st.sampled_from(["-3", "2", "5"])),
    _draft("inventory.adjusted", st.sampled_from(["-3", "2", "5"])),
    TRANSFERS,
    REVERSAL,
)
MINUTES = st.sampled_from([0, 3, 10, 10.001, 20, 59.999, 60, 65, 75])
PLANTED = st.builds(
    lambda q, minute, stated, late: [
        _counted(7, 62, "planted-c"),
        _moved(q, minute, "planted-m"),
        _stated(stated, late, "planted-s"),
    ],
    st.sampled_from([-3, 2, 5]),
    st.sampled_from([52, 55, 61, 62, 66, 72]),
    st.sampled_from([4, 7, 9, 10]),
    st.sampled_from([66, 72, 80, 100]),
)
CROWDED = st.builds(
    lambda planted, others: planted + others,
    PLANTED,
    worlds(BUSY, least=2, most=10, minutes=MINUTES),
)
crowded = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("at_hand", [1, lookback.AT_HAND])
@crowded
@given(data=st.data(), clouds=CROWDED)
def test_ranges_and_drifts_are_what_the_documents_say_however_the_events_arrive(
    at_hand: int, data: st.DataObject, clouds: list[Cloud]
) -> None:
    # given counts, statements and movements of several sources within minutes
    delivery = data.draw(deliveries(clouds), label="delivery")
    # when they arrive in any batches, and what is at hand is little or much
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookback, "AT_HAND", at_hand)
        stage = play(delivery, cuts=data.draw(CUTS))
    # then positions, ranges and comparisons are those of the oracle
    check(stage, clouds)


@crowded
@given(data=st.data(), clouds=CROWDED)
def test_a_restart_between_batches_changes_nothing(
    data: st.DataObject, clouds: list[Cloud]
) -> None:
    # given a partition that is put away and taken up again after some batch
    table = table_of(clouds)
    table = table.append_column("off", pa.array(np.arange(len(table)), pa.uint64()))
    cut = data.draw(st.integers(1, len(table) - 1))
    going, stopped = PartitionState(0, 1), PartitionState(0, 1)
    for state in (going, stopped):
        state.apply(table[:cut])
    stopped = pickle.loads(pickle.dumps(stopped))  # noqa: S301 - of our own making
    # then it goes on as if nothing had happened
    found, expected = (state.apply(table[cut:]) for state in (stopped, going))
    assert found.positions.equals(expected.positions)
    assert found.reconciliations.equals(expected.reconciliations)
    assert stopped.current().equals(going.current())


def test_the_worlds_are_full_of_doubts() -> None:
    # given the worlds that the tests above are drawn from
    seen = {"ambiguous": 0, "compared": 0, "in doubt": 0}

    @crowded
    @given(clouds=CROWDED)
    def look(clouds: list[Cloud]) -> None:
        told = doubts.comparisons(clouds).values()
        seen["ambiguous"] += any(low < high for low, high in doubts.ranges(clouds).values())
        seen["compared"] += bool(told)
        seen["in doubt"] += any(each.low < each.high for each in told)

    look()
    # then many of them hold what the tests are about
    assert seen["compared"] > 20
    assert seen["ambiguous"] > 5
    assert seen["in doubt"] > 3


def test_the_window_is_a_setting() -> None:
    table = table_of([_counted(100, 60), _moved(-5, 63)])
    table = table.append_column("off", pa.array([0, 1], pa.uint64()))
    flags = {}
    for minutes in (2, 3):
        state = PartitionState(0, 1, near=NearCounts(minutes * MINUTE_MS))
        flags[minutes] = state.apply(table).positions["flags"].to_pylist()[0]
    assert flags == {2: [], 3: ["count_ambiguous"]}
