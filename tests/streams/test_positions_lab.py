# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.events.decode import decode_lines
from tests.oracles import positions as oracle
from tests.strategies.clouds import INGEST_MS, Cloud
from tests.streams.stage import BUCKETS, Stage, check, play

LINES = Path("docs/lab/events.ndjson").read_bytes().splitlines()
GOOD = [cloud for cloud in map(json.loads, LINES) if cloud["id"] != "lab-bad"]
COLUMNS = (
    "on_hand",
    "hold",
    "reserved",
    "available",
    "on_order",
    "in_transit",
    "outstanding",
    "backordered",
    "position",
    "position_net",
    "last_count_variance",
)
END_OF_DAY: dict[tuple[str, ...], tuple[int, ...]] = {
    ("main", "A100", "DC1"): (162, 2, 0, 160, 80, 0, 0, 0, 242, 240, 105),
    ("main", "A100", "DC2"): (0, 0, 0, 0, 0, 0, 2, 2, -2, -2, 20),
    ("main", "B200", "DC1"): (12, 0, 0, 12, 0, 0, 0, 0, 12, 12, 12),
}


def _table(stage: Stage) -> dict[tuple[str, ...], tuple[int, ...]]:
    return {
        key: tuple(row[name] for name in COLUMNS)
        for key, row in sorted(stage.positions.items())
    }


def test_the_oracle_agrees_with_the_lab_day_worked_by_hand() -> None:
    # given the lab day without its bad line
    # when the oracle reads it
    book = oracle.reduce(GOOD)
    # then it finds the table of the lab
    assert {
        tuple(place): tuple(getattr(position, name) for name in COLUMNS)
        for place, position in book.items()
    } == END_OF_DAY


def test_the_lab_day_ends_as_worked_by_hand() -> None:
    # given the lab day in the order in which it was delivered
    # when it is played
    stage = play(GOOD)
    # then 22 events count, one is a duplicate, and the table is that of the lab
    assert stage.duplicates == 1
    assert len(GOOD) - stage.duplicates == 22
    assert _table(stage) == END_OF_DAY
    assert stage.positions["main", "A100", "DC2"]["in_transit_loss"] == 2


def test_the_bad_line_of_the_lab_day_is_refused_and_says_why() -> None:
    # given all 24 lines
    # when they are decoded
    decoded = decode_lines(LINES, ingest_ms=INGEST_MS)
    # then one is a dead letter that names its field
    assert decoded.table.num_rows == 23
    (refusal,) = decoded.refused
    assert (refusal.id, refusal.field) == ("lab-bad", "data.q.qty")
    assert "'-3'" in refusal.reason


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    delivery=st.permutations(GOOD),
    again=st.lists(st.sampled_from(GOOD), max_size=5),
    cuts=st.lists(st.integers(1, 27), max_size=4),
    partitions=st.sampled_from([1, 4, 8]),
)
def test_the_lab_day_ends_the_same_however_it_is_delivered(
    delivery: list[Cloud], again: list[Cloud], cuts: list[int], partitions: int
) -> None:
    # given any order, more duplicates, any cuts and any number of partitions
    # when the day is played
    stage = play([*delivery, *again], partitions=partitions, cuts=cuts)
    # then nothing differs, in any hour
    assert _table(stage) == END_OF_DAY
    check(stage, GOOD)


def test_the_lab_day_closes_its_hours_as_the_oracle_does() -> None:
    # given the lab day
    # when it is played, and its hour from 10:00 to 11:00 is read
    stage = play(GOOD)
    hour = stage.hours["main", "A100", "DC1", datetime(2026, 3, 2, 10, tzinfo=UTC)]
    # then the transfer has left: 100 counted - 30 shipped - 30 transferred, 200 on order
    assert (hour["on_hand"], hour["on_order"], hour["in_transit"]) == (40, 200, 0)
    assert {name: hour[name] for name in BUCKETS if hour[name]} == {
        "on_hand": 40,
        "available": 40,
        "on_order": 200,
        "position": 240,
        "position_net": 240,
    }
