# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliver what the outbox holds: at least once, patiently, and never twice at a time."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import urllib3

from sightline.clock import Clock
from sightline.desk import Delivery, Desk
from sightline.feeds import signed_json, slack
from sightline.feeds.answer import Answer, judged, post
from sightline.feeds.message import of_event
from sightline.feeds.webhooks import Webhook

ATTEMPTS = 10
FIRST_DELAY = timedelta(seconds=10)
GROWTH = 3  # nine delays from 10 s on: the last attempt comes 27 hours after the first
LEASE = timedelta(seconds=60)  # longer than any attempt takes
PER_TURN = 20
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How many attempts of one turn were received, put off or given up."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0


def delay(attempts: int) -> timedelta:
    """Return how long to wait after the failure of attempt number `attempts`, from 1."""
    return FIRST_DELAY * int(GROWTH ** (attempts - 1))


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Brings messages to webhooks.

    Attributes
    ----------
    url
        Address of the dashboard; links begin with it.
    """

    desk: Desk
    webhooks: Sequence[Webhook]
    url: str
    http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager, repr=False)

    def deliver_due(self, clock: Clock) -> Deliveries:
        """Attempt the messages that are due, a few per call; failures wait for a later one.

        A webhook that fails is left alone for the rest of the call: a receiver that hangs
        holds the caller up once, not once for each message.
        """
        done = Deliveries()
        quiet: set[str] = set()
        by_name = {webhook.name: webhook for webhook in self.webhooks}
        for delivery in self.desk.due(by_name, now=clock(), limit=PER_TURN):
            if delivery.webhook in quiet:
                continue
            if self.desk.claim(delivery, until=clock() + LEASE):
                claimed = replace(delivery, attempts=delivery.attempts + 1)
                answer = self._attempt(claimed, by_name[delivery.webhook], now=clock())
                done = self._settle(claimed, answer, done, now=clock())
                if answer.outcome != "sent":
                    quiet.add(delivery.webhook)
        return done

    def _attempt(self, delivery: Delivery, webhook: Webhook, *, now: datetime) -> Answer:
        event = json.loads(delivery.payload)
        message = of_event(event, url=self.url)
        if webhook.kind == "slack":
            content = slack.body(message)
            headers = {
                "content-type": "application/json",
                "webhook-id": delivery.message_id,
            }
        else:
            content = signed_json.body(event, message)
            headers = signed_json.headers(
                content, message_id=delivery.message_id, key=webhook.secret, now=now
            )
        return judged(post(self.http, webhook.address, content, headers))

    def _settle(
        self, delivery: Delivery, answer: Answer, done: Deliveries, *, now: datetime
    ) -> Deliveries:
        if answer.outcome == "sent":
            self.desk.mark_sent(delivery, now=now)
            return replace(done, sent=done.sent + 1)
        if answer.outcome == "refused" or delivery.attempts >= ATTEMPTS:
            self.desk.bury(delivery, why=answer.why)
            logger.warning("webhook %s: gave a message up: %s", delivery.webhook, answer.why)
            return replace(done, dead=done.dead + 1)
        wait = max(delay(delivery.attempts), answer.wait)
        self.desk.postpone(delivery, now=now, by=wait, why=answer.why)
        logger.info("webhook %s: next attempt in %s: %s", delivery.webhook, wait, answer.why)
        return replace(done, postponed=done.postponed + 1)
