# SPDX-License-Identifier: AGPL-3.0-or-later
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.sim.engine.book import MEASURES, Book
from sightline.sim.engine.moments import DAY, HOUR, MINUTE
from sightline.sim.truth.ledger import Ledger
from sightline.sim.truth.states import Levels, States

POSTS = st.lists(
    st.tuples(
        st.integers(0, 5),  # minute
        st.integers(0, 3),  # item-location
        st.sampled_from(MEASURES),
        st.integers(-9, 9),
    ),
    max_size=40,
)


@settings(max_examples=150, derandomize=True)
@given(hours=st.lists(POSTS, max_size=4))
def test_states_are_what_adding_up_changes_one_by_one_gives(
    hours: list[list[tuple[int, int, str, int]]],
) -> None:
    book, levels = Book(2, 2), Levels(4)
    plain: dict[int, dict[str, int]] = {il: dict.fromkeys(MEASURES, 0) for il in range(4)}
    for number, posts in enumerate(hours):
        # given changes in no order, several of them at one moment
        for minute, il, measure, by in posts:
            book.post(number * HOUR + minute * MINUTE, il, **{measure: by})
        # when they become states
        states = levels.after(book.taken())
        # then each moment at which an item-location really changed is there once
        expected = []
        for il in range(4):
            for minute in range(6):
                before = tuple(plain[il].values())
                for when, where, measure, by in posts:
                    if (when, where) == (minute, il):
                        plain[il][measure] += by
                after = tuple(plain[il].values())
                if after != before:
                    expected.append((il, number * HOUR + minute * MINUTE, after, before))
        assert _plain(states) == expected
    # and in the end the levels are those of the book
    assert (book.level == levels.level.T).all()


def test_a_ledger_has_a_row_for_each_change_in_order_of_time(tmp_path: Path) -> None:
    # given changes of two places on two days
    book, levels, ledger = Book(1, 2), Levels(2), Ledger(["A100"], ["DC1", "DC2"])
    days = (DAY, 2 * DAY)
    for day in days:
        book.post(day + 5 * MINUTE, 1, on_hand=3)
        book.post(day + 2 * MINUTE, 0, on_hand=4, reserved=1)
        book.post(day + 2 * MINUTE, 0, on_hand=4)
        ledger.keep(levels.after(book.taken()), day)
    # when it is closed and saved
    ledger.close()
    ledger.save(tmp_path / "ledger.parquet")
    # then each row tells the levels from its time on, and a day is a row group
    file = pq.ParquetFile(tmp_path / "ledger.parquet")
    rows = [tuple(row.values())[1:5] for row in file.read().to_pylist()]
    assert rows == [
        ("A100", "DC1", 8, 1),
        ("A100", "DC2", 3, 0),
        ("A100", "DC1", 16, 2),
        ("A100", "DC2", 6, 0),
    ]
    assert file.num_row_groups == len(days)
    assert ledger.rows == len(rows)


def _plain(states: States) -> list[tuple[int, int, tuple[int, ...], tuple[int, ...]]]:
    rows = zip(states.il, states.at, states.level, states.before, strict=True)
    return [
        (int(il), int(at), tuple(map(int, level)), tuple(map(int, before)))
        for il, at, level, before in rows
    ]


def test_hours_without_a_change_give_no_state() -> None:
    book, levels = Book(1, 1), Levels(1)
    # given a change and its opposite at one moment
    book.post(MINUTE, 0, on_hand=5)
    book.post(MINUTE, 0, on_hand=-5)
    # when
    states = levels.after(book.taken())
    # then
    assert not len(states)
    assert not len(levels.after(book.taken()))
    assert not np.any(levels.level)
