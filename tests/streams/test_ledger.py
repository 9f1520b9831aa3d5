# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.deltas import Deltas
from streams.logic.fields import Field
from streams.logic.ledger import Ledger

changes = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(-3, 3)))


@given(st.lists(changes, max_size=8))
def test_the_last_word_on_every_hour_is_the_sum_of_all_changes_up_to_it(
    batches: list[list[tuple[int, int, int]]],
) -> None:
    # given changes of three pairs in any order, posted batch by batch
    ledger, told, net = Ledger(), {}, defaultdict(int)
    ledger.grow(3)
    for off, batch in enumerate(batches):
        out = Deltas()
        for pair, hour, change in batch:
            out.add_one(pair, hour, off, Field.ON_HAND, change)
            net[pair, hour] += change
        hours = ledger.post(out.by_hour())
        # when each hour's latest state is kept
        for pair, hour, state, changed in zip(
            hours.pair.tolist(), hours.hour.tolist(), hours.state, hours.changed, strict=True
        ):
            told[pair, hour] = (int(state[Field.ON_HAND]), bool(changed))
    # then it equals the plain sum, and says whether the hour changed anything
    for pair, hour in net:
        total = sum(q for (p, h), q in net.items() if p == pair and h <= hour)
        assert told[pair, hour] == (total, net[pair, hour] != 0)
    assert ledger.totals[:, Field.ON_HAND].tolist() == [
        sum(q for (p, _), q in net.items() if p == pair) for pair in range(3)
    ]


def test_a_late_change_restates_the_hours_after_it() -> None:
    # given stock of 5 at hour 1 and 3 more at hour 9
    ledger = Ledger()
    ledger.grow(1)
    first = Deltas()
    first.add_one(0, 1, 1, Field.ON_HAND, 5)
    first.add_one(0, 9, 1, Field.ON_HAND, 3)
    ledger.post(first.by_hour())
    # when 2 leave at hour 4, told late
    late = Deltas()
    late.add_one(0, 4, 2, Field.ON_HAND, -2)
    hours = ledger.post(late.by_hour())
    # then hours 4 and 9 are told anew, hour 1 is not
    assert hours.hour.tolist() == [4, 9]
    assert hours.state[:, Field.ON_HAND].tolist() == [3, 6]
    assert np.all(hours.changed)
