# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand of partitions that are read apart: days close as if one process had read them all."""

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.demand.asked import DAY_MS, Asked
from streams.logic.demand.frontier import FrontierState
from streams.logic.demand.location import UNIT, Day, LocationState
from streams.logic.demand.shared import heard, told
from streams.logic.demand.sums import Appended, Sums

SOURCE = ("main", "erp://a")
PARTS = 4
Line = tuple[int, int, int]  # item, day, units

appends = st.lists(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 20), st.integers(1, 9)), max_size=5),
    min_size=1,
    max_size=14,
)


def asked(rows: list[Line], off: int) -> Asked:
    return Asked(
        "main",
        "DC1",
        frozenset({SOURCE}),
        [f"item-{item}" for item, _, _ in rows],
        np.array([day for _, day, _ in rows], np.int64),
        np.ones(len(rows), np.uint64),
        np.array([units * UNIT for _, _, units in rows], np.int64),
        np.ones(len(rows), np.int64),
        np.full(len(rows), off, np.uint64),
    )


def sums_of(part: int, row: int, lines: list[Line], frontier: int) -> Sums:
    """Return what one partition brings of one second; an item lives in one partition."""
    mine = [line for line in lines if line[0] % PARTS == part]
    marks = {SOURCE: max(day for _, day, _ in mine) * DAY_MS} if mine else {}
    return Sums(part, frontier, [Appended(row, marks, [asked(mine, row)])] if mine else [])


class Process:
    """One process: its own partitions with quantities, of the others what they tell."""

    def __init__(self, own: set[int]) -> None:
        self.own = own
        self.frontier = FrontierState.of(PARTS)
        self.location = LocationState("main", "DC1")
        self.last: dict[tuple[str, int], Any] = {}

    def take(self, sums: Sums) -> list[bytes]:
        """Take in `sums`; return what others are told of it."""
        self._apply(sums)
        return [value for _, value in told(sums)]

    def hear(self, values: list[bytes]) -> None:
        for value in values:
            self._apply(heard(value))

    def _apply(self, sums: Sums) -> None:
        for day in self.location.apply(self.frontier.apply([sums])):
            self.last |= rows_of(day, self.location)


def rows_of(day: Day, state: LocationState) -> dict[tuple[str, int], Any]:
    mean = [None] * len(day.item) if day.expected is None else day.expected.mean.tolist()
    known = [False] * len(day.item) if day.expected is None else day.expected.seasoned.tolist()
    return {
        (state.items.names[item], day.day): (q, expected if seasoned else None, alarming)
        for item, q, expected, seasoned, alarming in zip(
            day.item.tolist(), day.q.tolist(), mean, known, day.alarming.tolist(), strict=True
        )
    }


@given(appends, st.integers(1, 2**PARTS - 2), st.data())
def test_two_processes_tell_together_what_one_tells(
    seconds: list[list[Line]], share: int, data: st.DataObject
) -> None:
    # given one process that reads everything, second by second
    alone = Process(set(range(PARTS)))
    for row, lines in enumerate(seconds, 1):
        for part in range(PARTS):
            alone.take(sums_of(part, row, lines, row))
    # when two share the partitions, hear of each other late, and some of it twice
    first = {part for part in range(PARTS) if share >> part & 1}
    pair = [Process(first), Process(set(range(PARTS)) - first)]
    mail: list[list[list[bytes]]] = [[], []]
    for row, lines in enumerate(seconds, 1):
        for part in range(PARTS):
            at = int(part not in first)
            mail[1 - at].append(pair[at].take(sums_of(part, row, lines, row)))
        for at in (0, 1):
            if data.draw(st.booleans()):
                for values in mail[at]:
                    pair[at].hear(values)
                mail[at] = mail[at][-1:] if data.draw(st.booleans()) else []
    for at in (0, 1):
        for values in mail[at]:
            pair[at].hear(values)
    # then together they tell the same of every item and day, expectations included
    assert pair[0].last | pair[1].last == alone.last
    assert not pair[0].last.keys() & pair[1].last.keys()


@given(appends, st.lists(st.integers(1, 3), min_size=1, max_size=60))
def test_what_a_partition_brings_of_a_second_adds_up_however_it_is_cut(
    seconds: list[list[Line]], cuts: list[int]
) -> None:
    # given a partition whose seconds come whole, and come in pieces
    whole, cut = Process({0}), Process({0})
    for process in (whole, cut):
        process.frontier = FrontierState.of(1)
    for row, lines in enumerate(seconds, 1):
        mine = [(item * PARTS, day, units) for item, day, units in lines]
        whole.take(sums_of(0, row, mine, row))
        size = cuts[row % len(cuts)]
        for at in range(0, len(mine), size):
            cut.take(sums_of(0, row, mine[at : at + size], row - 1))
        cut.take(Sums(0, row, []))
    # then the last word on every day is the same
    assert cut.last == whole.last


def test_what_is_told_has_the_same_key_when_it_is_told_again() -> None:
    sums = sums_of(1, 7, [(1, 3, 2), (5, 4, 2)], 6)
    keys = [key for key, _ in told(sums)]
    assert [key for key, _ in told(sums)] == keys
    assert [key for key, _ in groupby(keys)] == keys
    # and the frontier comes last, under the number of the partition
    assert keys[-1] == b"1"


def test_no_quantity_is_told() -> None:
    (brought, frontier) = [heard(value) for _, value in told(sums_of(1, 7, [(1, 3, 2)], 6))]
    assert (brought.frontier, frontier.frontier) == (-1, 6)
    (append,) = brought.appends
    assert append.watermarks == {SOURCE: 3 * DAY_MS}
    (place,) = append.asked
    assert (place.day.tolist(), place.item, place.q.tolist()) == ([3], [], [])


@pytest.mark.parametrize("value", [b"", b"{}", b'["x", 1]'])
def test_what_is_no_message_of_ours_is_an_error(value: bytes) -> None:
    import msgspec  # noqa: PLC0415

    with pytest.raises(msgspec.MsgspecError):
        heard(value)
