# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.arrays import QUANTITY, decimals, order_of, prefixes, ten_thousandths

quantities = st.decimals(
    min_value=Decimal(-(10**13)), max_value=Decimal(10**13), places=4, allow_nan=False
)


@given(st.lists(st.none() | quantities), st.integers(0, 3))
def test_quantities_survive_the_way_through_integers(
    values: list[Decimal | None], skipped: int
) -> None:
    # given a column that may start anywhere in its buffer
    column = pa.array(values, QUANTITY).slice(min(skipped, len(values)))
    # when it becomes integers and decimals again
    integers, valid = ten_thousandths(column)
    # then nothing has changed
    assert decimals(integers, valid).to_pylist() == column.to_pylist()


@given(st.lists(st.text(max_size=8)), st.integers(0, 3))
def test_prefixes_sort_like_the_strings(texts: list[str], skipped: int) -> None:
    # given strings without the zero byte that numpy strips
    texts = [text.replace("\0", "-") for text in texts]
    column = pa.array(texts, pa.string()).slice(min(skipped, len(texts)))
    # when they are cut to more bytes than they have
    cut = prefixes(column, 40)
    # then they come back whole, and in the order of the strings
    assert [each.decode() for each in cut.tolist()] == column.to_pylist()
    assert np.sort(cut).tolist() == sorted(text.encode() for text in column.to_pylist())


def test_a_prefix_keeps_the_first_bytes() -> None:
    assert prefixes(pa.array(["abcdef", "", "ab"]), 4).tolist() == [b"abcd", b"", b"ab"]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=4), st.integers(0, 63), st.integers(0, 9))
def test_the_order_by_radix_is_the_stable_order(few: list[int], shift: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, 2**64, 600, dtype=np.uint64, endpoint=False) >> np.uint64(shift)
    keys = np.concatenate(
        (np.array(few, np.uint64), drawn, drawn[:200], np.array(few, np.uint64))
    )
    assert order_of(keys).tolist() == np.argsort(keys, kind="stable").tolist()


def test_keys_that_differ_in_their_lowest_bits_only_are_ordered_all_the_same() -> None:
    keys = np.arange(1000, dtype=np.uint64)[::-1] | np.uint64(1 << 63)
    assert order_of(keys).tolist() == list(range(999, -1, -1))
