# SPDX-License-Identifier: AGPL-3.0-or-later
"""The envelope of an event that a document states: its id is the same in every copy."""

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

import msgspec

from sightline.events import catalogue
from sightline.imports.edi.context import Context
from sightline.imports.edi.document import Draft, Row
from sightline.imports.edi.frame import Frame
from sightline.imports.edi.profile import Profile
from sightline.imports.edi.times import written
from sightline.imports.ids import NAMESPACE

SEPARATOR = "\x1f"
STATEMENT = "statement"
SPACE = UUID(bytes=NAMESPACE)


def events_of(frame: Frame, row: Row, profile: Profile) -> list[bytes]:
    """Return the events of a row of `frame` as CloudEvents in JSON."""
    sent = Context(frame.envelope, profile).sent
    common: dict[str, Any] = {"specversion": "1.0", "source": source_of(frame.envelope.sender)}
    if sent:
        common["recordedtime"] = written(sent)
    numbers = {"interchange": frame.envelope.control, "set": frame.control}
    return [
        msgspec.json.encode(
            common
            | {
                "id": _id(frame, row, draft, at),
                "type": catalogue.find(draft.type).full,
                "time": written(draft.time),
                "partitionkey": draft.data["item"],
                "sequence": f"{_sequence(frame, row)}-{at}",
                "data": draft.data | {"ext": draft.data.get("ext", {}) | numbers},
            }
        )
        for at, draft in enumerate(row.drafts)
    ]


def source_of(sender: str) -> str:
    """Return the source of what `sender` sent, a URI.

    Examples
    --------
    >>> source_of("ACME RETAIL")
    'edi://ACME%20RETAIL'
    """
    return f"edi://{quote(sender, safe='') or 'unknown'}"


def _id(frame: Frame, row: Row, draft: Draft, at: int) -> str:
    """Return an event's id, which a copy of the set gives again.

    What the set says belongs to it, for some senders count from 1 every day; and whether a
    stock report is a count, for a mapping may make one of what was a statement.
    """
    envelope = frame.envelope
    numbers = (envelope.control, envelope.group, frame.control, frame.sha256)
    kind = draft.type if draft.data.get("authoritative", True) else STATEMENT
    name = SEPARATOR.join((*numbers, str(row.number), kind, str(at)))
    return str(uuid5(SPACE, name))


def _sequence(frame: Frame, row: Row) -> str:
    """Return the place of a row among all of its source: when, interchange, set, row."""
    envelope = frame.envelope
    made = envelope.sent.strftime("%Y%m%d%H%M") if envelope.sent else "0" * 12
    return f"{made}-{envelope.control:0>14}-{frame.ordinal:06}-{row.number:06}"
