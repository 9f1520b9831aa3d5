# SPDX-License-Identifier: AGPL-3.0-or-later
"""What messages say, word by word."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.desk import Episode, steps
from sightline.feeds import slack
from sightline.feeds.links import stock_link
from sightline.feeds.message import Message, of_event
from sightline.feeds.numbers import compact

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Make = Callable[..., Episode]
DEMAND = {
    "direction": "up",
    "days": 1,
    "first_day": "2026-03-01",
    "last_day": "2026-03-01",
    "quantity": "150",
    "expected": "30.25",
    "low": "20",
    "high": "40",
    "excess_units": "119.75",
    "score": 4.0,
}


def message(episode: Episode) -> Message:
    (step,) = steps(None, episode, at=NOON)
    return of_event(step.event(recorded=NOON), url="http://sight")


def test_a_shortage_says_what_why_how_much_since_and_where(episode: Make) -> None:
    found = message(episode(money=Decimal("1234.5000"), currency="GBP"))
    assert found == Message(
        severity="high",
        title="A100 at DC1: 12 units short",
        what="20 units due, 8 units available.",
        why=(
            "2 order lines wait, the oldest due 1 March 2026; nothing is inbound. "
            "It ends once 12 units more are available."
        ),
        how_much="12 units, worth 1,234.50 GBP",
        since="Since 2 March 2026, 12:00 UTC.",
        link="http://sight/stock?item=A100&loc=DC1&exception=id-of-A100",
    )


def test_one_is_one(episode: Make) -> None:
    # given a shortage of one unit on one line, with one unit inbound
    facts = {
        "short_units": "1",
        "due_units": "1",
        "available": "0",
        "inbound": "1",
        "on_order": "0",
        "in_transit": "1",
        "due_lines": 1,
        "oldest_due": "2026-03-02",
        "no_anchor": False,
    }
    # then every noun and verb agrees
    found = message(episode(facts=facts))
    assert found.title == "A100 at DC1: 1 unit short"
    assert found.what == "1 unit due, nothing available."
    assert found.why == (
        "1 order line waits, due 2 March 2026; 1 unit inbound (1 in transit). "
        "It ends once 1 unit more is available."
    )
    assert found.how_much == "1 unit, worth \N{EN DASH}"


def test_an_uncounted_position_and_a_line_without_a_date_are_named(episode: Make) -> None:
    facts = dict(episode().facts) | {
        "available": "-3.5",
        "oldest_due": None,
        "inbound": "12345",
        "on_order": "12000",
        "in_transit": "345",
        "no_anchor": True,
    }
    found = message(episode(facts=facts))
    assert found.what == (
        "20 units due, nothing available (stock less reserved and hold is -3.5)."
    )
    assert "2 order lines wait, undated; 12.3 k units inbound" in found.why
    assert "(12 k on order, 345 in transit)" in found.why
    assert found.why.endswith("stock is what moved since the first event.")


def test_a_drift_says_what_is_stated_what_we_work_out_and_what_explains_it(
    episode: Make,
) -> None:
    facts = {
        "drift_units": "-19",
        "stated": "76",
        "computed": "100",
        "low": "95",
        "high": "100",
        "source": "3pl://b",
        "stated_at": "2026-03-02T11:00:00+00:00",
        "causes": [
            {
                "cause": "count_variance",
                "document": "C-1",
                "quantity": "-19",
                "fit": 1.0,
            },
            {"cause": "refused_event", "document": "e-7", "quantity": "-12", "fit": 0.63},
        ],
    }
    found = message(episode(rule="position_drift", facts=facts))
    assert found.title == "A100 at DC1: 19 units less stated than worked out"
    assert found.what == (
        "3pl://b states 76 for 2 March 2026, 11:00 UTC, we work out 100 (95 to 100)."
    )
    assert found.why == (
        "What explains it exactly: our count C-1 put 19 units right, theirs may not have; "
        "1 other document would in part. It ends once a later statement agrees."
    )
    nothing = message(episode(rule="position_drift", facts=facts | {"causes": []}))
    assert nothing.why.startswith("No document that is known explains it. ")


def test_unusual_demand_says_what_was_expected(episode: Make) -> None:
    found = message(episode(rule="demand_out_of_range", facts=DEMAND))
    assert found.title == "A100 at DC1: demand above its range"
    assert found.what == ("On 1 March 2026: 150 units asked for, 30 expected (20 to 40).")
    assert found.why == "By chance a day this far above comes about once in 10 k days."
    assert found.how_much == "+120 units against the expected, worth \N{EN DASH}"


def test_a_long_fall_says_since_when(episode: Make) -> None:
    facts = DEMAND | {"direction": "down", "days": 3, "last_day": "2026-03-03"}
    facts |= {"quantity": "0", "excess_units": "-90", "expected": None, "score": 300.0}
    found = message(episode(rule="demand_out_of_range", facts=facts))
    assert found.title.endswith("demand below its range")
    assert found.what == (
        "Out of range on 3 days since 1 March 2026; on 3 March 2026: 0 units asked for."
    )
    assert found.why.endswith("comes less than once in 1 M days.")
    assert found.how_much.startswith("-90 units against")


@given(st.text(min_size=1), st.text(), st.text())
def test_a_link_carries_any_names_unharmed(item: str, loc: str, exception_id: str) -> None:
    link = stock_link("http://sight/", item=item, loc=loc, exception_id=exception_id)
    asked = parse_qs(urlsplit(link).query, keep_blank_values=True, encoding="utf-8")
    assert asked == {"item": [item], "loc": [loc], "exception": [exception_id]}
    assert link.isascii()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("0.0001", "0.0001"),
        ("-1.5000", "-1.5"),
        ("9999", "9,999"),
        ("9999.9999", "9,999.9999"),
        ("999499", "999 k"),
        ("10000", "10 k"),
        ("-123456", "-123 k"),
        ("999999", "1 M"),
        ("1234567890123", "1.23 T"),
        ("99999999999999", "100 T"),
    ],
)
def test_numbers_are_short_and_exact_while_small(number: str, text: str) -> None:
    assert compact(Decimal(number)) == text


def test_chat_shows_names_as_they_are(episode: Make) -> None:
    # given an item whose name is a mention and a link
    found = message(episode(item="<!channel> & <http://evil|R&D>"))
    # when it is put into blocks
    payload = json.loads(slack.body(found))
    texts = [payload["text"], *(t["text"] for t in mrkdwn(payload))]
    # then nothing in it is a command
    assert "&lt;!channel&gt; &amp; &lt;http://evil|R&amp;D&gt;" in payload["text"]
    assert not any("<" in text or ">" in text for text in texts)


def mrkdwn(part: Any) -> list[dict[str, Any]]:
    """Return every text object of a payload that chat reads as markup."""
    if isinstance(part, list):
        return [found for each in part for found in mrkdwn(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == "mrkdwn" else []
    return own + [found for each in part.values() for found in mrkdwn(each)]


def test_chat_has_a_headline_a_body_and_a_button(episode: Make) -> None:
    payload = json.loads(slack.body(message(episode())))
    header, what, fields, since, actions = payload["blocks"]
    assert header["text"]["text"] == "◆ High: A100 at DC1: 12 units short"
    assert what["text"]["text"].startswith("20 units due, 8 units available. 2 order lines")
    assert fields["fields"][0]["text"].startswith("At stake: 12 units, worth")
    assert since["elements"][0]["text"] == "Since 2 March 2026, 12:00 UTC."
    assert actions["elements"][0]["url"].startswith("http://sight/stock?item=A100")


def test_chat_limits_hold_for_endless_names(episode: Make) -> None:
    # given names as long as an event allows, all of them in need of escape
    payload = json.loads(slack.body(message(episode(item="&" * 256, loc="ö" * 256))))
    # then
    assert len(payload["blocks"][0]["text"]["text"]) <= 150
    assert all(len(each["text"]) <= 3000 for each in mrkdwn(payload))
    # and a link that chat would refuse is left out
    assert [block["type"] for block in payload["blocks"]][-1] == "context"
