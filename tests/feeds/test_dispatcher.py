# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delivery: at least once, patient with receivers that are busy, done where refused."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from sightline.desk import Desk
from sightline.feeds import dispatcher
from sightline.feeds.dispatcher import ATTEMPTS, Deliveries, Dispatcher, delay
from sightline.feeds.webhooks import Webhook, configured
from sightline.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  the example of the standard
Post = Callable[..., None]


def turn(desk: Desk, *webhooks: Webhook, at: datetime = NOON) -> Deliveries:
    return Dispatcher(desk, webhooks, url="http://sight").deliver_due(lambda: at)


def ops(receiver: Any) -> Webhook:
    return Webhook("ops", "slack", receiver.address)


def state(desk: Desk) -> list[tuple[str, int, str]]:
    return [(each.state, each.attempts, each.last_error) for each in desk.deliveries()]


def test_a_message_is_delivered_once(desk: Desk, post: Post, receiver: Any) -> None:
    # given a message for a chat
    post("ops")
    # when two turns pass
    done = [turn(desk, ops(receiver)), turn(desk, ops(receiver), at=NOON + 999 * SECOND)]
    # then it was sent in the first
    assert done == [Deliveries(sent=1), Deliveries()]
    assert receiver.ids == ["msg_id-of-A100_1"]
    assert state(desk) == [("sent", 1, "")]


def test_signed_json_is_the_event_with_text_and_link_and_its_signature_holds(
    desk: Desk, post: Post, receiver: Any
) -> None:
    # given a webhook with a key
    settings = Settings(webhooks=f"erp=json:{receiver.address}", webhook_secret=SECRET)
    post("erp")
    # when the message is delivered
    turn(desk, *configured(settings))
    # then the signature can be checked by hand
    ((headers, content),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    # and the body is the event, with text and link
    body = json.loads(content)
    assert body["type"] == "io.sightline.exception.opened.v1"
    assert body["data"]["exc_id"] == "id-of-A100"
    assert body["text"].startswith("A100 at DC1: 12 units short.")
    assert body["link"] == "http://sight/stock?item=A100&loc=DC1&exception=id-of-A100"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_busy_receiver_is_tried_again_under_the_same_id(
    desk: Desk, post: Post, receiver: Any, status: int
) -> None:
    # given a receiver that fails once
    post("ops")
    receiver.answers = [(status, {})]
    # when it is asked at once, too early, and in time
    done = [turn(desk, ops(receiver), at=NOON + n * SECOND) for n in (0, 9, 10)]
    # then the third attempt is the second one made, and is received
    assert done == [Deliveries(postponed=1), Deliveries(), Deliveries(sent=1)]
    assert receiver.ids == ["msg_id-of-A100_1"] * 2


def test_a_receiver_may_say_how_long_to_wait(desk: Desk, post: Post, receiver: Any) -> None:
    # given a receiver that asks for two minutes
    post("ops")
    receiver.answers = [(429, {"retry-after": "120"})]
    turn(desk, ops(receiver))
    # then it gets them
    assert desk.deliveries()[0].next_attempt == NOON + 120 * SECOND


@pytest.mark.parametrize(
    "header", ["-5", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 50, "\u0663", "1e9", ""]
)
def test_a_strange_wait_does_no_harm(
    desk: Desk, post: Post, receiver: Any, header: str
) -> None:
    post("ops")
    receiver.answers = [(503, {"retry-after": header.encode().decode("latin-1")})]
    turn(desk, ops(receiver))
    wait = desk.deliveries()[0].next_attempt - NOON
    assert 10 * SECOND <= wait <= timedelta(hours=1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 301, 302, 307])
def test_a_receiver_that_refuses_is_not_asked_again(
    desk: Desk, post: Post, receiver: Any, status: int
) -> None:
    # given a receiver that refuses, or points elsewhere
    post("ops")
    receiver.answers = [(status, {"location": receiver.address})]
    # when turns pass
    done = [turn(desk, ops(receiver), at=NOON + timedelta(days=n)) for n in (0, 1)]
    # then the message is dead after one request, and says why
    assert done == [Deliveries(dead=1), Deliveries()]
    assert len(receiver.got) == 1
    assert state(desk) == [("dead", 1, f"HTTP {status}")]


