# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promotions, signals and forecasts run ahead of orders, and the product can read them."""

from collections import defaultdict

import numpy as np
import pytest

from sightline.events.decode import decode_lines
from sightline.sim.demand.forecasts import BIAS
from sightline.sim.demand.signals import period
from sightline.sim.demand.weeks import weekday
from sightline.sim.engine.book import Changes
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, date_of, day_of
from sightline.sim.engine.world import Hour
from sightline.sim.systems.recorder import Recorder
from tests.sim.demand.buying import Bought, bought

NOTHING = Changes(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@pytest.fixture(scope="module")
def month() -> Bought:
    return bought(1)


def told(month: Bought, kind: str) -> list[Fact]:
    return [fact for fact in month.facts if fact.kind == kind]


def test_the_product_reads_all_of_it(month: Bought) -> None:
    # given what the systems write down of a month
    world = month.world
    recorder = Recorder(world.cast, world.labels, world.run)
    hour = Hour(world.run.start, month.facts, month.many, NOTHING, [])
    lines = recorder.lines(hour).line.to_pylist()
    # then every event is accepted
    assert len(lines) > 5_000
    decoded = decode_lines(lines, ingest_ms=world.run.end // 1000)
    assert decoded.refused == []
    assert len(decoded.table) == len(lines)


def test_facts_have_names_of_their_own_and_keep_out_of_the_first_minute(month: Bought) -> None:
    names = [(fact.source, fact.name) for fact in month.facts]
    assert len(set(names)) == len(names)
    assert all(fact.at % HOUR >= MINUTE for fact in month.facts)


def test_promotions_are_planned_and_then_approved_or_cancelled(month: Bought) -> None:
    # given what was told of each promotion, in order
    states = defaultdict(list)
    for fact in sorted(told(month, "demand.promotion_changed"), key=lambda fact: fact.at):
        states[fact.data["promotion"]].append(fact.data["state"])
    # then it is planned first, and settled at most once
    assert all(each[0] == "planned" for each in states.values())
    assert {tuple(each[1:]) for each in states.values()} <= {(), ("approved",), ("cancelled",)}
    assert ["planned", "approved"] in states.values()


def test_what_raises_demand_was_approved_before(month: Bought) -> None:
    run, known = month.world.run, {}
    for fact in told(month, "demand.promotion_changed"):
        if fact.data["state"] == "approved":
            known[fact.data["promotion"]] = fact.at
    for day in range(day_of(run.start) + 1, day_of(run.end)):
        for each in month.rates.promotions.on(day):
            assert known[each.code] < day * DAY


def test_page_views_follow_what_the_web_buys(month: Bought) -> None:
    views: dict[str, float] = defaultdict(float)
    for fact in told(month, "demand.signal"):
        if fact.data["metric"] == "web":
            views[fact.data["family"]] += fact.data["value"]
    cast = month.world.cast
    bought_there = np.zeros(len(cast.families))
    np.add.at(bought_there, cast.item_family, month.rates.usual_lines()[:, :, 2].sum(axis=1))
    seen = np.array([views[family] for family in cast.families])
    assert np.corrcoef(seen, bought_there)[0, 1] > 0.9


def test_every_metric_comes_from_its_own_system(month: Bought) -> None:
    pairs = {(fact.data["metric"], fact.source) for fact in told(month, "demand.signal")}
    assert pairs == {
        ("web", "web://shop"),
        ("ticket", "crm://desk"),
        ("opportunity", "crm://desk"),
    }


def test_a_larger_company_reads_its_page_views_more_often() -> None:
    assert [period(lines, 150) for lines in (360, 4_200, 28_500)] == [24, 2, 1]


def test_forecasts_are_published_at_first_and_on_mondays_for_the_next_two_weeks(
    month: Bought,
) -> None:
    cells = len(month.world.cast.items) * len(month.world.cast.places)
    first = day_of(month.world.run.start)
    lags = defaultdict(list)
    for each in month.many:
        assert len(each.at) == cells
        day = day_of(int(each.at[0]))
        lag = int(each.columns["lag"][0])
        assert weekday(day) == 0
        assert int(each.columns["bucket_day"][0]) == day + 7 * lag
        lags[day].append(lag)
    assert lags == {first: [0, 1, 2]} | {first + 7 * week: [1, 2] for week in range(1, 3)}


def test_a_forecast_is_what_will_be_expected_with_the_bias_of_its_regions(
    month: Bought,
) -> None:
    # given what planning said of much-sold items, and what was to be expected of them
    for each in month.many:
        first = int(each.columns["bucket_day"][0])
        true = month.rates.at_place(
            sum(
                (
                    month.rates.units * month.rates.factor(day)
                    for day in range(first, first + 7)
                ),
                start=np.zeros(month.rates.units.shape),
            )
        )
        ratio = each.columns["units"].reshape(true.shape) / np.maximum(true, 1)
        for place, regions in enumerate(zip(*[iter(BIAS.values())] * 2, strict=True)):
            off = np.median(ratio[true[:, place] > 30, place]) - 1
            # then it is off by about what the two regions of the place are
            assert min(regions) - 0.05 < off < max(regions) + 0.03


def test_a_forecast_states_how_far_it_may_be_off(month: Bought) -> None:
    # given what was asked for in the second week, by item and place
    run, lines = month.world.run, month.lines
    monday = day_of(run.start) + 7
    asked = np.zeros((len(month.world.cast.items), len(month.world.cast.places)))
    week = (lines.day >= monday) & (lines.day < monday + 7)
    np.add.at(asked, (lines.item[week], lines.place[week]), lines.units[week])
    each = next(e for e in month.many if e.columns["bucket_day"][0] == monday)
    # then nearly all of it lies within two stated deviations
    off = np.abs(asked.ravel() - each.columns["units"]) / np.maximum(each.columns["sd"], 1)
    assert 0.9 < np.mean(off <= 2) < 0.995
    assert date_of(monday).isoformat() == "2026-01-12"
