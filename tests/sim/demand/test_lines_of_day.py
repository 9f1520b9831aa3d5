# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order lines of a day are a function of the seed, and look like those of customers."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sightline.sim.demand.classes import EDI, RETAIL, WEB
from sightline.sim.demand.lines import NOT_CHANGED, DayLines
from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.demand.weeks import weekday
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, day_of, time_of
from tests.sim.demand.buying import keys_of_lines, rates_of, same, world_of

WORLD = world_of("small")
START = day_of(WORLD.run.start)
LINES = LinesOfDay(WORLD, rates_of("small"))
THREE_WEEKS = DayLines.joined([LINES.of(day) for day in range(START, START + 21)])


def share(flags: np.ndarray) -> float:
    return float(np.mean(flags))


def test_the_same_day_of_the_same_world_brings_the_same_lines_whenever_it_is_asked() -> None:
    # given a world that has told of one day only, and one that has told of many
    fresh = LinesOfDay(WORLD)
    # then a day is the same in both
    assert same(fresh.of(START + 9), LINES.of(START + 9))


def test_another_seed_makes_another_day() -> None:
    other = LinesOfDay(world_of("small", 2), rates_of("small", 2)).of(START)
    assert not set(keys_of_lines(other)) >= set(keys_of_lines(LINES.of(START)))


@pytest.mark.parametrize("profile", ["tiny", "small", "full"])
def test_customer_day_order_and_item_name_a_line(profile: str) -> None:
    lines_of_day = LinesOfDay(world_of(profile), rates_of(profile))
    for day in range(START, START + 3):
        lines = lines_of_day.of(day)
        assert len(set(keys_of_lines(lines))) == len(lines) > 100
        assert lines.nth.max() < 300  # what is beyond is kept for what goes wrong


def test_lines_come_in_order_of_time_on_their_day_and_never_in_the_first_minute() -> None:
    for day in range(START, START + 7):
        at = LINES.of(day).at
        assert (np.diff(at) >= 0).all()
        assert at[0] >= day * DAY
        assert at[-1] < (day + 1) * DAY
        assert (at % HOUR >= MINUTE).all()
        assert (at % SECOND == 0).all()


def test_all_lines_of_an_order_come_together() -> None:
    lines = LINES.of(START)
    orders = list(zip(lines.customer.tolist(), lines.nth.tolist(), strict=True))
    assert len(set(orders)) == len(set(zip(orders, lines.at.tolist(), strict=True)))
    assert len(set(orders)) < len(orders) / 2


def test_a_line_fits_its_customer_and_place() -> None:
    cast, lines = WORLD.cast, THREE_WEEKS
    np.testing.assert_array_equal(cast.customer_region[lines.customer], lines.region)
    np.testing.assert_array_equal(cast.customer_channel[lines.customer], lines.channel)
    np.testing.assert_array_equal(cast.place_of_region[lines.region], lines.place)


def test_cases_are_whole_and_the_web_sells_pieces() -> None:
    lines = THREE_WEEKS
    pack = WORLD.cast.item_pack[lines.item]
    assert (lines.units >= 1).all()
    assert (lines.units[lines.in_cases == 1] % pack[lines.in_cases == 1] == 0).all()
    assert not lines.in_cases[lines.channel == WEB].any()
    assert 0.45 < share(lines.in_cases[lines.channel == EDI]) < 0.75


def test_what_customers_pay_follows_tier_and_contract() -> None:
    cast, lines = WORLD.cast, THREE_WEEKS
    listed = cast.item_price[lines.item]
    tier = cast.customer_tier[lines.customer]
    dear = (listed >= 1_000) & (cast.customer_contract_rank[lines.customer] == 3)
    asked = lines.price[dear] / listed[dear]
    is_web = lines.channel[dear] == WEB
    assert (asked[is_web] == 1).all()
    for rank, paid in ((1, 0.88), (2, 0.94), (3, 1.0)):
        np.testing.assert_allclose(asked[~is_web & (tier[dear] == rank)], paid, atol=0.001)


def test_goods_are_wanted_on_working_days_and_at_once_under_a_same_day_contract() -> None:
    cast, lines = WORLD.cast, THREE_WEEKS
    is_same_day = cast.customer_contract_rank[lines.customer] == 1
    wait = lines.requested_day - lines.day
    pairs = np.unique(np.stack([lines.place, lines.requested_day]), axis=1).T.tolist()
    assert all(cast.calendar_of(place).is_open(day) for place, day in pairs)
    assert (wait[~is_same_day] >= 1).all()
    assert share(wait[is_same_day] == 0) > 0.9
    usual = (lines.channel == EDI) & ~is_same_day & (lines.day % 7 == START % 7)
    assert set(wait[usual].tolist()) >= {2, 3, 4}


