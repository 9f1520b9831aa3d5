# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of dead letters: filters, one letter, and everything that can be done with them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import controls, data, data_letters
from sightline.settings import Settings
from sightline.store import Store
from tests.aid.letters_home import Home, event, opened, qty

Open = Callable[..., AppTest]
HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [each for each in page.button if each.label == label]
    return button.click().run()


def labels(page: AppTest) -> list[str]:
    return [each.label for each in page.button]


@pytest.fixture
def here(home: Path, store: Store) -> Iterator[Home]:
    """Give the home of the pages with three letters: two negative ones and a conflict."""
    with opened(Settings(home=home, store="chdb://memory"), store) as found:
        found.append(event("e1", q=qty("-5")), event("e2", q=qty("-6", "<b>")))
        found.append(event("e4"), event("e4", loc="DC2"))
        found.run()
        yield found


def of_event(here: Home, name: str) -> str:
    return next(each.name for each in here.open() if each.id == name)


def test_the_sentence_counts_what_waits(here: Home, open_page: Open) -> None:
    assert len(here.open()) == 3
    page = open_page("letters")
    assert "3 refused events wait for somebody." in html(page)
    assert 'href="/letters?reason=negative"' in html(page)
    assert "A negative quantity" in html(page)


def test_nothing_refused_is_good_news(home: Path, store: Store, open_page: Open) -> None:
    with opened(Settings(home=home, store="chdb://memory"), store) as here:
        here.append(event("e1"))
        here.run()
        page = open_page("letters")
    assert "Nothing has been refused." in html(page)
    assert labels(page) == []


def test_a_filter_in_the_address_chooses_letters(here: Home, open_page: Open) -> None:
    assert here
    page = open_page("letters", reason="conflict")
    shown = page.dataframe[0].value
    assert list(shown["id"]) == ["e4"]
    page = open_page("letters", state="Discarded")
    assert "No letter fits the filters." in html(page)


def test_a_letter_opens_by_its_name_whatever_row_it_is_in_now(here: Home) -> None:
    # given a table that was drawn, and a newer letter since
    names = list(data_letters.fitting("", "open", 10).rows["letter"])
    here.append(event("e5", q=qty("-5")))
    here.run()
    # when its first row is chosen, then the letter is the one that stood there
    st.session_state["table"] = {"selection": {"rows": [0]}}
    controls.open_letter(names, "table")
    assert st.query_params["letter"] == names[0]


def test_one_letter_shows_its_field_and_the_way_out(here: Home, open_page: Open) -> None:
    page = open_page("letters", letter=of_event(here, "e1"))
    shown = html(page)
    assert re.search(r"<mark>\s+&quot;qty&quot;: &quot;-5&quot;,</mark>", shown)
    assert "is &#x27;-5&#x27;; expected" in shown
    assert "drop the sign" in shown
    assert "Retry" in labels(page)


def test_a_letter_is_mended_while_the_page_says_what_is_wrong(
    here: Home, open_page: Open
) -> None:
    # given an open letter in the editor
    name = of_event(here, "e1")
    page = open_page("letters", letter=name)
    (editor,) = page.text_area
    assert "negative: data.q.qty" in html(page)
    # when it is still wrong, then it cannot be sent
    page = editor.input(editor.value.replace('"-5"', '"no"')).run()
    assert "not_a_decimal" in html(page)
    assert [each.disabled for each in page.button if each.label == "Send it mended"] == [True]
    # when it is right
    page = page.text_area[0].input(editor.value.replace('"no"', '"5"')).run()
    assert "Acceptable" in html(page)
    page = press(page, "Send it mended")
    # then it is sent, the page says so, and the event arrives
    assert "1 letter sent again" in html(page)
    here.run()
    assert here.ids() == ["e1", "e4"]
    assert here.adds_up()


def test_discarding_needs_a_reason_and_can_be_taken_back(here: Home, open_page: Open) -> None:
    name = of_event(here, "e1")
    page = open_page("letters", letter=name)
    assert [each.disabled for each in page.button if each.label == "Discard it"] == [True]
    page = page.text_input(key=f"note {name}").input("a test").run()
    page = press(page, "Discard it")
    assert "discarded. Nothing is deleted." in html(page)
    assert "a test" in html(page)
    assert len(here.open()) == 2
    page = press(page, "Open it again")
    assert len(here.open()) == 3


