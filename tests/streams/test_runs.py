# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of sorted runs: lookups, merging, sieves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.logic import runs as runs_module
from streams.logic.runs import Runs
from streams.logic.sieve import passing, sieve_of

batches = st.lists(st.lists(st.integers(0, 30), max_size=20), max_size=20)


def filled(batches: list[list[int]]) -> tuple[Runs, list[tuple[int, int]]]:
    """Return runs and the plain list of (key, serial number) that they should hold."""
    runs, rows = Runs("key"), list[tuple[int, int]]()
    for keys in batches:
        serial = np.arange(len(rows), len(rows) + len(keys))
        runs.append({"key": np.array(keys, np.uint64), "n": serial})
        rows += list(zip(keys, serial.tolist(), strict=True))
    return runs, rows


@given(batches, st.sets(st.integers(0, 30)))
def test_gather_finds_every_row_of_its_keys_in_order_of_arrival(
    batches: list[list[int]], wanted: set[int]
) -> None:
    runs, rows = filled(batches)
    found = runs.gather(np.array(sorted(wanted), np.uint64))
    got = [] if found is None else list(zip(found["key"], found["n"], strict=True))
    for key in wanted:
        mine = [n for k, n in got if k == key]
        assert mine == [n for k, n in rows if k == key]


@given(batches, st.integers(0, 30), st.integers(0, 30))
def test_between_finds_the_rows_of_a_range(
    batches: list[list[int]], low: int, high: int
) -> None:
    runs, rows = filled(batches)
    found = runs.between(low, high)
    got = set() if found is None else set(found["n"].tolist())
    assert got == {n for k, n in rows if low <= k < high}


@given(batches, st.lists(st.integers(0, 40), max_size=10))
def test_contains_knows_its_keys(batches: list[list[int]], asked: list[int]) -> None:
    runs, rows = filled(batches)
    known = {key for key, _ in rows}
    assert runs.contains(np.array(asked, np.uint64)).tolist() == [key in known for key in asked]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=400, unique=True))
def test_a_sieve_lets_all_of_its_keys_pass_and_few_others(keys: list[int]) -> None:
    # given the sieve of half of some keys
    half = np.array(sorted(keys[::2]), np.uint64)
    found = passing(sieve_of(half), np.array(sorted(keys), np.uint64))
    # then each of that half passes
    passed = np.array(sorted(keys), np.uint64)[found]
    assert np.isin(half, passed).all()


@given(batches, st.sets(st.integers(-3, 30)))
def test_where_finds_the_rows_that_hold_a_value_with_an_index_and_without(
    batches: list[list[int]], wanted: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_module, "INDEXED_ROWS", 7)
        # given rows with a key and a place, some negative
        runs, places = Runs("key"), list[int]()
        for keys in batches:
            mine = [key % 9 - 3 for key in keys]
            runs.append({"key": np.array(keys, np.uint64), "place": np.array(mine, np.int64)})
            places += mine
        # when they are asked for by place
        found = runs.where("place", np.array(sorted(wanted), np.int64))
        # then every one is found, once
        got = [] if found is None else found["place"].tolist()
        assert sorted(got) == sorted(place for place in places if place in wanted)


def test_few_strangers_pass_a_sieve() -> None:
    # given the sieve of ten thousand keys, and as many others
    random = np.random.default_rng(1)
    mine, others = (
        np.sort(random.integers(0, 2**63, 10_000).astype(np.uint64) << 1) for _ in "ab"
    )
    # then less than six of a hundred strangers pass
    assert len(passing(sieve_of(mine), others)) < 600


@given(batches, st.sets(st.integers(0, 30)))
def test_blocks_with_sieves_and_a_limit_give_the_same_rows(
    batches: list[list[int]], wanted: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_module, "SIEVED_ROWS", 2)
        patch.setattr(runs_module, "MOST_ROWS", 25)
        # given the same rows in blocks of any size and in small ones with sieves
        plain, sieved = Runs("key"), Runs("key", hashed=True)
        for number, keys in enumerate(batches):
            spread = np.array(keys, np.uint64) * np.uint64(2**59 - 55)
            rows = {"key": spread, "n": np.arange(len(keys)) + 100 * number}
            plain.append(rows)
            sieved.append(rows)
        asked = np.unique(np.array(sorted(wanted), np.uint64) * np.uint64(2**59 - 55))
        # then lookups agree, and no block was merged beyond the limit
        found = [each.gather(asked) for each in (plain, sieved)]
        told = [[] if each is None else sorted(each["n"].tolist()) for each in found]
        assert told[0] == told[1]
        assert sieved.contains(asked).tolist() == plain.contains(asked).tolist()
        assert all(block.rows <= 25 for block in sieved.blocks)


def test_many_small_appends_leave_few_blocks() -> None:
    # given a thousand appends of ten rows
    runs, _ = filled([list(range(10))] * 1000)
    # then lookups touch a handful of blocks
    assert len(runs) == 10_000
    assert len(runs.blocks) < 12
