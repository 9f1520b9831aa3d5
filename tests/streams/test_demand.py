# SPDX-License-Identifier: AGPL-3.0-or-later
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincinv
from scipy.stats import nbinom

from streams.logic.demand import tails
from streams.logic.demand.asked import DAY_MS, Asked
from streams.logic.demand.frontier import Aligned, FrontierState
from streams.logic.demand.location import UNIT, Day, LocationState
from streams.logic.demand.model import WARM_UP, DemandAnomalyDetector
from streams.logic.demand.sums import Appended, Sums

SOURCE = ("main", "erp://a")


def asked(rows: list[tuple[int, int, int]], *, off: int = 1) -> Asked:
    """Return demand of item i on day d by customer 1: rows of (item, day, units)."""
    return Asked(
        "main",
        "DC1",
        frozenset({SOURCE}),
        [f"item-{item}" for item, _, _ in rows],
        np.array([day for _, day, _ in rows], np.int64),
        np.ones(len(rows), np.uint64),
        np.array([units * UNIT for _, _, units in rows], np.int64),
        np.ones(len(rows), np.int64),
        np.full(len(rows), off, np.uint64),
    )


def news(rows: list[tuple[int, int, int]], open_day: int, *, off: int = 1) -> Aligned:
    return Aligned("main", "DC1", [asked(rows, off=off)] if rows else [], open_day)


def told(days: list[Day], state: LocationState) -> dict[tuple[str, int], tuple[float, int]]:
    return {
        (state.items.names[item], day.day): (q / UNIT, lines)
        for day in days
        for item, q, lines in zip(
            day.item.tolist(), day.q.tolist(), day.lines.tolist(), strict=True
        )
    }


def exactly(days: list[Day]) -> str:
    """Return all that is told of `days`; nan reads as itself."""
    return repr([[np.array(column).tolist() for column in day] for day in days])


@pytest.mark.parametrize(("y", "mean", "variance"), [(0, 3, 9), (7, 3, 9), (25, 10, 12)])
def test_the_score_is_the_tail_of_a_negative_binomial(y: int, mean: int, variance: int) -> None:
    r, p = mean * mean / (variance - mean), mean / variance
    tail = nbinom.sf(y - 1, r, p) if y >= mean else nbinom.cdf(y, r, p)
    got = tails.score(*(np.array([float(each)]) for each in (y, mean, variance)))
    assert got[0] == pytest.approx(-np.log10(tail), rel=1e-9)


def test_the_interval_holds_nine_tenths() -> None:
    low, high = tails.interval(np.array([40.0]), np.array([90.0]))
    r, p = 40.0**2 / 50.0, 40.0 / 90.0
    assert nbinom.cdf(high[0], r, p) - nbinom.cdf(low[0], r, p) == pytest.approx(0.9, abs=0.03)


def test_the_table_of_quantiles_is_as_good_as_the_inverse() -> None:
    mean = np.geomspace(0.06, 1e5, 200)
    variance = mean * np.geomspace(1.02, 500, 200)
    for got, share in zip(tails.interval(mean, variance), (0.05, 0.95), strict=True):
        exact = gammaincinv(mean**2 / variance, share) * variance / mean
        assert np.max(np.abs(got - exact) / mean) < 1e-5


def test_scoring_teaches_nothing() -> None:
    # given a detector that has learnt a steady demand
    detector = DemandAnomalyDetector()
    for y in [10, 12, 8, 11, 9, 10, 12, 9, 10]:
        detector.learn_one({}, y)
    before = detector.predict_one()
    # when it judges a bulk order
    score = detector.score_one({}, 500)
    # then the order is far out and the expectation is as it was
    assert score > 10
    assert detector.predict_one() == before


def test_one_bulk_order_does_not_become_the_norm() -> None:
    detector = DemandAnomalyDetector()
    for y in [10, 12, 8, 11, 9, 10, 12, 9, 10]:
        detector.learn_one({}, y)
    detector.learn_one({}, 5000)
    assert detector.predict_one()[0] < 12


def test_no_verdict_before_the_warm_up_is_over() -> None:
    detector = DemandAnomalyDetector()
    for _ in range(WARM_UP - 1):
        detector.learn_one({}, 5)
    assert detector.score_one({}, 500) == 0.0


def test_a_day_is_judged_by_the_days_before_it() -> None:
    # given nine days of ten units and a tenth of two hundred
    state = LocationState.of(news([], 0))
    rows = [(0, day, 10) for day in range(9)] + [(0, 9, 200)]
    # when the tenth day closes
    days = state.apply([news(rows, 10)])
    # then it alone is out of range, and its expectation was near ten
    assert [day.day for day in days if day.alarming.any()] == [9]
    assert days[-1].expected is not None
    assert days[-1].expected.mean[0] == pytest.approx(10, abs=1)


def test_a_late_line_restates_its_day_and_may_withdraw_the_alarm() -> None:
    # given a day on which an item that sells ten a day sold nothing, and the alarm for it
    state = LocationState.of(news([], 0))
    rows = [(0, day, 30) for day in range(20)] + [(1, 20, 5)]
    days = state.apply([news(rows, 21)])
    assert days[-1].alarming.tolist() == [True, False]
    # when the missing lines arrive late
    (restated,) = state.apply([news([(0, 20, 30)], 21, off=7)])
    # then that day is told anew, in range, and the alarm is taken back
    assert (restated.day, restated.q.tolist()) == (20, [30 * UNIT])
    assert (restated.alarming.tolist(), restated.was_alarming.tolist()) == ([False], [True])
    assert restated.off.tolist() == [7]