def test_all_that_fit_are_discarded_after_saying_how_many(here: Home, open_page: Open) -> None:
    page = open_page("letters", reason="conflict")
    assert "Discard the one letter" in labels(page)
    page = open_page("letters")
    assert all(each.disabled for each in page.button if "all 3 letters" in each.label)
    page = page.checkbox[0].check().run()
    page = page.text_input(key="bulk note").input("old").run()
    page = press(page, "Discard all 3 letters")
    assert "3 letters discarded" in html(page)
    assert here.open() == []
    assert "No dead letter is open." in html(page)


def test_all_that_fit_are_sent_and_each_that_is_not_says_why(
    here: Home, open_page: Open
) -> None:
    page = open_page("letters")
    page = page.checkbox[0].check().run()
    page = press(page, "Retry all 3 letters")
    assert "1 not sent: an event with this source and id came first" in html(page)
    assert len(here.open()) == 3


def test_a_refused_row_goes_through_its_mapping_again(
    home: Path, store: Store, open_page: Open
) -> None:
    # given a row that its mapping could not read, and the mapping mended since
    mapping, file = home / "m.yaml", home / "s.csv"
    text = """
source: till://7
tables:
  - name: sales
    time: {column: When, formats: ["%Y"]}
    rules:
      - events:
          - type: inventory.issue
            fields: {item: Item, loc: {value: S}, qty: Qty, uom: {value: EA}}
"""
    mapping.write_text(text)
    file.write_text("When,Item,Qty\n01/02/2010,A,3\n")
    with opened(Settings(home=home, store="chdb://memory"), store) as here:
        here.bring(file, str(mapping))
        here.run()
        (letter,) = here.open()
        page = open_page("letters", letter=letter.name)
        assert f"row 1 of s.csv through {mapping}" in html(page)
        # when it is retried before, and after
        page = press(page, "Retry after mapping change")
        assert "1 not sent: bad_time" in html(page)
        mapping.write_text(text.replace('["%Y"]', '["%d/%m/%Y"]'))
        page = press(page, "Retry after mapping change")
        here.run()
        # then it is an event
        assert "1 letter sent again" in html(page)
        assert len(here.ids()) == 1
        assert here.adds_up()


def test_where_others_reach_the_dashboard_it_only_shows(
    here: Home, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a dashboard that listens on every address
    name = of_event(here, "e1")
    monkeypatch.setenv("SIGHTLINE_HOST", "0.0.0.0")  # noqa: S104  what it is about
    # when a letter opens
    page = open_page("letters", letter=name)
    # then there is nothing to press, and the change itself is refused as well
    assert "Nobody signs in yet" in html(page)
    assert labels(page) == ["All letters"]
    with pytest.raises(Exception, match="Nobody signs in yet"):
        data_letters.actions().discard([here.open()[0].place], note="x")
    # and behind a proxy that asks who is there, somebody may have said that it is fine
    monkeypatch.setenv("SIGHTLINE_IMPORTS", "on")
    assert data_letters.actions().discard([here.open()[0].place], note="x") == 1
    monkeypatch.setenv("SIGHTLINE_IMPORTS", "off")
    assert "SIGHTLINE_IMPORTS is off" in data_letters.locked()


def test_a_letter_that_somebody_settled_meanwhile_is_left_alone(
    here: Home, open_page: Open
) -> None:
    # given a page with an open letter that was discarded elsewhere since
    name = of_event(here, "e1")
    page = open_page("letters", letter=name)
    (letter,) = [each for each in here.open() if each.name == name]
    here.letters.discard([letter.place], who="ben", note="mine")
    # when it is sent from that page
    page = press(page, "Retry")
    # then nothing is sent
    assert "none of them is open" in html(page)
    with pytest.raises(Exception, match="is discarded by now"):
        data_letters.actions().send_mended(letter.place, event("e1").decode())


def test_a_letter_that_is_none_is_an_error_card(here: Home, open_page: Open) -> None:
    assert here
    assert "There is no dead letter 7-1; expected" in html(open_page("letters", letter="7-1"))


def test_what_came_is_text(here: Home, open_page: Open) -> None:
    name = of_event(here, "e2")
    shown = html(open_page("letters", letter=name))
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert json.loads(data.log().newest(3)[0].body.split(b"\n")[0])
