# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map keeps what matters and spells names as they are."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import theme
from dashboard.figures import process_map
from dashboard.figures.process_map import Shown

ENDS = pd.DataFrame({"activity": ["A"], "n": [10]})


def paths(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["activity", "next_activity", "n", "wait_mean_ms"])


def shown(*rows: tuple[str, str, int, float], coverage: float = 1.0) -> Shown:
    return process_map.choose(paths(*rows), ENDS, ENDS, coverage=coverage)


def drawn(found: Shown, *names: str, label: process_map.Label = "wait") -> str:
    activities = pd.DataFrame({"activity": names, "events": [10] * len(names)})
    return process_map.draw(found, activities, label=label)


def test_the_most_frequent_paths_are_kept_until_they_cover_enough() -> None:
    found = shown(("A", "B", 90, 1.0), ("B", "C", 8, 1.0), ("C", "A", 2, 1.0), coverage=0.95)
    assert list(found.paths["next_activity"]) == ["B", "C"]
    assert found.of_paths == 3
    assert found.covered == pytest.approx(0.98)


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=30),
    st.floats(0.05, 1, allow_nan=False),
)
def test_what_is_kept_covers_what_was_asked_with_no_path_to_spare(
    counts: list[int], coverage: float
) -> None:
    ordered = sorted(counts, reverse=True)
    found = shown(
        *[("A", str(each), n, 0.0) for each, n in enumerate(ordered)], coverage=coverage
    )
    kept = list(found.paths["n"])
    assert sum(kept) >= coverage * sum(counts) * (1 - 1e-6)
    assert sum(kept[:-1]) < coverage * sum(counts)


def test_labels_are_waits_or_counts() -> None:
    found = shown(("A", "B", 90, 3_600_000.0))
    assert 'label="  1 h  "' in drawn(found, "A", "B")
    assert 'label="  90  "' in drawn(found, "A", "B", label="cases")


def test_frequent_paths_are_thick_and_slow_ones_orange() -> None:
    # given a frequent quick path and a rare slow one
    text = drawn(shown(("A", "B", 100, 0.0), ("B", "C", 1, 1000.0)), "A", "B", "C")
    lines = text.splitlines()
    quick, slow = (line for line in lines if line.startswith(("n0 -> n1", "n1 -> n2")))
    # then one is seven points wide and grey, the other orange and thin
    assert "penwidth=7.0" in quick
    assert 'color="#8a94a0"' in quick
    assert "penwidth=1.6" in slow
    assert 'color="#d55e00"' in slow


def test_names_stay_names() -> None:
    # given names with signs that mean something in DOT
    text = drawn(shown(('say "hi"', "a\\N", 1, 0.0)), 'say "hi"', "a\\N")
    # then they are quoted, and nodes go by number
    assert 'label="say \\"hi\\"\\n10"' in text
    assert 'label="a\\\\N\\n10"' in text
    assert "n0 -> n1" in text


def test_every_name_can_be_read_on_its_box() -> None:
    # given activities from frequent to rare
    rows = [("A", str(each), 1000 - 99 * each, 0.0) for each in range(10)]
    activities = pd.DataFrame(
        {"activity": ["A", *map(str, range(10))], "events": [1000, *range(901, 0, -100)]}
    )
    # when they are drawn in either theme
    for dark in (False, True):
        text = process_map.draw(shown(*rows), activities, label="wait", dark=dark)
        pairs = re.findall(r'fillcolor="(#\w+)", fontcolor="(#\w+)"', text)
        # then each name stands out from its box
        assert len(pairs) == 11
        assert all(theme.contrast(fill, ink) > 4.4 for fill, ink in pairs)


def test_start_and_end_are_marked_where_they_are_shown() -> None:
    text = drawn(shown(("A", "B", 1, 0.0)), "A", "B")
    assert "start -> n0" in text
    assert "n0 -> end" in text


def test_an_activity_that_nobody_counted_is_drawn_all_the_same() -> None:
    assert "n1 [label=" in drawn(shown(("A", "B", 1, 0.0)), "A")


def test_an_empty_map_is_a_graph_and_says_so() -> None:
    found = process_map.choose(paths(), ENDS, ENDS, coverage=0.9)
    assert drawn(found).startswith("digraph {")
    assert process_map.say(found) == "Process map; it is empty."


def test_a_map_is_worded() -> None:
    said = process_map.say(shown(("A", "B", 3, 0.0)))
    assert "1 of 1 paths, 100 % of all steps" in said
    assert "from A to B, 3 times" in said
