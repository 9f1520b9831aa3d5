# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every page: empty, full and broken."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from sightline.errors import StoreError
from sightline.store import Store

NAMES = ["health", "stock", "process", "suppliers", "import", "quality", "letters", "system"]
TITLES = {"letters": "Dead letters", "quality": "Data quality"}
Open = Callable[..., AppTest]


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_page_says_what_to_do(open_page: Open, name: str) -> None:
    # given a store without a row
    # when the page opens
    page = open_page(name)
    # then it names a command, and nothing broke
    assert not page.exception
    assert re.search(r"<code>sightline \w+", html(page))
    assert "Error id" not in html(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_full_page_answers_its_question_first(
    full: Store, open_page: Open, name: str
) -> None:
    # given a small distributor
    assert full
    # when the page opens
    page = open_page(name)
    # then its first words are a computed sentence that says what it rests on, and how old
    assert not page.exception
    assert page.title[0].value == TITLES.get(name, name.capitalize())
    assert "Error id" not in html(page)
    assert re.search(r'<p class="sl-sentence">.*?<strong>.+?</strong>', html(page))
    assert re.search(r"Based on .+ up to .+ UTC, received .+ ago\.", html(page))
    assert "min old" in html(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_store_that_cannot_be_opened_is_explained(
    open_page: Open,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a store that another process holds
    said = "The store folder is held by process 42 (sightline up). Stop it first."
    monkeypatch.setattr(data, "store", _raising(StoreError(said)))
    # when the page opens
    with caplog.at_level(logging.ERROR):
        page = open_page(name)
    # then it says so once, in our words, under an id that the log has as well
    assert not page.exception
    assert html(page).count("Error id") == 1
    assert said in html(page)
    found = re.search(r"Error id <code>(\w{8})</code>", html(page))
    assert found is not None
    assert found[1] in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("name", NAMES)
def test_a_surprise_shows_an_id_and_nothing_else(
    open_page: Open,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a read that fails in a way nobody foresaw
    monkeypatch.setattr(data, "store", _raising(ZeroDivisionError("secret password")))
    # when the page opens
    with caplog.at_level(logging.ERROR):
        page = open_page(name)
    # then what it holds stays in the log, and the footer is still there
    assert not page.exception
    assert "secret" not in html(page)
    assert "Traceback" not in html(page)
    assert "Error id" in html(page)
    assert "secret password" in caplog.text
    assert "/source.tar.gz" in html(page)


def test_an_error_that_stays_keeps_its_id_and_is_logged_once(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # given a page that cannot be drawn
    monkeypatch.setattr(data, "store", _raising(ZeroDivisionError("again")))
    with caplog.at_level(logging.ERROR):
        page = open_page("health")
        first = re.findall(r"<code>(\w{8})</code>", html(page))
        # when it is drawn again
        second = re.findall(r"<code>(\w{8})</code>", html(page.run()))
    # then the id is the same, and the log has one trace of it
    assert first == second
    assert caplog.text.count("ZeroDivisionError: again") == 1


@pytest.mark.parametrize("name", NAMES)
def test_history_is_called_history(full: Store, open_page: Open, name: str) -> None:
    # given data that ended long ago
    assert full
    # when the page opens years later
    page = _years_later(open_page, name)
    # then it does not call them fresh
    assert not page.exception
    assert "History up to" in html(page)


def _years_later(open_page: Open, name: str) -> AppTest:
    later = data.now().replace(year=data.now().year + 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "now", lambda: later)
        return open_page(name)


def _raising(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail
