# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies.clouds import Cloud
from tests.strategies.worlds import any_worlds, deliveries
from tests.streams.stage import check, play

PARTITIONS = st.sampled_from([1, 4, 8])
CUTS = st.lists(st.integers(1, 18), max_size=4)

modest = settings(max_examples=120, deadline=None, derandomize=True)
thorough = settings(
    max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def _agrees(data: st.DataObject, clouds: list[Cloud]) -> None:
    # given the events of a small world in any order, some of them more than once
    delivery = data.draw(deliveries(clouds), label="delivery")
    # when they arrive in batches of any size, spread over any number of partitions
    stage = play(delivery, partitions=data.draw(PARTITIONS), cuts=data.draw(CUTS))
    # then readers see what the documents say, now, for every hour and for every order line
    check(stage, clouds)
    assert stage.duplicates == len(delivery) - len(clouds)


@modest
@given(data=st.data(), clouds=any_worlds())
def test_positions_are_what_the_documents_say_however_the_events_arrive(
    data: st.DataObject, clouds: list[Cloud]
) -> None:
    _agrees(data, clouds)


@pytest.mark.slow
@thorough
@given(data=st.data(), clouds=any_worlds(most=30))
def test_positions_are_what_the_documents_say_in_thousands_of_larger_worlds(
    data: st.DataObject, clouds: list[Cloud]
) -> None:
    _agrees(data, clouds)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(clouds=any_worlds())
def test_two_tenants_with_the_same_events_do_not_touch_each_other(clouds: list[Cloud]) -> None:
    # given every event a second time, under another tenant
    both = [each for cloud in clouds for each in (cloud, cloud | {"tenantid": "other"})]
    # when all are played
    stage = play(both)
    # then nothing was taken for a duplicate, and each tenant has its own positions
    assert stage.duplicates == 0
    check(stage, both)