def test_about_three_lines_in_a_hundred_are_changed_or_cancelled_hours_or_days_later() -> None:
    lines = THREE_WEEKS
    is_changed = lines.new_units != NOT_CHANGED
    np.testing.assert_array_equal(is_changed, lines.new_at != NOT_CHANGED)
    assert 0.022 < share(is_changed) < 0.034
    assert 0.007 < share(lines.new_units == 0) < 0.013
    assert (lines.new_units[is_changed] != lines.units[is_changed]).all()
    hours = (lines.new_at - lines.at)[is_changed] / HOUR
    assert 9 < np.median(hours) < 15
    assert hours.min() > 0.5
    assert (lines.new_at[is_changed] % HOUR >= MINUTE).all()
    cases = is_changed & (lines.in_cases == 1)
    assert not (lines.new_units % WORLD.cast.item_pack[lines.item])[cases].any()


def test_business_orders_on_weekdays_and_the_web_every_day() -> None:
    lines = THREE_WEEKS
    is_weekend = np.array([weekday(day) >= 5 for day in lines.day.tolist()])
    assert not (lines.channel[is_weekend] == EDI).any()
    assert share(is_weekend[lines.channel == RETAIL]) < 0.03
    assert 0.26 < share(is_weekend[lines.channel == WEB]) < 0.36


def test_hours_of_the_day_are_those_of_the_channel() -> None:
    lines = LINES.of(START)
    zones = [WORLD.cast.places[place].zone for place in WORLD.cast.place_of_region.tolist()]
    local = np.array(
        [
            time_of(at).astimezone(ZoneInfo(zones[region])).hour
            for at, region in zip(lines.at.tolist(), lines.region.tolist(), strict=True)
        ]
    )
    assert set(local[lines.channel == EDI].tolist()) <= {1, 2, 3, 4, 5}
    assert set(local[lines.channel == RETAIL].tolist()) <= {6, 7, 8, 9, 10, 11}
    web = np.bincount(local[lines.channel == WEB], minlength=24)
    assert web[19:22].sum() > 2 * web[6:9].sum() > 0


def test_a_customer_of_edi_prefers_its_weekday() -> None:
    lines = THREE_WEEKS.taken(THREE_WEEKS.channel == EDI)
    of = np.zeros((len(WORLD.cast.customers), 7))
    np.add.at(of, (lines.customer, (lines.day + 3) % 7), 1)
    steady = of[of.sum(axis=1) >= 100]
    assert np.median(steady.max(axis=1) / steady.sum(axis=1)) > 0.4


def test_a_holiday_of_the_place_silences_business_there_and_nowhere_else() -> None:
    # given Epiphany, a holiday in some of the countries
    epiphany = START + 1
    closed = [
        not WORLD.cast.calendar_of(place).is_open(epiphany)
        for place in WORLD.cast.place_of_region.tolist()
    ]
    assert 0 < sum(closed) < 6
    # then what its region's partners order shrinks against a Tuesday later, others' does not
    for region, is_closed in enumerate(closed):
        counts = [
            int(((lines.region == region) & (lines.channel != WEB)).sum())
            for lines in (LINES.of(epiphany), LINES.of(epiphany + 14))
        ]
        assert counts[0] < 0.2 * counts[1] if is_closed else counts[0] > 0.6 * counts[1]


def test_more_demand_in_one_place_changes_no_line_of_another_and_keeps_the_old_ones() -> None:
    # given a day, and the same day with three times the demand for some items in one region
    usual = LINES.drawn(START)
    factor = np.ones((len(WORLD.cast.items), 6))
    factor[:50, 2] = 3.0
    more = LINES.drawn(START, factor)
    # then what is new lies there, and all that was is as it was
    is_old = np.isin(np.array(keys_of_lines(more)) @ [1, 7, 10**6, 10**9], _names(usual))
    assert same(more.taken(is_old), usual)
    added = more.taken(~is_old)
    assert set(added.region.tolist()) == {2}
    assert added.item.max() < 50
    assert len(added) > 20


def _names(lines: DayLines) -> np.ndarray:
    return np.array(keys_of_lines(lines)) @ [1, 7, 10**6, 10**9]
