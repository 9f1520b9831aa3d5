# SPDX-License-Identifier: AGPL-3.0-or-later
"""Free stock is shared out first come first served, and inversions are found exactly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.fulfil.allocation import inversions, shared_out

Line = tuple[int, int]  # item-place, units wanted
LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=25)
STOCK = st.lists(st.integers(-4, 30), min_size=4, max_size=4)


def _one_by_one(lines: list[Line], stock: list[int]) -> list[int]:
    left = [max(0, units) for units in stock]
    got = []
    for il, want in lines:
        got.append(min(want, left[il]))
        left[il] -= got[-1]
    return got


@given(lines=LINES, stock=STOCK)
def test_sharing_out_in_columns_is_sharing_out_one_by_one(
    lines: list[Line], stock: list[int]
) -> None:
    # given lines in the order in which they are to be served, item by item
    lines = sorted(lines, key=lambda line: line[0])
    il, want = np.array(lines).T
    # when stock is shared out
    got = shared_out(il, want, np.array(stock))
    # then each gets what one at a time would have got
    assert got.tolist() == _one_by_one(lines, stock)


@given(
    lines=st.lists(
        st.tuples(*(st.integers(0, 2), st.integers(1, 4), st.integers(0, 3)), st.booleans()),
        min_size=1,
        max_size=15,
    )
)
def test_an_inversion_is_an_allocation_while_a_better_line_due_no_later_is_short(
    lines: list[tuple[int, int, int, bool]],
) -> None:
    # given lines (item-place, rank, requested day, served or not), each of one unit
    lines = sorted(lines, key=lambda line: line[0])
    il, rank, requested, served = (np.array(column) for column in zip(*lines, strict=True))
    # when inversions are looked for
    found = inversions(il, rank, requested, served.astype(int), np.ones(len(lines), int))
    # then they are those of the definition, pair by pair
    expected = [
        line[3]
        and any(
            not other[3] and other[0] == line[0] and other[1] < line[1] and other[2] <= line[2]
            for other in lines
        )
        for line in lines
    ]
    assert found.tolist() == expected


def test_what_is_below_zero_counts_as_nothing() -> None:
    # given an item that is short already
    # when three lines want it
    got = shared_out(np.array([0, 0, 0]), np.array([1, 1, 1]), np.array([-5]))
    # then nobody gets any
    assert got.tolist() == [0, 0, 0]
