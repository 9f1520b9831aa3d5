# SPDX-License-Identifier: AGPL-3.0-or-later
from itertools import permutations

import pyarrow as pa
import pytest

from streams.logic import order_line
from streams.logic.facts import exceptions
from streams.logic.order_line import Place
from streams.logic.positions import PartitionState
from streams.logic.rows import Effects, Row
from tests.strategies.clouds import Cloud, cloud, table_of
from tests.streams.stage import check, play

HERE = {"item": "A", "loc": "L"}


def test_reversing_a_count_alone_restates_the_hour_of_the_count() -> None:
    # given stock that was counted, and a batch that does nothing but take the count back
    events = [
        cloud("inventory.receipt", id="r", q=10, **HERE),
        cloud("inventory.counted", id="c", minute=70, q=4, count_id="c", **HERE),
        cloud("inventory.reversed", id="x", minute=75, reverses="c", **HERE),
    ]
    # when it arrives in a batch of its own
    stage = play(events, cuts=[1, 2])
    # then the position and every hour are as if there had been no count
    check(stage, events)


def test_counts_at_one_moment_with_long_ids_that_begin_alike_are_kept_apart() -> None:
    # given two counts at one time, whose ids differ late
    events = [
        cloud("inventory.receipt", id="r", q=10, **HERE),
        *(
            cloud(
                "inventory.counted",
                id=f"stocktake/2026-03-02/warehouse-1/line-{n}",
                minute=5,
                q=n,
                count_id="c",
                **HERE,
            )
            for n in (1, 2, 3)
        ),
    ]
    # when they arrive in any order, then the one with the highest id holds
    for delivery in permutations(events):
        for cuts in ([], [1, 2, 3]):
            check(play(delivery, cuts=cuts), events)


def test_versions_told_apart_by_long_ids_alone_do_not_depend_on_arrival() -> None:
    # given an order line placed twice with the same version, told apart by ids that differ late
    events: list[Cloud] = [
        cloud(
            "demand.line_placed",
            id=f"orders/2026-03-02/warehouse-1/line-{n}",
            q=n,
            order_line="O1",
            **HERE,
        )
        for n in (1, 2, 3)
    ]
    # when they arrive in any order, then the highest id wins
    for delivery in permutations(events):
        check(play(delivery, cuts=[1, 2]), events)


def test_an_exception_told_by_another_system_in_numbers_does_not_stop_the_stream() -> None:
    # given an exception whose severity and rule version are numbers, as the catalogue allows
    told = cloud(
        "exception.opened", id="x", exc_id="X1", kind="late", severity=2, rule_version=3
    )
    table = table_of([told]).append_column("off", pa.array([7], pa.uint64()))
    # when its row is made
    (row,) = exceptions(table).to_pylist()
    # then it says so in words
    assert (row["severity"], row["rule_version"]) == ("2", "3")


def test_a_reversal_that_names_another_item_waits_in_any_number_of_partitions() -> None:
    # given a receipt, and a reversal of it that gives the wrong item
    events = [
        cloud("inventory.receipt", id="r", q=10, **HERE),
        cloud("inventory.reversed", id="x", reverses="r", item="B", loc="L"),
    ]
    for partitions in (1, 4, 8):
        # when both arrive
        stage = play(events, partitions=partitions)
        # then the receipt stands, wherever the two happen to lie
        assert stage.positions["main", "A", "L"]["on_hand"] == 10


def test_a_line_with_many_events_is_not_read_from_its_beginning_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given an order line that is stated again and again, as where lines have bare numbers
    events = [
        cloud("demand.line_placed", id=f"p{n}", minute=60 * n, q=n + 1, order_line="1", **HERE)
        for n in range(40)
    ]
    read = list[int]()
    law = order_line.effects

    def counted(rows: list[Row], place: Place) -> Effects:
        read.append(len(rows))
        return law(rows, place)

    monkeypatch.setattr(order_line, "effects", counted)
    # when its events come one at a time
    check(play(events, cuts=range(1, 40)), events)
    # then each asks the law for the hours that it changes only, not for all of them
    assert len(read) < 4 * len(events)


def test_after_a_kill_lines_that_nobody_stated_are_not_told_and_break_nothing() -> None:
    # given goods for lines that were never ordered, beside lines that were
    events = [
        cloud("inventory.receipt", id="r", po_line="P1", q=3, **HERE),
        cloud("supply.po_released", id="p", po_line="P2", q=3, **HERE),
        cloud("inventory.shipment", id="s", order_line="O1", q=2, **HERE),
        cloud("demand.line_placed", id="o", order_line="O2", version=1, q=2, **HERE),
    ]
    table = table_of(events).append_column("off", pa.array(range(4), pa.uint64()))
    # when they are told again because an earlier run may have told them
    state = PartitionState(0, 1)
    state.again = True
    changes = state.apply(table)
    # then only what was stated is told, by its name
    assert changes.open_lines["order_line"].to_pylist() == ["O2"]
    assert changes.open_supply["line"].to_pylist() == ["P2"]
