# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.outlook import (
    Bucket,
    Habit,
    available_to_promise,
    discrete,
    grid,
    horizon,
    projected,
    spread,
)

TODAY = date(2026, 3, 2)
plain = settings(max_examples=150, deadline=None, derandomize=True)
units = st.integers(0, 40)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[int, list[int], list[int]]:
    """Draw what is available, and what comes and goes on each day."""
    days = draw(st.integers(1, 12))
    each = st.lists(units, min_size=days, max_size=days)
    return draw(st.integers(-30, 60)), draw(each), draw(each)


# --- available to promise --------------------------------------------------------------------


@plain
@given(ledger=ledgers())
def test_what_can_be_promised_is_the_largest_order_that_leaves_no_later_day_short(
    ledger: tuple[int, list[int], list[int]],
) -> None:
    # given stock, supply and committed demand by day
    available, supply, committed = ledger
    # when it is asked what can be promised for each day
    found = available_to_promise(available, np.array(supply), np.array(committed))

    # then one more order of that size on that day leaves nothing short, and one unit more does
    def lowest(day: int, extra: int) -> int:
        orders = [q + extra * (at == day) for at, q in enumerate(committed)]
        ends = range(day, len(supply))
        return min(available + sum(supply[: e + 1]) - sum(orders[: e + 1]) for e in ends)

    for day, promise in enumerate(found.tolist()):
        assert lowest(day, promise) == 0
        assert lowest(day, promise + 1) < 0
    assert (np.diff(found) >= 0).all()


@plain
@given(ledger=ledgers())
def test_each_supply_promises_what_is_due_before_the_next_one_leaves(
    ledger: tuple[int, list[int], list[int]],
) -> None:
    # given stock, supply and committed demand by day
    available, supply, committed = ledger
    # when each supply is asked what it leaves
    found = discrete(available, np.array(supply), np.array(committed)).tolist()
    # then it is the supply less what is due until the next one; today's counts the stock
    starts = [0, *(day for day in range(1, len(supply)) if supply[day])]
    for start, end in zip(starts, [*starts[1:], len(supply)], strict=True):
        stock = available if start == 0 else 0
        assert found[start] == stock + supply[start] - sum(committed[start:end])
    # and all together are what is left in the end
    assert sum(found) == available + sum(supply) - sum(committed)


# --- projected available balance -------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Bucket], list[int], list[int]]:
    """Draw forecast periods one after the other, and orders by day, reserved and not."""
    start, buckets = draw(st.integers(-6, 3)), []
    for _ in range(draw(st.integers(0, 4))):
        length = draw(st.integers(1, 7))
        buckets.append(Bucket(TODAY + timedelta(start), length, draw(units), "forecast"))
        start += length
    days = max(start, 1)
    each = st.lists(units, min_size=days, max_size=days)
    return buckets, draw(each), draw(each)


@plain
@given(plan=plans(), available=st.integers(-20, 200), comes=st.lists(units, max_size=3))
def test_the_balance_counts_the_larger_of_forecast_and_orders_period_by_period(
    plan: tuple[list[Bucket], list[int], list[int]], available: int, comes: list[int]
) -> None:
    # given forecast periods, orders with and without stock reserved, and receipts
    buckets, unreserved, reserved = plan
    receipts = (comes + [0] * len(unreserved))[: len(unreserved)]
    # when the balance is projected
    ordered = np.add(unreserved, reserved)
    beyond, _ = spread(buckets, TODAY, ordered)
    found = projected(available, receipts, unreserved, beyond)
    # then at the end of each period it is the formula: the maximum of the forecast's remaining
    # share, less what has stock reserved, and of the unreserved orders
    periods = [(max((b.start - TODAY).days, 0), b) for b in buckets]
    periods = [(at, b) for at, b in periods if (b.start - TODAY).days + b.days > 0]
    gone, day = Fraction(0), 0
    for at, bucket in periods:
        gone += sum(unreserved[day:at])
        day = (bucket.start - TODAY).days + bucket.days
        share = Fraction(bucket.quantity) * (day - at) / bucket.days
        consumed = share - sum(reserved[at:day])
        gone += max(consumed, Fraction(sum(unreserved[at:day])))
        assert found[day - 1] == pytest.approx(float(available + sum(receipts[:day]) - gone))


def test_the_first_forecast_of_a_day_holds_and_the_model_fills_the_rest() -> None:
    # given a published week that began yesterday, and the model's days
    weekly = Bucket(TODAY - timedelta(days=5), 7, 14, "forecast")
    daily = [Bucket(TODAY + timedelta(days=n), 1, 3, "model") for n in range(4)]
    # when both are spread over four days
    beyond, basis = spread([weekly, *daily], TODAY, np.zeros(4))
    # then two sevenths of the week are left, and the model follows
    assert beyond.tolist() == [2, 2, 3, 3]
    assert basis == ["forecast", "forecast", "model", "model"]


def test_what_is_overdue_or_undated_counts_today_and_far_days_are_left_out() -> None:
    days = [TODAY - timedelta(days=9), None, TODAY + timedelta(days=2), date(2031, 1, 1)]
    assert grid(TODAY, 3, [1, 2, 4, 8], days).tolist() == [3, 0, 4]
    assert horizon(TODAY, days) == 365
    assert horizon(TODAY, [None]) == 28


# --- silence ---------------------------------------------------------------------------------


def test_a_source_is_stale_once_it_breaks_its_own_habit() -> None:
    # given one source heard hourly and one heard each working day, for four weeks
    heard = datetime(2026, 3, 6, 17, tzinfo=UTC)
    hourly = Habit("wms", heard, timedelta(hours=1), timedelta(days=28))
    daily = Habit("erp", heard, timedelta(hours=63), timedelta(days=28))
    # when it is Sunday
    sunday = heard + timedelta(days=2)
    # then only the one that is never quiet on Sundays is stale, the other after a week
    assert hourly.is_stale(sunday)
    assert not daily.is_stale(sunday)
    assert daily.is_stale(heard + timedelta(days=7))


def test_a_source_without_two_weeks_of_history_is_not_judged() -> None:
    heard = datetime(2026, 3, 6, 17, tzinfo=UTC)
    young = Habit("new", heard, timedelta(hours=1), timedelta(days=13))
    once = Habit("once", heard, None, timedelta(0))
    assert not young.is_stale(heard + timedelta(days=300))
    assert not once.is_stale(heard + timedelta(days=300))
