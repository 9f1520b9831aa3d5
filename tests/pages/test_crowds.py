# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where there is more than fits: pages show the first and say how much more there is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.cards import paths
from sightline.store import Store

Open = Callable[..., AppTest]
NOW = datetime.now(UTC)
TIME = pa.timestamp("ms", tz="UTC")


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


@pytest.fixture
def crowd(full: Store) -> Store:
    """Add seventy shortages at one item-location, and twenty order lines that wait there."""
    times = pa.array([NOW - timedelta(hours=each) for each in range(70)], TIME)
    names = pa.array([f"crowd-{each:02}" for each in range(70)])
    same = {
        "item": "Z",
        "loc": "DC1",
        "kind": "shortage",
        "severity": "medium",
        "state": "open",
    }
    full.insert_arrow(
        "exceptions",
        pa.table(
            {
                "exception_id": names,
                "revision": pa.array([1] * 70, pa.uint64()),
                "time": times,
                "opened": times,
                **{name: [value] * 70 for name, value in same.items()},
            }
        ),
    )
    full.insert_arrow(
        "open_lines",
        pa.table(
            {
                "item": ["A100"] * 20,
                "loc": ["DC1"] * 20,
                "order_line": [f"SO7{each:03}/1" for each in range(20)],
                "outstanding": pa.array([Decimal(2)] * 20, pa.decimal128(18, 4)),
            }
        ),
    )
    return full


def test_many_exceptions_are_folded_and_the_rest_is_counted(
    crowd: Store, open_page: Open
) -> None:
    # given 75 open exceptions
    assert crowd
    # when Health opens
    page = open_page("health")
    # then six stand open, sixty can be had, and the rest is named
    assert len(page.get("page_link")) == 60
    assert page.expander[0].label == "Show 69 more exceptions"
    assert "15 more exceptions: see Stock, only problems." in html(page)


def test_many_order_lines_are_cut_and_added_up(crowd: Store, open_page: Open) -> None:
    # given 25 lines that wait for A100 at DC1
    assert crowd
    # when its page opens
    shown = html(open_page("stock", item="A100", loc="DC1"))
    # then twelve are listed, undated ones as due, and the rest is summed
    assert "13 more lines with " in shown
    assert 'title="">no date</span>' in shown


def test_an_item_that_nobody_moved_says_so(full: Store, open_page: Open) -> None:
    # given a position without a single event
    full.insert_arrow(
        "positions",
        pa.table(
            {
                "item": ["NEW"],
                "loc": ["DC1"],
                "on_hand": pa.array([Decimal(5)], pa.decimal128(18, 4)),
                "as_of": pa.array([NOW], TIME),
            }
        ),
    )
    # when its page opens
    shown = html(open_page("stock", item="NEW", loc="DC1"))
    # then every card says what is missing, and nothing breaks
    for said in (
        "No order line waits for it.",
        "Nothing has moved.",
        "None so far.",
        "Nobody has asked for anything yet.",
        "It has not changed since it was first seen.",
        "No event names this item at this location.",
    ):
        assert said in shown
    assert "Error id" not in shown


def test_a_process_that_never_waits_and_never_repeats_says_so(
    full: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a process whose paths take no time and whose activities never repeat
    assert full
    read = data.of_process

    def quick(name: str, process: str) -> pd.DataFrame:
        found = read(name, process)
        if name == "slowest_paths":
            return found.assign(wait_sum_ms=0)
        return found.head(0) if name == "rework" else found

    monkeypatch.setattr(data, "of_process", quick)
    # when Process opens
    shown = html(open_page("process"))
    # then it says both
    assert "No case waits between its activities." in shown
    assert "No activity is done twice in a case." in shown


def test_long_and_rare_variants_are_cut_and_counted(
    full: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given twelve variants, the first of twenty activities
    assert full
    read = data.of_process

    def many(name: str, process: str) -> pd.DataFrame:
        found = read(name, process)
        if name != "variants":
            return found
        one = found.head(1).assign(activities=[[f"step {each}" for each in range(20)]])
        return pd.concat([one] + [found.tail(1)] * 11, ignore_index=True)

    monkeypatch.setattr(data, "of_process", many)
    # when Process opens
    shown = html(open_page("process"))
    # then the long one ends with how many steps more, and the rest is counted
    assert f"{20 - paths.STEPS + 1} more</span>" in shown
    assert "2 more variants:" in shown
