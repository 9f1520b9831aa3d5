# SPDX-License-Identifier: AGPL-3.0-or-later
"""The book knows every level at once and hands over every change once."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.book import MEASURES, Book, Changes

ITEMS, PLACES = 4, 3
POST = st.tuples(
    st.integers(0, 3_600),
    st.integers(0, ITEMS * PLACES - 1),
    st.dictionaries(st.sampled_from(MEASURES), st.integers(-50, 50), max_size=4),
)


def rows(changes: Changes) -> list[tuple[int, ...]]:
    """Return changes as rows, sorted: at, il and every measure."""
    columns = zip(changes.at.tolist(), changes.il.tolist(), changes.by.tolist(), strict=True)
    return sorted((at, il, *by) for at, il, by in columns)


def test_posts_of_one_and_of_many_add_up() -> None:
    # given a receipt at one place and shipments of two items, one of them twice
    book = Book(ITEMS, PLACES)
    book.post(60, 5, on_hand=24, on_order=-24)
    book.post(np.array([90, 91, 92]), np.array([5, 7, 5]), on_hand=np.array([-3, -1, -2]))
    # then the levels say so, and every change is told
    assert book.on_hand[[5, 7]].tolist() == [19, -1]
    assert book.level[MEASURES.index("on_order"), 5] == -24
    changes = book.taken()
    assert changes.at.tolist() == [60, 90, 91, 92]
    assert changes.by[:, MEASURES.index("on_hand")].tolist() == [24, -3, -1, -2]


def test_changes_are_told_once() -> None:
    book = Book(ITEMS, PLACES)
    book.post(1, 0, hold=2)
    book.post(np.array([1]), np.array([0]), hold=2)
    assert len(book.taken().at) == 2
    assert rows(book.taken()) == []
    assert book.hold[0] == 4


def test_what_the_caller_does_to_its_arrays_later_changes_no_post() -> None:
    # given arrays that were posted
    book = Book(ITEMS, PLACES)
    at, il, units = np.array([5, 6]), np.array([1, 2]), np.array([3, 4])
    book.post(at, il, on_hand=units)
    # when they are used for something else
    at[:], il[:], units[:] = 0, 0, 0
    # then the changes are those that were posted
    on_hand = MEASURES.index("on_hand")
    told = book.taken()
    assert [told.at.tolist(), told.il.tolist(), told.by[:, on_hand].tolist()] == [
        [5, 6], [1, 2], [3, 4],
    ]  # fmt: skip


def test_one_moment_and_one_amount_hold_for_many_items() -> None:
    book = Book(ITEMS, PLACES)
    book.post(7, np.array([1, 2, 3]), reserved=5)
    assert book.reserved[1:4].tolist() == [5, 5, 5]
    assert book.taken().at.tolist() == [7, 7, 7]


def test_free_and_net_quantities_follow_from_the_measures() -> None:
    # given every measure at another size
    book = Book(ITEMS, PLACES)
    sizes: dict[str, Any] = {name: 10**power for power, name in enumerate(MEASURES)}
    book.post(1, 0, **sizes)
    # then available = on hand - reserved - hold; net adds supply and takes the backordered off
    assert book.available[0] == 1 - 10 - 100
    assert book.position_net[0] == 1 + 1_000 + 10_000 - 1_000_000 - 10 - 100


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(KeyError, match="on_hnad"):
        Book(ITEMS, PLACES).post(1, 0, on_hnad=1)


@given(st.lists(POST, max_size=30))
def test_levels_are_the_sum_of_changes_however_they_are_posted(
    posts: list[tuple[int, int, dict[str, Any]]],
) -> None:
    # given the same changes one by one and as arrays
    single, arrays = Book(ITEMS, PLACES), Book(ITEMS, PLACES)
    for at, il, by in posts:
        single.post(at, il, **by)
        arrays.post(np.array([at]), np.array([il]), **by)
    # then both books agree, with each other and with the changes that they tell
    assert (single.level == arrays.level).all()
    told = single.taken()
    summed = np.zeros_like(single.level.T)
    np.add.at(summed, told.il, told.by)
    assert (single.level == summed.T).all()
    assert rows(told) == rows(arrays.taken())
