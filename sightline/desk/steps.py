# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what the desk knew to what it should know: the steps between, each one an event."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sightline.desk.episode import SEVERITIES, SOURCE, Episode

Verb = Literal["opened", "changed", "resolved"]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one episode.

    Attributes
    ----------
    episode
        The episode after the change.
    action
        What a ``changed`` step did: ``reopened``, ``escalated`` or ``updated``; else empty.
    at
        Business time of the change, UTC.
    """

    episode: Episode
    verb: Verb
    action: str
    at: datetime

    @property
    def event_id(self) -> str:
        """Return the id of the step's event; the same for every resend."""
        return f"{self.episode.exception_id}/{self.episode.revision}"

    def event(self, *, recorded: datetime) -> dict[str, Any]:
        """Return the step as a CloudEvent of type 32, 33 or 34."""
        episode = self.episode
        return {
            "specversion": "1.0",
            "id": self.event_id,
            "source": SOURCE,
            "type": f"io.sightline.exception.{self.verb}.v1",
            "time": _text(self.at),
            "recordedtime": _text(recorded),
            "tenantid": episode.tenant,
            "subject": f"exception/{episode.exception_id}",
            "partitionkey": episode.exception_id,
            "correlationid": episode.exception_id,
            "datacontenttype": "application/json",
            "data": _data(self),
        }


def steps(before: Episode | None, after: Episode, *, at: datetime) -> list[Step]:
    """Return the steps that lead from `before` to `after`; none when nothing changed.

    A new episode that has already ended is opened and then resolved. An ended one that goes
    on is reopened under its own id; an ended one whose facts were restated is resolved again.

    Parameters
    ----------
    after
        What should be known; its revision is ignored.
    at
        Business time at which the change is noticed; openings and endings carry their own.
    """
    if before is None:
        return _numbered(_birth(after), revision=0)
    if replace(after, revision=before.revision) == before:
        return []
    return _numbered(_turn(before, after, at), revision=before.revision)


def _birth(after: Episode) -> Iterator[Step]:
    alive = replace(after, state="open", resolved=None, resolution="")
    yield Step(alive, "opened", "", after.opened)
    if after.resolved is not None:
        yield Step(after, "resolved", "", after.resolved)


def _turn(before: Episode, after: Episode, at: datetime) -> Iterator[Step]:
    if after.resolved is not None:
        yield Step(after, "resolved", "", after.resolved)
    elif before.state == "resolved":
        yield Step(after, "changed", "reopened", at)
    else:
        yield Step(after, "changed", _action(before, after), at)


def _action(before: Episode, after: Episode) -> str:
    worse = SEVERITIES.index(after.severity) > SEVERITIES.index(before.severity)
    return "escalated" if worse else "updated"


def _numbered(found: Iterator[Step], *, revision: int) -> list[Step]:
    return [
        replace(step, episode=replace(step.episode, revision=number))
        for number, step in enumerate(found, start=revision + 1)
    ]


def _data(step: Step) -> dict[str, Any]:
    episode = step.episode
    data: dict[str, Any] = {
        "exc_id": episode.exception_id,
        "revision": episode.revision,
        "kind": episode.kind,
        "severity": episode.severity,
        "dedup_key": episode.dedup_key,
        "item": episode.item,
        "loc": episode.loc,
        "object": episode.object,
        "opened": _text(episode.opened),
        "state": episode.state,
        "rule": episode.rule,
        "rule_version": episode.rule_version,
        "drivers": _drivers(episode),
        "evidence": list(episode.evidence),
        "objects": _objects(episode),
        "actor": {"id": f"rule:{episode.rule}", "role": "rule"},
    }
    if episode.money is not None:
        data |= {"money": format(episode.money, "f"), "currency": episode.currency}
    if step.verb == "changed":
        data["action"] = step.action
    if step.verb == "resolved":
        data["resolution_code"] = episode.resolution
    return data


def _drivers(episode: Episode) -> list[dict[str, Any]]:
    facts = dict(episode.facts) | ({"currency": episode.currency} if episode.currency else {})
    return [{"name": name, "value": value} for name, value in facts.items()]


def _objects(episode: Episode) -> list[dict[str, str]]:
    named = (("exception", episode.exception_id), ("item", episode.item), ("loc", episode.loc))
    return [{"type": kind, "id": oid, "qualifier": "about"} for kind, oid in named if oid]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_line(event: dict[str, Any]) -> str:
    """Return `event` as one line of JSON, the same text every time."""
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
