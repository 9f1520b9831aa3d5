# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lab day, worked by hand, through import, stream and command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Sightline = Callable[..., Any]

LAB = Path(__file__).parents[2] / "docs" / "lab" / "events.ndjson"
EXPECTED = {
    # on_hand hold reserved available on_order in_transit outstanding backordered
    ("A100", "DC1"): (162, 2, 0, 160, 80, 0, 0, 0, 242, 240, 105),
    ("A100", "DC2"): (0, 0, 0, 0, 0, 0, 2, 2, -2, -2, 20),
    ("B200", "DC1"): (12, 0, 0, 12, 0, 0, 0, 0, 12, 12, 12),
}
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


@pytest.fixture(scope="module")
def imported(sightline: Sightline) -> dict[str, object]:
    summary: dict[str, object] = sightline("import", LAB)
    return summary


@pytest.fixture(scope="module")
def ran(sightline: Sightline, imported: dict[str, object]) -> dict[str, int]:
    del imported
    summary: dict[str, int] = sightline("run", "--until-idle")
    return summary


def test_every_line_of_the_file_is_accounted_for(imported: dict[str, object]) -> None:
    counts = [imported[name] for name in ("read", "accepted", "duplicates")]
    assert counts == [24, 22, 1]
    assert sum(imported["rejected"].values()) == 1  # type: ignore[attr-defined]


def test_the_stream_counts_the_same(ran: dict[str, int]) -> None:
    assert (ran["duplicates"], ran["dead_letters"]) == (1, 1)


def test_the_positions_are_those_worked_by_hand(
    sightline: Sightline, ran: dict[str, int]
) -> None:
    del ran
    rows = sightline("positions")
    got = {(r["item"], r["loc"]): tuple(float(r[name]) for name in COLUMNS) for r in rows}
    assert got == EXPECTED


def test_two_units_were_lost_on_the_way(sightline: Sightline, ran: dict[str, int]) -> None:
    del ran
    (row,) = sightline("positions", "--item", "A100", "--location", "DC2")
    assert float(row["in_transit_loss"]) == 2


def test_a_second_run_finds_nothing_to_do(sightline: Sightline, ran: dict[str, int]) -> None:
    del ran
    again = sightline("run", "--until-idle")
    assert (again["events"], again["duplicates"], again["dead_letters"]) == (0, 0, 0)


def test_importing_again_adds_nothing(sightline: Sightline, ran: dict[str, int]) -> None:
    del ran
    again = sightline("import", LAB)
    assert (again["read"], again["accepted"], again["duplicates"]) == (24, 0, 24)


def test_what_was_known_at_half_past_three_lacks_what_was_recorded_later(
    sightline: Sightline, ran: dict[str, int]
) -> None:
    del ran
    # given the write-off of 15:00, its reversal of 16:30 and samples recorded at 16:00
    then = sightline("positions", "--known-at", "2026-03-02T15:30Z")
    got = {(r["item"], r["loc"]): tuple(float(r[name]) for name in COLUMNS) for r in then}
    # then one of B200 is missing and nothing is known of the samples; all else is as it is
    written_off = (11, 0, 0, 11, 0, 0, 0, 0, 11, 11, 12)
    unsampled = (*EXPECTED["A100", "DC1"][:-1], 100)
    assert got == EXPECTED | {("B200", "DC1"): written_off, ("A100", "DC1"): unsampled}
