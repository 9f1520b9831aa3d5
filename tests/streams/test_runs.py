# SPDX-License-Identifier: AGPL-3.0-or-later
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.runs import Runs

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


def test_many_small_appends_leave_few_blocks() -> None:
    # given a thousand appends of ten rows
    runs, _ = filled([list(range(10))] * 1000)
    # then lookups touch a handful of blocks
    assert len(runs) == 10_000
    assert len(runs.blocks) < 12
