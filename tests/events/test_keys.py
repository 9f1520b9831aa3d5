# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys and partitions are the same everywhere and tell different things apart."""

import subprocess
import sys
import zlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.events.content import content_hash
from sightline.events.keys import hash64
from sightline.events.partition import of_bytes, partition_of

texts = st.lists(st.text(max_size=5), min_size=2, max_size=2)


def test_a_key_is_the_same_in_every_process_and_release() -> None:
    assert hash64(["main"], ["erp://lab"], ["lab-01"]).tolist() == [KNOWN]
    program = (
        "from sightline.events.keys import hash64;"
        "print(hash64(['main'], ['erp://lab'], ['lab-01'])[0])"
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) == KNOWN


@given(texts, texts)
def test_rows_have_one_key_only_when_they_are_equal(one: list[str], other: list[str]) -> None:
    keys = hash64([one[0], other[0]], [one[1], other[1]])
    assert (keys[0] == keys[1]) == (one == other)


@given(st.lists(st.text(max_size=3), max_size=9))
def test_lists_arrays_and_arrow_have_the_same_keys(column: list[str]) -> None:
    wanted = hash64(column).tolist()
    assert hash64(np.array(column, dtype=object)).tolist() == wanted
    assert hash64(pa.array(column, pa.string())).tolist() == wanted
    assert hash64(pa.chunked_array([column, column], pa.string())).tolist() == wanted * 2
    assert hash64([text.encode() for text in column]).tolist() == wanted


@given(st.lists(st.text(max_size=40), min_size=1, max_size=9), st.data())
def test_a_key_does_not_depend_on_others(column: list[str], data: st.DataObject) -> None:
    column.append("é" * data.draw(st.sampled_from([3, 4, 127, 128, 129, 500])))
    alone = [hash64([text])[0] for text in column]
    assert hash64(column).tolist() == alone
    assert hash64(pa.array(["", *column], pa.large_string())[1:]).tolist() == alone


def test_long_texts_that_differ_at_their_end_have_different_keys() -> None:
    assert len(set(hash64(["x" * 300 + end for end in "abcabc"]).tolist())) == 3


def test_content_is_type_time_and_data() -> None:
    base = content_hash(["t"], np.array([1]), ['{"a":1}'])[0]
    assert content_hash(["t"], np.array([1]), [b'{"a":1}'])[0] == base
    assert content_hash(["u"], np.array([1]), ['{"a":1}'])[0] != base
    assert content_hash(["t"], np.array([2]), ['{"a":1}'])[0] != base
    assert content_hash(["t"], np.array([1]), ['{"a":2}'])[0] != base


def test_the_partition_is_the_checksum_of_tenant_and_item() -> None:
    assert partition_of("main", "A100", "", "", 8) == zlib.crc32(b"main\x1fA100") % 8


@pytest.mark.parametrize(
    ("item", "key", "main", "decides"),
    [("I", "K", "M", "I"), ("", "K", "M", "K"), ("", "", "M", "M"), ("", "", "", "")],
)
def test_without_an_item_the_key_decides_and_then_the_main_object(
    item: str, key: str, main: str, decides: str
) -> None:
    wanted = zlib.crc32(f"t\x1f{decides}".encode()) % 1000
    assert partition_of("t", item, key, main, 1000) == wanted


@given(st.binary(), st.integers(1, 64))
def test_what_cannot_be_read_has_a_partition_too(body: bytes, partitions: int) -> None:
    assert 0 <= of_bytes(body, partitions) < partitions


KNOWN = 7827852640258002432
