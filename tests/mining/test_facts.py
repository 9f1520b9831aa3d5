# SPDX-License-Identifier: AGPL-3.0-or-later
"""Oracles O11 and O12, and what each answer means."""

from collections.abc import Callable
from typing import Any

import pytest

from mining import facts
from mining.runner import mine_once
from sightline.errors import MiningError
from sightline.store import Store

HOUR_MS = 3_600_000

Step = Callable[..., dict[str, Any]]


def test_cases_last_from_the_first_start_to_the_last_end(four_cases: Store) -> None:
    found = facts.cases(four_cases, "p")
    hours = dict(zip(found["case_id"], found["duration_ms"] / HOUR_MS, strict=True))
    assert hours == {"1": 5, "2": 2, "3": 55, "4": 11}


def test_cycle_times_are_exact_and_interpolate(four_cases: Store) -> None:
    (row,) = facts.cycle_time(four_cases, "p").to_dict("records")
    assert (row["cases"], row["max_ms"]) == (4, 55 * HOUR_MS)
    assert row["p50_ms"] == 8 * HOUR_MS  # between 5 and 11
    assert row["p95_ms"] == pytest.approx((11 + 0.85 * 44) * HOUR_MS)


def test_a_path_counts_every_time_it_is_taken(four_cases: Store) -> None:
    found = facts.dfg(four_cases, "p")
    counts = {(row.activity, row.next_activity): row.n for row in found.itertuples()}
    assert counts == {
        ("requested", "approved"): 3,
        ("approved", "released"): 4,
        ("requested", "escalated"): 1,
        ("escalated", "approved"): 1,
        ("requested", "rejected"): 1,
        ("rejected", "requested"): 1,
    }


def test_waits_pair_neighbours_only(four_cases: Store) -> None:
    # given that pairing every later approval would give 14.4 h (oracle O12)
    found = facts.dfg(four_cases, "p").set_index(["activity", "next_activity"])
    # when one looks at the pair of neighbours
    path = found.loc[("requested", "approved")]
    # then waits are 4, 1 and 3 h
    assert path["wait_mean_ms"] / HOUR_MS == pytest.approx(8 / 3)
    assert path["wait_p50_ms"] == 3 * HOUR_MS
    assert path["wait_sum_ms"] == 8 * HOUR_MS


def test_starts_and_ends_count_cases(four_cases: Store) -> None:
    assert facts.starts(four_cases, "p").to_dict("records") == [
        {"activity": "requested", "n": 4}
    ]
    assert facts.ends(four_cases, "p").to_dict("records") == [{"activity": "released", "n": 4}]


def test_variants_name_their_activities_in_order(four_cases: Store) -> None:
    first, *rest = facts.variants(four_cases, "p").to_dict("records")
    assert list(first["activities"]) == ["requested", "approved", "released"]
    assert (first["cases"], first["share"], first["p50_ms"]) == (2, 0.5, 3.5 * HOUR_MS)
    assert [row["cases"] for row in rest] == [1, 1]


def test_rework_is_an_activity_done_twice_in_a_case(four_cases: Store) -> None:
    assert facts.rework(four_cases, "p").to_dict("records") == [
        {"activity": "requested", "cases": 1, "repeats": 1, "of_cases": 4, "share": 0.25}
    ]
    reworked = facts.cases(four_cases, "p").query("rework")
    assert list(reworked["case_id"]) == ["4"]


def test_the_longest_waits_come_first(four_cases: Store) -> None:
    worst = facts.slowest_paths(four_cases, "p").iloc[0]
    assert (worst["activity"], worst["next_activity"]) == ("escalated", "approved")
    assert worst["wait_sum_ms"] == 30 * HOUR_MS


def test_a_process_is_listed_with_its_size(four_cases: Store) -> None:
    (row,) = facts.processes(four_cases).to_dict("records")
    assert (row["process"], row["cases"], row["events"]) == ("p", 4, 15)


def test_four_eyes_finds_who_approved_their_own_request(four_cases: Store) -> None:
    found = facts.four_eyes(four_cases, "p", "requested", "approved")
    assert found.cases.to_pylist() == [{"case_id": "2", "resources": ["A"]}]
    assert not found.warning


def test_four_eyes_looks_at_every_execution_not_the_last(
    stream: Any, step: Step, store: Store
) -> None:
    # given an own approval that somebody else repeats
    told = [("ask", "A"), ("approve", "A"), ("approve", "B"), ("pay", "C")]
    stream.write(step("1", activity, at, actor=who) for at, (activity, who) in enumerate(told))
    mine_once(store)
    # then it is still a violation
    found = facts.four_eyes(store, "p", "ask", "approve")
    assert found.cases.to_pylist() == [{"case_id": "1", "resources": ["A"]}]


def test_unknown_people_are_never_the_same(stream: Any, step: Step, store: Store) -> None:
    told = [("ask", ""), ("approve", ""), ("pay", "A"), ("pay", "B"), ("pay", "C")]
    stream.write(step("1", activity, at, actor=who) for at, (activity, who) in enumerate(told))
    mine_once(store)
    assert facts.four_eyes(store, "p", "ask", "approve").cases.num_rows == 0


def test_two_names_give_a_warning_instead_of_a_verdict(
    stream: Any, step: Step, store: Store
) -> None:
    told = [("ask", "STAFF"), ("approve", "STAFF"), ("pay", "SYSTEM")]
    stream.write(step("1", activity, at, actor=who) for at, (activity, who) in enumerate(told))
    mine_once(store)
    found = facts.four_eyes(store, "p", "ask", "approve")
    assert found.cases.num_rows == 0
    assert "name 2 different resources" in found.warning


def test_overlap_is_shown_as_no_wait_but_summed_with_its_sign(
    stream: Any, step: Step, store: Store
) -> None:
    # given b that starts 2 h before a ends, and ends after it
    stream.write(
        [
            step("1", "a", 3, start_time=step("", "", 1)["time"]),
            step("1", "b", 4, start_time=step("", "", 1)["time"]),
        ]
    )
    mine_once(store)
    # then the wait is -2 h in the sum, 0 elsewhere, and the case began with the first start
    (path,) = facts.dfg(store, "p").to_dict("records")
    assert path["wait_sum_ms"] == -2 * HOUR_MS
    assert (path["wait_mean_ms"], path["wait_p50_ms"], path["wait_p95_ms"]) == (0, 0, 0)
    assert path["overlaps"] == 1
    assert facts.cases(store, "p")["duration_ms"][0] == 3 * HOUR_MS


def test_an_unknown_process_names_the_known_ones(four_cases: Store) -> None:
    with pytest.raises(MiningError, match=r"no process 'q'\. Known: p\."):
        facts.dfg(four_cases, "q")


def test_an_unknown_process_says_what_to_do_when_nothing_is_mined(store: Store) -> None:
    with pytest.raises(MiningError, match="nothing is mined yet"):
        facts.cases(store, "q")


def test_an_unknown_activity_names_the_near_one(four_cases: Store) -> None:
    with pytest.raises(MiningError, match="Did you mean 'approved'"):
        facts.four_eyes(four_cases, "p", "requested", "aproved")


def test_a_process_of_single_events_has_no_paths_and_no_rework(
    stream: Any, step: Step, store: Store
) -> None:
    stream.write([step("1", "a", 0), step("2", "a", 1)])
    mine_once(store)
    assert facts.dfg(store, "p").empty
    assert facts.rework(store, "p").empty
