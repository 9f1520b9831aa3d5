# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts are kept as they were put down, and named for ever."""

from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.facts import Facts, event_id, money, quantity


def test_one_value_holds_for_all_rows_and_nothing_is_put_down_for_none() -> None:
    facts = Facts()
    facts.many("inventory.shipment", np.array([5, 6]), item=np.array([1, 2]), place=3)
    facts.many("inventory.shipment", np.array([], dtype=np.int64), item=1)
    (many,) = facts.taken()[1]
    assert many.columns["item"].tolist() == [1, 2]
    assert many.columns["place"].tolist() == [3, 3]
    assert facts.taken() == ([], [])


def test_what_the_caller_does_to_its_columns_later_changes_no_fact() -> None:
    # given columns that were put down
    facts, at, units = Facts(), np.array([5, 6]), np.array([10, 20])
    facts.many("inventory.shipment", at, units=units)
    # when they are used for something else
    at[:], units[:] = 0, 0
    # then the facts are those that were put down
    (many,) = facts.taken()[1]
    assert (many.at.tolist(), many.columns["units"].tolist()) == ([5, 6], [10, 20])


def test_an_event_is_named_by_its_source_and_its_own_name() -> None:
    assert event_id("erp://sim", "po/1") == event_id("erp://sim", "po/1")
    assert event_id("erp://sim", "po/1") != event_id("wms://DC1", "po/1")
    assert UUID(event_id("erp://sim", "po/1")).version == 5


@given(units=st.integers(0, 100_000), pack=st.sampled_from([1, 6, 12, 24, 144]))
def test_a_quantity_in_cases_comes_to_its_pieces(units: int, pack: int) -> None:
    block = quantity(units, pack)
    assert int(block["qty"]) * block.get("conv_num", 1) == int(block["base_qty"]) == units
    assert (block["uom"] == "CS") == (pack > 1 and units % pack == 0)


@given(st.integers(-(10**9), 10**9))
def test_money_keeps_every_cent_and_its_sign(cents: int) -> None:
    euro, _, rest = money(cents)["amount"].lstrip("-").partition(".")
    assert int(euro + rest) == abs(cents)
    assert len(rest) == 2
    assert money(cents)["amount"].startswith("-") == (cents < 0)
