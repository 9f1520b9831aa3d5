# SPDX-License-Identifier: AGPL-3.0-or-later
"""Items: stated shares of classes, value by Zipf, packs and money that a buyer believes."""

import numpy as np
import pytest

from sightline.sim.cast.cast import Cast
from sightline.sim.cast.families import FAMILIES
from sightline.sim.cast.items import CLASSES
from sightline.sim.profile import PROFILES

SEEDS = (1, 2, 3)
TINY, FULL = PROFILES["tiny"], PROFILES["full"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fifth_of_the_items_brings_four_fifths_of_the_turnover(seed: int) -> None:
    # given the items of a full world
    cast = Cast.build(FULL, seed)
    # when they are counted and their turnover is summed by class
    counts = np.bincount(cast.item_abc) / len(cast.items)
    value = np.bincount(cast.item_abc, weights=cast.item_value)
    # then A, B and C are as large as they should be
    assert counts == pytest.approx([0.21, 0.35, 0.44], abs=0.01)
    assert value == pytest.approx([0.80, 0.15, 0.05], abs=0.005)


@pytest.mark.parametrize("seed", SEEDS)
def test_classes_of_demand_have_their_shares(seed: int) -> None:
    cast = Cast.build(FULL, seed)
    shares = np.bincount(cast.item_class, minlength=5) / len(cast.items)
    assert CLASSES == ("smooth", "lumpy", "intermittent", "seasonal", "promo")
    assert shares == pytest.approx([0.35, 0.20, 0.24, 0.12, 0.09], abs=0.02)
    intermittent = cast.item_class == CLASSES.index("intermittent")
    assert intermittent[cast.item_abc == 0].mean() < 0.08
    assert intermittent[cast.item_abc == 2].mean() > 0.35


@pytest.mark.parametrize("seed", SEEDS)
def test_every_class_of_demand_and_of_value_is_there_in_a_tiny_world(seed: int) -> None:
    cast = Cast.build(TINY, seed)
    assert np.bincount(cast.item_class, minlength=5).min() >= 6
    assert np.bincount(cast.item_abc, minlength=3).min() >= 30


def test_suppliers_take_whole_cases_of_known_sizes() -> None:
    items = Cast.build(FULL, 1).items
    assert {item.pack for item in items} == {6, 12, 24, 144}
    assert all(item.moq % item.pack == 0 and item.moq >= item.pack for item in items)
    assert all(item.moq <= 2 * item.pack for item in items if item.abc == "C")


def test_every_item_is_sold_for_more_than_it_costs() -> None:
    items = Cast.build(FULL, 1).items
    assert all(1.2 * item.cost < item.price < 1.9 * item.cost for item in items)
    assert 3_00 < np.median([item.cost for item in items]) < 9_00
    assert all(item.weight_g >= 5 for item in items)


def test_codes_and_names_are_short_and_unique() -> None:
    items = Cast.build(FULL, 1).items
    assert len({item.code for item in items}) == len({item.name for item in items}) == 5_000
    assert max(len(item.code) for item in items) <= 16
    assert {item.family for item in items} == {family.code for family in FAMILIES}
    assert len(FAMILIES) == 25


def test_names_stay_unique_beyond_all_combinations() -> None:
    family = FAMILIES[0]
    assert len({family.name_of(number) for number in range(1_000)}) == 1_000


def test_an_item_is_the_same_in_a_world_of_any_size() -> None:
    # given a tiny and a full world of one seed
    tiny, full = (Cast.build(profile, 4).items for profile in (TINY, FULL))
    # then the items that both have agree in all but what depends on the others
    for small, large in zip(tiny, full, strict=False):
        assert (small.index, small.code, small.name) == (large.index, large.code, large.name)
        assert (small.pack, small.cost, small.price) == (large.pack, large.cost, large.price)


@pytest.mark.parametrize("name", PROFILES)
def test_every_supplier_makes_something_of_few_families(name: str) -> None:
    # given any world
    cast = Cast.build(PROFILES[name], 1)
    # when the families of every supplier are listed
    families = [
        {item.family for item in cast.items if item.supplier == each.index}
        for each in cast.suppliers
    ]
    # then nobody is idle and nobody makes everything
    assert min(len(each) for each in families) >= 1
    assert max(len(each) for each in families) <= 3


def test_arrays_say_what_the_records_say() -> None:
    cast = Cast.build(TINY, 1)
    for item in cast.items:
        at = item.index
        assert cast.item_pack[at] == item.pack
        assert (cast.item_cost[at], cast.item_price[at]) == (item.cost, item.price)
        assert cast.item_supplier[at] == item.supplier
        assert cast.families[cast.item_family[at]] == item.family
        assert "ABC"[cast.item_abc[at]] == item.abc
        assert CLASSES[cast.item_class[at]] == item.demand
    assert cast.item_value.sum() == pytest.approx(1)
