# SPDX-License-Identifier: AGPL-3.0-or-later
"""Definitions of KPIs on a few lines and states that can be worked out by hand."""

from typing import Any

import numpy as np

from sightline.sim.engine.book import Book
from sightline.sim.engine.moments import DAY, HOUR, MINUTE
from sightline.sim.fulfil.rows import COLUMNS, NEVER, LineBatch
from sightline.sim.truth.kpi.backlog import Backlog
from sightline.sim.truth.kpi.lines import Lines
from sightline.sim.truth.kpi.orders import Orders
from sightline.sim.truth.kpi.overrides import CaseMix
from sightline.sim.truth.kpi.stock import Stock
from sightline.sim.truth.kpi.tally import Dimensions
from sightline.sim.truth.states import Levels

BY = Dimensions(("R1", "R2"), ("DC1", "DC2"), ("edi", "web"))
USUAL = {
    "released_at": NEVER, "allocated_at": NEVER, "shipped_at": NEVER, "changed_at": NEVER,
    "first_units": 10, "ordered": 10, "promise_first": 5, "promise_last": 5, "promises": 1,
    "requested_day": 4, "day": 3, "price": 100,
}  # fmt: skip


def _lines(*lines: dict[str, int]) -> LineBatch:
    """Return lines that differ from the usual one as said."""
    rows = [USUAL | line for line in lines]
    return LineBatch({name: np.array([row.get(name, 0) for row in rows]) for name in COLUMNS})


def _told(*lines: dict[str, int], end_day: int = 9) -> dict[str, Any]:
    counter = Lines(BY, end_day)
    counter.take(_lines(*lines))
    return counter.told()


def _share(told: dict[str, Any]) -> tuple[int, int]:
    return told["num"], told["den"]


def test_a_line_is_filled_when_all_that_stood_on_its_day_had_left_by_then() -> None:
    told = _told(
        {"shipped": 10, "by_promise": 10, "shipped_at": 5 * DAY},  # in time
        {"shipped": 10, "by_promise": 6, "shipped_at": 6 * DAY},  # in part
        {},  # not at all, and still open
        {"ordered": 0, "changed_at": 4 * DAY},  # cancelled in time: never due
        {"ordered": 0, "changed_at": 6 * DAY},  # cancelled when it was late already
        {"ordered": 6, "changed_at": 5 * DAY, "shipped": 6, "by_promise": 6},  # made smaller
        {"promise_first": 9},  # due after the end of the run
    )
    assert _share(told["K01"]) == (2, 5)
    assert _share(told["K02"]) == (10 + 6 + 6, 10 + 10 + 10 + 10 + 6)
    assert _share(told["K04.value_fill"]) == (2200, 4600)


def test_a_promise_is_kept_on_its_day_or_the_one_before() -> None:
    told = _told(
        *({"shipped": 10, "by_promise": 10, "shipped_at": day * DAY} for day in (3, 4, 5)),
        {"shipped": 10, "shipped_at": 6 * DAY, "promise_last": 7, "promises": 2},
    )
    assert _share(told["K33.first"]) == (2, 4)
    assert _share(told["K33.latest"]) == (3, 4)
    assert _share(told["K33.churn"]) == (1, 4)


def test_an_order_is_filled_when_its_last_line_was_due() -> None:
    orders = Orders(BY, 9)
    # given an order of two lines, one late but shipped before the other was due
    orders.take(_lines({"nth": 1, "shipped": 10, "shipped_at": 6 * DAY}))
    in_time = {"promise_first": 7, "shipped": 10, "shipped_at": 7 * DAY, "by_promise": 10}
    orders.take(_lines({"nth": 1} | in_time, {"nth": 2} | in_time, {"nth": 2}))
    # and another one of which a line never came
    # then the first is filled and the second is not
    assert _share(orders.told()["K03"]) == (1, 2)


def test_what_is_owed_ages_from_its_requested_day() -> None:
    backlog = Backlog(BY, last_day=20)
    backlog.take(
        _lines(
            {"requested_day": 18, "allocated": 4},  # owes 6 for 2 days
            {"requested_day": 5, "shipped": 8, "allocated": 8},  # 2 for 15 days
            {"requested_day": 25},  # 10, not due
        )
    )
    told = backlog.told()
    assert _share(told["K10"]) == (18, 22)
    assert _share(told["K10.due"]) == (8, 22)
    assert _share(told["K09.mean_days"]) == (6 * 2 + 2 * 15, 8)
    assert {days: each["num"] for days, each in told["K09.units_by_days"].items()} == {
        "0-3": 6, "4-7": 0, "8-14": 0, "15-30": 2, ">30": 0,
    }  # fmt: skip


def test_stock_outs_are_integrals_and_short_ones_are_no_episodes() -> None:
    book, levels = Book(1, 2), Levels(2)
    stock = Stock(BY, np.array([100]), 2, start=0)
    # given a shelf that is full for an hour, bare for ten minutes, full, and bare from 3 to 5
    for at, units in (
        (MINUTE, 5),
        (HOUR + MINUTE, -5),
        (HOUR + 11 * MINUTE, 5),
        (3 * HOUR, -5),
        (5 * HOUR, 7),
    ):
        book.post(at, 0, on_hand=units)
    stock.take(0, levels.after(book.taken()))
    # when the day ends after six hours
    stock.close(6 * HOUR)
    told = stock.told()
    # then
    assert _share(told["K06"]) == (130 * 60_000, (6 * 60 - 1) * 60_000)
    assert _share(told["K07"]) == (1, 1)
    pieces_minutes = 5 * 60 + 5 * (180 - 71) + 7 * 60
    assert stock.value_time == pieces_minutes * 60_000 * 100
    at = np.array([0, 30 * MINUTE, 65 * MINUTE, 3 * HOUR, 5 * HOUR])
    out = stock.flips.were_out(np.zeros(5, np.int64), at)
    assert out.tolist() == [True, False, True, True, False]
    assert stock.flips.were_out(np.array([1]), np.array([HOUR])).all()


def test_a_region_is_held_against_the_others_in_the_same_cases() -> None:
    mix = CaseMix()
    # given easy and hard cases; elsewhere 1 of 10 and 8 of 10 are overridden
    for stratum, overridden in ((("easy",), 1), (("hard",), 8)):
        for number in range(10):
            mix.take(1, stratum, int(number < overridden))
    # when a region has hard cases only, and overrides as often as others do
    for number in range(10):
        mix.take(0, ("hard",), int(number < 8))
    # then it is as it should be, and the few others of a rare case are widened to all
    mix.take(0, ("rare",), 0)
    told = mix.told(("R1", "R2"))["by"]["region"]["R1"]
    assert told["observed"] == 8
    assert told["expected"] == 8 + 9 / 20
