# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import controls
from dashboard.cards import positions
from sightline.store import Store

Open = Callable[..., AppTest]


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def items(page: AppTest) -> list[tuple[str, str]]:
    table = page.dataframe[0].value
    return list(zip(table["item"], table["loc"], strict=True))


def test_positions_with_a_problem_come_first(full: Store, open_page: Open) -> None:
    # given thirty positions, six of them with a problem
    assert full
    # when Stock opens
    page = open_page("stock")
    # then all are there, the worst on top
    assert len(items(page)) == 30
    assert items(page)[0] == ("A100", "DC1")
    assert ("C300", "NORTH") in items(page)[:6]
    assert page.dataframe[0].value["status"].iloc[0] == "▲ Critical"


def test_filters_come_from_the_url(full: Store, open_page: Open) -> None:
    # given an address with filters
    assert full
    # when it is opened
    page = open_page("stock", q="a1", site="DC2")
    # then only what fits is shown, and the filters show what they are
    assert items(page) == [("A100", "DC2")]
    assert page.text_input[0].value == "a1"
    assert page.selectbox[0].value == "DC2"


def test_only_problems_hides_what_is_in_order(full: Store, open_page: Open) -> None:
    # given positions of which most are in order
    assert full
    page = open_page("stock")
    # when only problems are asked for
    page.toggle[0].set_value(True).run()
    # then only those stay
    assert len(items(page)) == 6


def test_filters_that_fit_nothing_say_so(full: Store, open_page: Open) -> None:
    assert full
    assert "No position fits the filters." in html(open_page("stock", q="no such code"))


def test_a_link_from_a_message_opens_its_exception(full: Store, open_page: Open) -> None:
    # given the address that a message carries
    assert full
    # when it is opened
    page = open_page("stock", item="A100", loc="DC1", exception="exc-short")
    # then the page shows the position, why it is in trouble, how much and since when
    shown = html(page)
    assert '<h2 class="sl-subject">A100 <span>at DC1</span></h2>' in shown
    assert "36 units short of due demand" in shown
    assert "120 due on 3 order lines, 84 available, 0 inbound" in shown
    assert "Open since" in shown
    assert "(5 h ago)" in shown
    assert "SO6002/1" in shown
    assert len(page.get("plotly_chart")) == 3


def test_what_comes_is_dated_and_what_is_overdue_is_marked(
    full: Store, open_page: Open
) -> None:
    # given an item with one purchase line overdue and one to come
    assert full
    # when its position is opened
    shown = html(open_page("stock", item="B200", loc="DC1"))
    # then both are listed, the overdue one marked, and nothing is promised from it
    assert "PO90/1" in shown
    assert "◆ 2 days overdue" in shown
    assert "50 overdue units counted as if coming today" in shown
    assert "How the quantities make the position" in shown


def test_a_position_without_inbound_says_so(full: Store, open_page: Open) -> None:
    assert full
    shown = html(open_page("stock", item="D400", loc="DC2"))
    assert "Nothing is on order and nothing is on its way." in shown


def test_a_suspect_quantity_is_shown_with_both_readings(full: Store, open_page: Open) -> None:
    # given a receipt that is stated as 240 pieces and may be 20
    row = {"item": "B200", "loc": "DC1", "source": "erp://a", "event_id": "odd <1>"}
    row |= {"type": "io.sightline.inventory.receipt.v1", "state": "open", "currency": "EUR"}
    numbers = {"stated_qty": 240, "other_qty": 20, "money": 880}
    columns = {name: pa.array([value]) for name, value in row.items()}
    columns |= {k: pa.array([Decimal(v)], pa.decimal128(18, 4)) for k, v in numbers.items()}
    full.insert_arrow("suspects", pa.table(columns))
    # when its position is opened
    shown = html(open_page("stock", item="B200", loc="DC1"))
    # then it is told apart from the numbers, with what is at stake
    assert "◆ suspect" in shown
    assert "odd &lt;1&gt; from erp://a" in shown
    assert all(each in shown for each in ("240", "880 EUR"))


def test_a_position_with_a_silent_source_says_so() -> None:
    # given two positions, one of them fed by a source that is silent
    found = pd.DataFrame({"item": ["A", "B"], "loc": ["X", "X"], "flags": [["negative"], []]})
    # when what is known of sources is added
    flags = list(positions.with_silence(found, {("A", "X"): ["wms://x"]})["flags"])
    # then its remarks say so, in words
    assert flags == [["negative", "stale"], []]
    assert "a source of it is silent" in positions.explained(flags[0])


def test_a_resolved_exception_is_shown_as_resolved(full: Store, open_page: Open) -> None:
    assert full
    shown = html(open_page("stock", item="F600", loc="DC1", exception="exc-old-0"))
    assert "● Resolved" in shown
    assert "opened" in shown


def test_a_position_that_never_was_is_said_to_be_unknown(full: Store, open_page: Open) -> None:
    assert full
    assert "NOPE has never moved at DC1." in html(open_page("stock", item="NOPE", loc="DC1"))


def test_an_item_without_a_location_lists_its_positions(full: Store, open_page: Open) -> None:
    assert full
    assert sorted(loc for _, loc in items(open_page("stock", item="A100"))) == [
        "DC1",
        "DC2",
        "NORTH",
    ]


def test_the_way_back_clears_the_selection(full: Store, open_page: Open) -> None:
    # given a position that was opened from a message
    assert full
    page = open_page("stock", item="A100", loc="DC1", exception="exc-short")
    # when the reader goes back to all
    page.button[0].click().run()
    # then nothing is selected any more
    assert page.query_params == {}
    assert len(items(page)) == 30


def test_a_selected_row_means_what_it_showed(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a table that was drawn with B on top
    shown = pd.DataFrame({"item": ["B", "A"], "loc": ["DC1", "DC2"]})
    opener = controls.position_opener(shown, "table")
    # when its first row is selected after newer data moved A to the top
    found: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", {"table": {"selection": {"rows": [0]}}})
    monkeypatch.setattr(st, "query_params", found)
    opener()
    # then B is opened
    assert found == {"item": "B", "loc": "DC1"}


def test_flags_are_explained_in_words() -> None:
    assert positions.explained(["no_anchor", "odd_flag"]) == (
        "since the first event (never counted); odd flag"
    )


def test_a_search_is_text_not_a_pattern() -> None:
    # given codes with signs that mean something in patterns
    found = pd.DataFrame({"item": ["A.1", "AB1"], "loc": ["X", "X"]})
    # when one is searched for
    kept = positions.keep(found, item="", part="a.", site="", only_problems=False)
    # then the signs mean themselves
    assert list(kept["item"]) == ["A.1"]
