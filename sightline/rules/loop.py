# SPDX-License-Identifier: AGPL-3.0-or-later
"""One turn of the wheel: judge, put what was decided into the log, deliver what is due."""

from dataclasses import dataclass
from datetime import timedelta

from sightline.clock import Clock
from sightline.desk import Desk
from sightline.feeds.dispatcher import Deliveries, Dispatcher
from sightline.feeds.pump import pump
from sightline.feeds.webhooks import configured
from sightline.log import Log
from sightline.rules.evaluate import evaluate
from sightline.rules.judgement import Occasion, Outcome, Posting
from sightline.rules.position_drift import Tolerance
from sightline.rules.standing import business_time, is_prompt
from sightline.settings import Settings
from sightline.store import Store


@dataclass(frozen=True, slots=True)
class Tick:
    """What one turn did.

    Attributes
    ----------
    appended
        Events put into the log; when not 0 the stream has something to read.
    """

    outcome: Outcome
    appended: int
    deliveries: Deliveries

    @property
    def is_idle(self) -> bool:
        """Return whether nothing happened."""
        return self == Tick(Outcome(), 0, Deliveries())


def tick(store: Store, desk: Desk, log: Log, settings: Settings, clock: Clock) -> Tick:
    """Judge by every rule, pump the journal into `log`, deliver the messages that are due.

    Safe to stop between any two steps and to run again. Call it when the stream is idle or
    every second; after a turn that appended events, let the stream read them. While the
    stream is catching up nothing is judged.
    """
    webhooks = configured(settings)
    now = clock()
    as_of = business_time(store, desk, now=now)
    outcome = Outcome()
    if as_of is not None and is_prompt(store, log, now=now):
        posting = Posting(
            tuple(webhook.name for webhook in webhooks),
            timedelta(hours=settings.post_age_hours),
        )
        tolerance = Tolerance(settings.drift_units, settings.drift_share)
        occasion = Occasion(as_of, now, posting, settings.zone, tolerance)
        outcome = evaluate(store, desk, occasion)
    appended = pump(desk, log, now=now)
    dispatcher = Dispatcher(desk, webhooks, url=settings.url)
    return Tick(outcome, appended, dispatcher.deliver_due(clock))
