# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.cards import kpis
from sightline.store import Store

Open = Callable[..., AppTest]


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def test_the_sentence_names_the_gap_and_leads_to_it(full: Store, open_page: Open) -> None:
    # given one item that lacks 36 units, and four other exceptions
    assert full
    # when Health opens
    shown = html(open_page("health"))
    # then its sentence says so, and its link opens that item
    assert "<strong>1 item cannot meet due demand: 36 units short at DC1.</strong>" in shown
    assert "4 other exceptions are open." in shown
    assert 'href="/stock?item=A100&amp;loc=DC1"' in shown


def test_every_open_exception_links_to_its_position(full: Store, open_page: Open) -> None:
    # given open exceptions
    assert full
    # when Health opens
    page = open_page("health")
    # then the worst comes first, and its link names item, location and exception
    links = [each.proto for each in page.get("page_link")]
    asked = parse_qs(urlsplit(f"?{links[0].query_string}").query)
    assert asked == {"item": ["A100"], "loc": ["DC1"], "exception": ["exc-short"]}
    assert len(links) == data.exceptions(60).total


def test_the_numbers_are_those_of_the_tables(full: Store, open_page: Open) -> None:
    # given the small distributor
    assert full
    open_page("health")
    today = data.moment().as_of.date()
    summary, short = data.summary(today), data.shortages(today)
    # then every number on a card is the number of a query
    assert kpis.open_exceptions(data.exceptions(60)).value == "5"
    assert kpis.units_short(short, summary).value == "36"
    assert kpis.below_zero(summary).value == "1"
    assert kpis.below_zero(summary).note == "of 24 counted; 6 never counted"


def test_without_a_shortage_everything_due_can_be_met(
    full: Store, raw: object, open_page: Open
) -> None:
    # given no open order line and no exception
    assert full
    for table in ("open_lines", "exceptions"):
        raw.command(f"TRUNCATE TABLE {table}")  # type: ignore[attr-defined]
    # when Health opens
    shown = html(open_page("health"))
    # then it says so, and does not invent a risk
    assert "<strong>Everything due can be met.</strong> No exception is open." in shown
    assert "Nothing is open." in shown


def test_resolved_exceptions_say_how_long_they_were_open(full: Store, open_page: Open) -> None:
    # given exceptions that ended, the latest after six hours
    assert full
    # when Health opens
    shown = html(open_page("health"))
    # then the latest one is listed with that
    assert "Exceptions that ended, the latest first" in shown
    assert "<td>6 h</td>" in shown
