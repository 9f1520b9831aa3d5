# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cast as a whole: the same again, cheap, and large enough for what it has to do."""

import time

import numpy as np
import pytest

from sightline.sim.cast.cast import Cast
from sightline.sim.cast.kinds import REGIONS
from sightline.sim.cast.places import PICK_HOURS
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.draws import Draws
from sightline.sim.profile import PROFILES

RECORDS = ("items", "places", "customers", "contracts", "suppliers", "people", "lanes")
ARRAYS = (
    "item_keys", "item_value", "item_pack", "item_cost", "item_price", "item_supplier",
    "item_family", "item_abc", "item_class", "place_keys", "place_of_region", "region_share",
    "customer_keys", "customer_region", "customer_channel", "customer_tier",
    "customer_contract_rank",
)  # fmt: skip


@pytest.mark.parametrize("name", PROFILES)
def test_the_same_profile_and_seed_give_the_same_cast(name: str) -> None:
    one, other = (Cast.build(PROFILES[name], 5) for _ in range(2))
    assert all(getattr(one, each) == getattr(other, each) for each in RECORDS)
    assert all((getattr(one, each) == getattr(other, each)).all() for each in ARRAYS)


def test_another_seed_gives_others_of_the_same_codes() -> None:
    one, other = (Cast.build(PROFILES["tiny"], seed) for seed in (5, 6))
    assert [each.code for each in one.items] == [each.code for each in other.items]
    assert (one.item_cost != other.item_cost).mean() > 0.9
    assert one.suppliers != other.suppliers


def test_a_full_cast_is_made_in_no_time() -> None:
    Cast.build(PROFILES["tiny"], 1)  # tables of quantiles
    begin = time.process_time()
    Cast.build(PROFILES["full"], 2)
    assert time.process_time() - begin < 3


@pytest.mark.parametrize("name", PROFILES)
def test_everything_is_as_many_as_the_profile_says(name: str) -> None:
    profile, cast = PROFILES[name], Cast.build(PROFILES[name], 1)
    assert len(cast.items) == len(cast.item_keys) == profile.items
    assert len(cast.places) == len(cast.place_keys) == profile.places
    assert len(cast.customers) == profile.customers
    assert len(cast.suppliers) == profile.suppliers
    assert all(
        each.index == at
        for group in ("items", "places", "customers", "suppliers")
        for at, each in enumerate(getattr(cast, group))
    )


@pytest.mark.parametrize("name", PROFILES)
def test_every_region_is_served_by_the_place_that_says_so(name: str) -> None:
    cast = Cast.build(PROFILES[name], 1)
    served = [cast.places[at].regions for at in cast.place_of_region]
    assert cast.regions == REGIONS
    assert all(region in regions for region, regions in enumerate(served))
    assert sum(len(place.regions) for place in cast.places) == len(REGIONS)
    assert cast.region_share.sum() == pytest.approx(1)


def test_a_large_network_has_places_of_every_kind_in_several_zones() -> None:
    places = Cast.build(PROFILES["full"], 1).places
    kinds = [place.kind for place in places]
    assert [kinds.count(kind) for kind in ("large", "regional", "cross_dock")] == [2, 3, 1]
    assert len({place.zone for place in places}) == 6
    assert [place.source for place in places] == [f"wms://DC{number}" for number in range(1, 7)]


@pytest.mark.parametrize("name", PROFILES)
def test_there_is_a_way_between_all_places_and_the_far_ones_take_longer(name: str) -> None:
    # given all lanes
    cast = Cast.build(PROFILES[name], 1)
    count = len(cast.places)
    pairs = [(one, other) for one in range(count) for other in range(count) if one != other]
    ways = [cast.lane(*pair) for pair in pairs]
    # then they lead where they say, take days, and cost more the longer they take
    assert [(way.from_place, way.to_place) for way in ways] == pairs
    assert all(0.5 < way.days < 8 for way in ways)
    days, cost = [way.days for way in ways], [way.cost for way in ways]
    assert np.corrcoef(days, cost)[0, 1] > 0.99


def test_suppliers_differ_within_reason() -> None:
    suppliers = Cast.build(PROFILES["full"], 1).suppliers
    assert {each.lead_shape for each in suppliers} == {"gamma", "lognormal"}
    assert all(3 <= each.lead_days <= 18 for each in suppliers)
    assert all(1 <= each.transit_days < each.lead_days for each in suppliers)
    assert all(0.1 < each.lead_cv < 0.4 and each.ack_silent <= 0.08 for each in suppliers)
    assert all(each.partial <= 0.12 and each.reject <= 0.02 for each in suppliers)
    assert len({each.name for each in suppliers}) == len(suppliers)


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_places_pick_a_usual_day_with_ease_and_a_peak_with_delay(name: str) -> None:
    # given a world's mean order lines at every place
    cast = Cast.build(PROFILES[name], 1)
    rates = Rates(cast, Draws(1))
    lines = rates.at_place(rates.lines).sum(axis=0)
    # when a week's lines are held against what waves can hold in a week
    for place in cast.places:
        days = len(cast.calendar_of(place.index).working_days)
        load = 7 * lines[place.index] / days / PICK_HOURS / place.pick_lines
        # then there is room on average, though not for twice as much
        assert 0.5 < load < 0.8
