# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one look at the tables changes on the desk, and what of it is news."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sightline.desk import Decision, Episode, Step, steps
from sightline.outlook import today
from sightline.rules.position_drift import NARROW, Tolerance


@dataclass(frozen=True, slots=True)
class Posting:
    """Who is told, and how old news may be.

    Attributes
    ----------
    webhooks
        Names of the webhooks that get a message about each new exception.
    age
        An exception whose cause is older than this is history: kept, not posted.
    """

    webhooks: tuple[str, ...] = ()
    age: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One look at the tables.

    Attributes
    ----------
    as_of
        Business time, UTC: the watermark in a replay, the clock when live.
    now
        The clock, UTC: decides what is history.
    zone
        Time zone of the business's days.
    tolerance
        How far a statement of another system may be off.
    """

    as_of: datetime
    now: datetime
    posting: Posting
    zone: str = "UTC"
    tolerance: Tolerance = NARROW

    @property
    def today(self) -> date:
        """Return the day by which things are due."""
        return today(self.as_of, self.zone)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One episode as it was known and as it should be.

    Attributes
    ----------
    cause
        A time by which its cause existed, UTC; it decides whether the exception is news.
    """

    before: Episode | None
    after: Episode
    cause: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many exceptions one evaluation opened, changed, resolved and posted."""

    opened: int = 0
    changed: int = 0
    resolved: int = 0
    posted: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """Return the sums."""
        return Outcome(
            self.opened + other.opened,
            self.changed + other.changed,
            self.resolved + other.resolved,
            self.posted + other.posted,
        )


def is_news(judgement: Judgement, occasion: Occasion) -> bool:
    """Return whether people should hear of it: new, still open and young enough."""
    return (
        judgement.before is None
        and judgement.after.state == "open"
        and occasion.now - judgement.cause <= occasion.posting.age
    )


def settle(decision: Decision, judgements: Iterable[Judgement], occasion: Occasion) -> Outcome:
    """Write `judgements` to the desk: episodes, journal and outbox."""
    taken: list[Step] = []
    news: list[Step] = []
    for judgement in judgements:
        found = steps(judgement.before, judgement.after, at=occasion.as_of)
        taken += found
        if is_news(judgement, occasion):
            news += found
    decision.write(taken, now=occasion.now)
    decision.post(news, occasion.posting.webhooks, now=occasion.now)
    verbs = [step.verb for step in taken]
    return Outcome(
        verbs.count("opened"), verbs.count("changed"), verbs.count("resolved"), len(news)
    )