def test_a_location_goes_on_from_any_snapshot_as_if_it_had_not_stopped() -> None:
    # given items with a long, a short and a single day of history, some of it zero or odd
    whole = LocationState.of(news([], 0))
    stopped = LocationState.of(news([], 0))
    for day in range(24):
        rows = [(item, day, 1 + (day * 7 + item) % 11) for item in range(day // 4 + 1)]
        rows += [(0, day, 400)] if day in (15, 22) else []
        rows += [(1, 15, 90)] if day == 20 else []  # late
        # when the one goes on, and the other is taken up from a snapshot every day
        stopped = pickle.loads(pickle.dumps(stopped))  # noqa: S301
        one, other = (state.apply([news(rows, day)]) for state in (whole, stopped))
        # then both tell the same, to the last bit
        assert exactly(one) == exactly(other)
    assert whole.raised
    assert (stopped.raised, stopped.started, stopped.items) == (
        whole.raised,
        whole.started,
        whole.items,
    )


def test_days_without_any_sale_are_passed_over() -> None:
    state = LocationState.of(news([], 0))
    days = state.apply([news([(0, 3, 5), (0, 9, 5)], 30)])
    assert [day.day for day in days] == [3, 9]


lines = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(1, 9)), max_size=40
)


@given(lines, st.integers(1, 9), st.randoms())
def test_the_sums_of_every_day_hold_for_any_order_and_cut(
    rows: list[tuple[int, int, int]], size: int, random: object
) -> None:
    # given order lines in any order, cut anywhere, with days closing meanwhile
    random.shuffle(rows)  # type: ignore[attr-defined]
    state, last = LocationState.of(news([], 0)), {}
    for start in range(0, len(rows), size):
        last |= told(state.apply([news(rows[start : start + size], start // 5)]), state)
    last |= told(state.apply([news([], 13)]), state)
    # then the last word on each day is the plain sum of its lines
    for item in range(4):
        for day in {day for i, day, _ in rows if i == item}:
            mine = [units for i, d, units in rows if (i, d) == (item, day)]
            assert last[f"item-{item}", day] == (sum(mine), len(mine))


def test_a_day_closes_when_the_slowest_partition_has_read_past_it() -> None:
    # given two partitions, of which one has read day 3 in row 10 of the log
    state = FrontierState.of(2)
    append = Appended(10, {SOURCE: 3 * DAY_MS}, [asked([(0, 1, 5)])])
    assert state.apply([Sums(0, 10, [append])]) == []
    # when the other has read row 9, and then row 10
    assert state.apply([Sums(1, 9, [])]) == []
    (news,) = state.apply([Sums(1, 10, [])])
    # then only the second lets days before 3 close
    assert news.open_day == 3


def test_a_silent_source_is_not_waited_for() -> None:
    state = FrontierState.of(1)
    other = asked([(0, 1, 5)])._replace(sources=frozenset({("main", "erp://old")}))
    marks = {SOURCE: 40 * DAY_MS, ("main", "erp://old"): 2 * DAY_MS}
    (aligned,) = state.apply([Sums(0, 5, [Appended(5, marks, [asked([(0, 1, 5)]), other])])])
    assert aligned.open_day == 40


def test_tenants_that_share_a_source_do_not_share_its_clock() -> None:
    # given a tenant that is at day 100 and another at day 50, both fed by the same source
    state = FrontierState.of(1)
    slow = asked([(0, 50, 5)])._replace(tenant="slow", sources=frozenset({("slow", "erp://a")}))
    marks = {SOURCE: 100 * DAY_MS, ("slow", "erp://a"): 50 * DAY_MS}
    news = state.apply([Sums(0, 5, [Appended(5, marks, [asked([(0, 100, 5)]), slow])])])
    # then each location's days end by its own tenant's watermark
    assert {each.tenant: each.open_day for each in news} == {"main": 100, "slow": 50}


appends = st.lists(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(1, 9)), max_size=4),
    min_size=1,
    max_size=12,
)


@given(appends, st.data())
def test_what_was_expected_does_not_depend_on_the_pace_of_the_partitions(
    appends: list[list[tuple[int, int, int]]], data: st.DataObject
) -> None:
    # given appends of order lines, some of them late, spread over two partitions
    def part(number: int, upto: int, after: int) -> Sums:
        mine = [
            Appended(
                row,
                {SOURCE: max(day for _, day, _ in lines) * DAY_MS},
                [asked(some, off=row)]
                if (some := [x for x in lines if x[0] == number])
                else [],
            )
            for row, lines in enumerate(appends, start=1)
            if after < row <= upto and lines
        ]
        return Sums(number, upto, mine)

    # when both partitions are read at once, or each at its own pace
    at_once = _told_by([[part(0, len(appends), 0), part(1, len(appends), 0)]])
    steps, reached = [], [0, 0]
    while min(reached) < len(appends):
        number = data.draw(st.integers(0, 1))
        upto = data.draw(st.integers(reached[number], len(appends)))
        steps.append([part(number, upto, reached[number])])
        reached[number] = upto
        if len(steps) > 40:
            steps += [[part(n, len(appends), reached[n])] for n in (0, 1)]
            reached = [len(appends)] * 2
    # then every day was told the same, expectations included
    assert _told_by(steps) == at_once


def _told_by(batches: list[list[Sums]]) -> list[tuple[object, ...]]:
    frontier, location = FrontierState.of(2), LocationState("main", "DC1")
    days = [day for batch in batches for day in location.apply(frontier.apply(batch))]
    return [
        (
            day.day,
            [location.items.names[i] for i in day.item.tolist()],
            day.q.tolist(),
            [] if day.expected is None else day.expected.mean.tolist(),
        )
        for day in days
    ]