def test_a_receiver_that_is_never_there_is_given_up_after_a_day(
    desk: Desk, post: Post, receiver: Any
) -> None:
    # given a receiver that fails for ever
    post("ops")
    receiver.answers = [(500, {})] * 20
    # when time passes as far as needed
    now, done = NOON, Deliveries(postponed=1)
    while done.postponed:
        done = turn(desk, ops(receiver), at=now)
        now = desk.deliveries()[0].next_attempt
    # then it was tried ten times in little more than a day
    assert (done.dead, len(receiver.got)) == (1, ATTEMPTS)
    total = sum((delay(n) for n in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=24) < total < timedelta(hours=30)
    assert state(desk) == [("dead", ATTEMPTS, "HTTP 500")]


def test_a_receiver_that_hangs_holds_a_turn_up_once(
    desk: Desk, post: Post, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given three messages for a receiver that never answers
    monkeypatch.setattr("sightline.feeds.answer.TIMEOUT", urllib3.Timeout(total=0.1))
    for item in ("A100", "B200", "C300"):
        post("ops", item=item)
    # when a turn passes
    done = turn(desk, Webhook("ops", "slack", f"http://127.0.0.1:{silent_port}/x"))
    # then one attempt was made
    assert done == Deliveries(postponed=1)
    assert state(desk)[0] == ("pending", 1, "no answer in time")
    assert [attempts for _, attempts, _ in state(desk)] == [1, 0, 0]


def test_a_receiver_that_is_down_does_not_hold_up_another(
    desk: Desk, post: Post, receiver: Any
) -> None:
    # given one receiver that is there and one that is not
    post("gone", "ops")
    # when a turn passes
    done = turn(desk, Webhook("gone", "slack", "http://127.0.0.1:9/x"), ops(receiver))
    # then
    assert done == Deliveries(sent=1, postponed=1)
    assert state(desk)[0][2] == "no connection"


def test_a_message_in_flight_is_sent_again_when_its_outcome_was_never_written(
    desk: Desk, post: Post, receiver: Any
) -> None:
    # given a claim by somebody who died
    post("ops")
    (due,) = desk.due(["ops"], now=NOON, limit=1)
    desk.claim(due, until=NOON + dispatcher.LEASE)
    # when turns pass
    done = [turn(desk, ops(receiver), at=NOON + n * SECOND) for n in (0, 59, 60)]
    # then it goes out when the lease is over
    assert done == [Deliveries(), Deliveries(), Deliveries(sent=1)]


def test_no_log_line_and_no_record_shows_an_address(
    desk: Desk,
    post: Post,
    receiver: Any,
    caplog: pytest.LogCaptureFixture,
    settings_with_secrets: Settings,
) -> None:
    # given everything logged, and answers of every sort
    caplog.set_level(logging.DEBUG)
    post("ops", "erp", "gone")
    receiver.answers = [(500, {}), (404, {})]
    webhooks = configured(settings_with_secrets)
    # when turns pass
    for n in range(3):
        turn(desk, *webhooks, at=NOON + n * timedelta(hours=1))
    # then neither the path nor the key is in what we wrote
    seen = caplog.text + repr(state(desk)) + repr(webhooks) + repr(settings_with_secrets)
    assert "SECRETPATH" not in seen
    assert "MfKQ9r8GKYq" not in seen
    assert "webhook ops" in seen


@pytest.fixture
def settings_with_secrets(receiver: Any) -> Settings:
    webhooks = (
        f"ops=slack:{receiver.address} erp=json:{receiver.address} "
        "gone=slack:http://127.0.0.1:9/SECRETPATH"
    )
    return Settings(webhooks=webhooks, webhook_secret=SECRET)
