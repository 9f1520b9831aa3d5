# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of every line that is sent, and the steps of cases: by the documents, slowly.

RULINGS 11: the first event of an id stays, the same again is a duplicate, the same id with
another content is a conflict. MINING section 2: a case is in order of (time, sequence, id).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Cloud = dict[str, Any]


class Step(NamedTuple):
    """One event of a case with the one before it; `wait_ms` None for the first."""

    case: str
    seq: int
    event: str
    activity: str
    resource: str
    before: str
    wait_ms: int | None


@dataclass
class Accounts:
    """What became of what was sent.

    Attributes
    ----------
    accepted
        Events that were first with their id, in the order of the log.
    letters
        Dead letters: unreadable lines as they came, conflicts by id and content.
    """

    accepted: list[Cloud] = field(default_factory=list)
    duplicates: int = 0
    letters: Counter[str] = field(default_factory=Counter)


def accounts(lines: Iterable[bytes], *, bad: Iterable[bytes]) -> Accounts:
    """Say what becomes of `lines`, of which those equal to one of `bad` cannot be accepted."""
    found, refused = Accounts(), set(bad)
    contents: dict[tuple[str, str, str], Cloud] = {}
    for line in lines:
        if line in refused:
            found.letters[line.decode(errors="replace")] += 1
            continue
        event = json.loads(line)
        first = contents.setdefault(_key(event), event)
        if first is event:
            found.accepted.append(event)
        elif first == event:
            found.duplicates += 1
        else:
            found.letters[conflict(event)] += 1
    return found


def conflict(event: Cloud) -> str:
    """Return what tells one contradiction from another."""
    told = (event["source"], event["id"], event["data"].get("reason_code", ""))
    return " ".join(map(str, told))


def transitions(events: Iterable[Cloud]) -> list[Step]:
    """Return the steps of every case of ``process.activity`` events, sorted."""
    cases: dict[tuple[str, str], list[Cloud]] = defaultdict(list)
    for event in events:
        if event["type"] == "io.sightline.process.activity.v1":
            data = event["data"]
            cases[data["process"], data["case"]].append(event)
    return sorted(
        step
        for (_, case), mine in cases.items()
        for step in _steps(case, sorted(mine, key=_order))
    )


def _steps(case: str, events: list[Cloud]) -> Iterable[Step]:
    before: Cloud | None = None
    for seq, event in enumerate(events, 1):
        wait = (
            None if before is None else round((_at(event) - _at(before)).total_seconds() * 1000)
        )
        data = event["data"]
        told = "" if before is None else before["data"]["activity"]
        yield Step(
            case, seq, event["id"], data["activity"], data.get("resource", ""), told, wait
        )
        before = event


def _order(event: Cloud) -> tuple[datetime, str, str]:
    return _at(event), event.get("sequence", ""), event["id"]


def _at(event: Cloud) -> datetime:
    return datetime.fromisoformat(event["time"])


def _key(event: Cloud) -> tuple[str, str, str]:
    return event.get("tenantid", "main"), event["source"], event["id"]
