# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something needs a person's attention."""

from typing import Annotated, Any, Literal

from msgspec import field

from sightline.events.blocks import Code, Count, Data, Moment, Money, Name, Number, Text, means
from sightline.events.event_type import event


class ExceptionEvent(Data, kw_only=True):
    """One revision of an exception; what is absent did not change."""

    exc_id: Annotated[Name, means("id of the exception")]
    currency: Annotated[Code | None, means("ISO 4217 code of a money that states none")] = None
    deadline: Annotated[Moment | None, means("last moment an action still helps")] = None
    dedup_key: Annotated[Text, means("same cause, same key")] = None
    drivers: Annotated[list[Any] | None, means("reasons, strongest first")] = None
    evidence: Annotated[list[str] | None, means("ids of the events behind it")] = None
    item: Annotated[Text, means("item id")] = None
    kind: Annotated[Text, means("kind of exception")] = None
    loc: Annotated[Text, means("location id")] = None
    money: Annotated[Money | Number | float | None, means("money at stake")] = None
    object: Annotated[Text, means("object concerned, type/id")] = None
    opened: Annotated[Moment | None, means("when it was first opened")] = None
    owner: Annotated[Text, means("who looks after it, by pseudonym")] = None
    priority: Annotated[float | None, means("place in the queue, highest first")] = None
    revision: Annotated[Count | None, means("revision, counted from 1")] = None
    rule: Annotated[Text, means("rule that opened it")] = None
    rule_version: Annotated[int | str | None, means("version of the rule")] = None
    score: Annotated[float | None, means("score of the rule")] = None
    severity: Annotated[str | int | None, means("how bad")] = None
    sla_due: Annotated[Moment | None, means("answer is due")] = None
    state: Annotated[Text, means("state after the event")] = None


@event(
    32,
    "exception.opened",
    objects="exception",
    maps_from="Sightline's rules, other systems",
)
class ExceptionOpened(ExceptionEvent, kw_only=True):
    """A rule finds something that needs attention."""

    kind: Annotated[Name, means("kind of exception")]
    severity: Annotated[str | int, means("how bad")]


@event(
    33,
    "exception.changed",
    objects="exception",
    maps_from="workbench, chat",
)
class ExceptionChanged(ExceptionEvent, kw_only=True):
    """Somebody works on an exception, or it gets better or worse."""

    minutes: Annotated[float | None, means("time spent", unit="min")] = None
    mode: Annotated[
        Literal[
            "assigned",
            "acknowledged",
            "touched",
            "paused",
            "resumed",
            "escalated",
            "reopened",
            "updated",
        ]
        | None,
        means("what happened"),
    ] = field(default=None, name="action")


@event(
    34,
    "exception.resolved",
    objects="exception",
    maps_from="workbench, Sightline's rules",
)
class ExceptionResolved(ExceptionEvent, kw_only=True):
    """An exception is over."""

    action_ref: Annotated[Text, means("document or event that solved it")] = None
    outcome: Annotated[Text, means("what it came to")] = None
    resolution_code: Annotated[Text, means("how it ended")] = None
