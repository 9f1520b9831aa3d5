# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rates say what to expect, and what customers ask for is spread around that."""

import numpy as np
import pytest

from sightline.sim.demand.classes import CLASSES, SEASONAL
from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.engine.moments import Floats, day_of
from tests.sim.demand.buying import rates_of, world_of

WEEKS = 12
WORLD = world_of("small")
RATES = rates_of("small")
START = day_of(WORLD.run.start)
DAYS = range(START, START + 7 * WEEKS)


@pytest.fixture(scope="module")
def pieces() -> Floats:
    """Return pieces asked for, items by regions by days."""
    found = np.zeros((len(WORLD.cast.items), 6, len(DAYS)))
    lines_of_day = LinesOfDay(WORLD, RATES)
    for column, day in enumerate(DAYS):
        lines = lines_of_day.of(day)
        np.add.at(found[:, :, column], (lines.item, lines.region), lines.units)
    return found


@pytest.mark.parametrize("profile", ["tiny", "small", "full"])
def test_the_profile_sets_how_many_lines_there_are(profile: str) -> None:
    rates, wanted = rates_of(profile), world_of(profile).run.profile.lines_per_day
    assert rates.lines.mean() == pytest.approx(wanted, rel=1e-4)
    assert rates.lines.min() > 0


def test_an_ordinary_week_is_as_the_mean_says() -> None:
    # given a week of September without holidays, without promotions
    monday = START + 245
    lines = sum(RATES.channel_lines(day).sum() for day in range(monday, monday + 7))
    assert lines / 7 == pytest.approx(RATES.lines.sum(), rel=0.1)
    smooth = WORLD.cast.item_class == CLASSES.index("smooth")
    week = np.mean([RATES.factor(day, WORLD.cast) for day in range(monday, monday + 7)], axis=0)
    np.testing.assert_allclose(week[smooth], 1.0, atol=0.01)


def test_what_is_asked_for_comes_to_what_was_expected(pieces: Floats) -> None:
    expected = np.sum([RATES.units * RATES.factor(day) for day in DAYS], axis=0)
    by_class = WORLD.cast.item_class
    for each in range(len(CLASSES)):
        asked = pieces[by_class == each].sum()
        assert asked == pytest.approx(expected[by_class == each].sum(), rel=0.06)


def test_the_stated_variance_is_that_of_a_day_around_its_expectation(pieces: Floats) -> None:
    expected = np.stack([RATES.units * RATES.factor(day) for day in DAYS], axis=2)
    measured = ((pieces - expected) ** 2).mean(axis=2)
    by_class = WORLD.cast.item_class
    for each in range(len(CLASSES)):
        ratio = measured[by_class == each].sum() / RATES.variance[by_class == each].sum()
        assert 0.75 < ratio < 1.6


def test_a_items_make_four_fifths_of_the_value() -> None:
    value = (RATES.units * WORLD.cast.item_price[:, None]).sum(axis=1)
    share = value[WORLD.cast.item_abc == 0].sum() / value.sum()
    assert 0.75 < share < 0.87


@pytest.mark.parametrize(
    ("demand", "interval", "spread"),
    [
        ("smooth", (1.0, 1.32), (0.0, 0.49)),
        ("lumpy", (1.9, 8.0), (0.6, 1.5)),
        ("intermittent", (4.0, 16.0), (0.05, 0.4)),
        ("seasonal", (1.0, 1.6), (0.2, 0.7)),
        ("promo", (1.0, 1.6), (0.2, 0.8)),
    ],
)
def test_each_class_is_as_regular_as_it_is_called(
    pieces: Floats, demand: str, interval: tuple[float, float], spread: tuple[float, float]
) -> None:
    # given demand by item, region and week
    of_class = [item.demand == demand for item in WORLD.cast.items]
    weeks = pieces[of_class].reshape(-1, 6, WEEKS, 7).sum(axis=3)
    # then weeks between sales and squared spread of their size, medians, lie in their ranges
    sold = (weeks > 0).sum(axis=2)
    between = np.median(WEEKS / np.maximum(sold, 1))
    often = weeks[sold >= 4]
    sizes = [week[week > 0] for week in often]
    uneven = np.median([size.var(ddof=1) / size.mean() ** 2 for size in sizes])
    assert interval[0] <= between <= interval[1]
    assert spread[0] <= uneven <= spread[1]


def test_only_the_seasonal_class_has_a_year() -> None:
    # given mean factors of weeks half a year apart
    weeks = [
        sum(RATES.channel_lines(day).sum(axis=(1, 2)) for day in range(first, first + 7))
        for first in (START + 63, START + 63 + 182)
    ]
    swing = np.abs(np.log(weeks[0] / weeks[1]))
    seasonal = WORLD.cast.item_class == SEASONAL
    smooth = WORLD.cast.item_class == CLASSES.index("smooth")
    assert np.median(swing[seasonal]) > 0.3
    assert np.median(swing[smooth]) < 0.05


def test_a_promotion_raises_its_items_in_its_regions_while_it_lasts() -> None:
    running = [
        each
        for each in RATES.promotions.begun(START, START + 60)
        if not each.is_cancelled and len(RATES.promotions.on(each.first)) >= 1
    ]
    each = running[0]
    before, during, after = (
        RATES.promotions.factor(day) for day in (each.first - 1, each.first, each.last + 1)
    )
    cell = np.ix_(each.items, each.regions)
    assert (during[cell] == each.uplift).all()
    assert (before[cell] == 1).all()
    assert (after[cell] == 1).all()


def test_a_cancelled_promotion_raises_nothing() -> None:
    cancelled = [
        each for each in RATES.promotions.begun(START, START + 700) if each.is_cancelled
    ]
    assert cancelled
    for each in cancelled:
        days = range(each.first, each.last + 1)
        assert all(each not in RATES.promotions.on(day) for day in days)


def test_a_place_has_what_its_regions_have() -> None:
    tiny = rates_of("tiny")
    by_place = tiny.at_place(tiny.units)
    assert by_place.shape == (200, 3)
    np.testing.assert_array_equal(by_place[:, 1], tiny.units[:, 2] + tiny.units[:, 3])
