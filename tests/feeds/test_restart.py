# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes die with messages in hand; the messages arrive all the same."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from sightline.desk import Desk
from sightline.desk.steps import as_line
from sightline.feeds.dispatcher import LEASE, Deliveries, Dispatcher
from sightline.feeds.webhooks import Webhook

pytestmark = pytest.mark.faults
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DECIDE = """
import json, sys, time
from datetime import datetime
from sightline.desk import Desk, Episode, steps
from sightline.settings import Settings

url, noon, given = sys.argv[1], datetime.fromisoformat(sys.argv[2]), json.loads(sys.argv[3])
desk = Desk.open(Settings(desk=url))
with desk.decide() as decision:
    found = steps(None, Episode(**given, opened=noon), at=noon)
    decision.write(found, now=noon)
    decision.post(found, ["ops"], now=noon)
    if sys.argv[4] == "inside":
        print("ready", flush=True)
        time.sleep(60)
print("ready", flush=True)
time.sleep(60)
"""
DELIVER = """
import sys
from datetime import datetime
from sightline.desk import Desk
from sightline.feeds.dispatcher import Dispatcher
from sightline.feeds.webhooks import Webhook
from sightline.settings import Settings

url, noon, address = sys.argv[1], datetime.fromisoformat(sys.argv[2]), sys.argv[3]
desk = Desk.open(Settings(desk=url))
Dispatcher(desk, [Webhook("ops", "slack", address)], url="http://s").deliver_due(lambda: noon)
"""


@contextmanager
def running(script: str, *args: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", script, *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process
        process.send_signal(signal.SIGKILL)


def url_of(desk: Desk) -> str:
    return f"sqlite:///{desk.engine.url.database}"


def arguments(episode: Any) -> str:
    names = ("exception_id", "tenant", "dedup_key", "kind", "rule", "rule_version")
    names += ("severity", "item", "loc", "facts")
    return as_line({name: getattr(episode, name) for name in names})


def turn(desk: Desk, receiver: Any, at: datetime) -> Deliveries:
    webhook = Webhook("ops", "slack", receiver.address)
    return Dispatcher(desk, [webhook], url="http://s").deliver_due(lambda: at)


def test_a_decision_whose_process_was_killed_before_delivery_is_delivered(
    desk: Desk, episode: Callable[..., Any], receiver: Any
) -> None:
    # given a process that decided, and was killed before it delivered
    args = url_of(desk), NOON.isoformat(), arguments(episode()), "after"
    with running(DECIDE, *args) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    # when the next one starts
    done = turn(desk, receiver, NOON)
    # then the message arrives under the id that the decision gave it
    assert done == Deliveries(sent=1)
    assert receiver.ids == [f"msg_{episode().exception_id}_1"]


def test_a_decision_whose_process_was_killed_within_it_never_was(
    desk: Desk, episode: Callable[..., Any], receiver: Any
) -> None:
    # given a process that was killed inside the transaction
    args = url_of(desk), NOON.isoformat(), arguments(episode()), "inside"
    with running(DECIDE, *args) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    # then there is no exception, no event and no message
    assert (desk.episodes(), desk.pending_entries(limit=9)) == ([], [])
    assert turn(desk, receiver, NOON) == Deliveries()


def test_a_message_whose_process_was_killed_in_flight_arrives_again_under_its_id(
    desk: Desk, post: Callable[..., None], receiver: Any
) -> None:
    # given a process that was killed while it waited for the receiver's answer
    post("ops")
    receiver.delay = 1.0
    with running(DELIVER, url_of(desk), NOON.isoformat(), receiver.address):
        wait_for(lambda: receiver.got)
    receiver.delay = 0.0
    # when the next one starts, at once and when the lease of the dead one is over
    done = [turn(desk, receiver, NOON), turn(desk, receiver, NOON + LEASE)]
    # then the receiver has it twice and can tell
    assert done == [Deliveries(), Deliveries(sent=1)]
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def wait_for(claim: Callable[[], Any], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)
