# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.arrays import QUANTITY, decimals, prefixes, ten_thousandths

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
