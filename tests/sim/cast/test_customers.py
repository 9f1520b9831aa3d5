# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers: every region has some of every channel, and the large ones have contracts."""

import numpy as np
import pytest

from sightline.sim.cast.cast import Cast
from sightline.sim.cast.kinds import CHANNELS, REGIONS
from sightline.sim.profile import PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_every_region_has_customers_of_every_channel(name: str) -> None:
    # given a world of any size
    cast = Cast.build(PROFILES[name], 1)
    # when customers are asked for by region and channel
    found: list[int] = []
    for region in range(len(REGIONS)):
        for at, channel in enumerate(CHANNELS):
            indices, weights = cast.customers_of(region, channel)
            # then there are several, they are of that kind, and their weights are shares
            assert len(indices) >= 3
            assert set(cast.customer_region[indices]) == {region}
            assert set(cast.customer_channel[indices]) == {at}
            assert weights.sum() == pytest.approx(1)
            assert (np.diff(weights) < 0).all()
            assert cast.customers_of(region, at)[0] is indices
            found += indices.tolist()
    # and together they are all customers
    assert sorted(found) == list(range(len(cast.customers)))


def test_a_customer_is_the_same_in_a_world_of_any_size() -> None:
    tiny, full = (Cast.build(PROFILES[name], 4).customers for name in ("tiny", "full"))
    for small, large in zip(tiny, full, strict=False):
        assert (small.code, small.name, small.region) == (large.code, large.name, large.region)
        assert (small.channel, small.segment) == (large.channel, large.segment)


@pytest.mark.parametrize("name", PROFILES)
def test_contracts_are_with_the_largest_business_customers(name: str) -> None:
    # given the contracts of a world
    cast = Cast.build(PROFILES[name], 1)
    agreed = [cast.customers[each.customer] for each in cast.contracts]
    # then every region has one, no web customer has, and theirs is the first tier
    assert len(agreed) == PROFILES[name].contracts == len({each.index for each in agreed})
    assert {each.region for each in agreed} == set(range(len(REGIONS)))
    assert {each.channel for each in agreed} <= {"edi", "retail"}
    assert {each.tier for each in agreed} == {1}
    assert [each.code for each in cast.contracts] == [each.contract for each in agreed]
    # and the largest EDI customer of the first region is owed its goods on the same day
    first = cast.customers_of(0, "edi")[0][0]
    assert cast.customer_contract_rank[first] == 1


@pytest.mark.parametrize("name", PROFILES)
def test_ranks_follow_contracts_and_every_rank_and_tier_is_there(name: str) -> None:
    cast = Cast.build(PROFILES[name], 1)
    same_day = {each.customer: each.is_same_day for each in cast.contracts}
    for customer in cast.customers:
        rank = {True: 1, False: 2, None: 3}[same_day.get(customer.index)]
        assert cast.customer_contract_rank[customer.index] == rank
        assert cast.customer_tier[customer.index] == customer.tier
    assert set(cast.customer_contract_rank.tolist()) == {1, 2, 3}
    tiers = np.bincount(cast.customer_tier, minlength=4) / len(cast.customers)
    assert (tiers[1:] >= [0.1, 0.2, 0.4]).all()


def test_codes_and_names_of_customers_are_unique() -> None:
    customers = Cast.build(PROFILES["full"], 1).customers
    assert len({each.code for each in customers}) == len(customers)
    assert len({each.name for each in customers}) == len(customers)
