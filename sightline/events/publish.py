# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that we make ourselves, on their way into the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sightline.events.catalogue import TYPES
from sightline.events.partition import partition_of
from sightline.events.piece import MAX_EVENTS, Piece
from sightline.events.relations import OBJECT_OF

MAIN_TENANT = "main"

Event = Mapping[str, Any]


def to_piece(events: Sequence[Event], partitions: int) -> list[Piece]:
    """Return `events`, CloudEvents as mappings, as pieces of NDJSON; their order is kept.

    One piece for each partition that gets any; more when it gets over `MAX_EVENTS`.
    """
    lines: dict[int, list[bytes]] = defaultdict(list)
    for event in events:
        lines[partition_for(event, partitions)].append(msgspec.json.encode(event))
    return [
        Piece(part, "ndjson", len(cut), b"\n".join(cut) + b"\n")
        for part, all_lines in sorted(lines.items())
        for cut in _cuts(all_lines)
    ]


def partition_for(event: Event, partitions: int) -> int:
    """Return the partition of one event; what it does not state counts as empty."""
    data = event.get("data")
    stated = data if isinstance(data, dict) else {}
    return partition_of(
        _text(event, "tenantid") or MAIN_TENANT,
        _text(stated, "item"),
        _text(event, "partitionkey"),
        main_object(event.get("type"), stated) or _text(event, "id"),
        partitions,
    )


def main_object(full: object, data: Mapping[str, Any]) -> str:
    """Return the id of the object that the event is about: the first of its type's objects.

    Examples
    --------
    >>> main_object("io.sightline.approval.decided.v1", {"request_id": "R7"})
    'R7'
    """
    kind = TYPES.get(full) if isinstance(full, str) else None
    for wanted in kind.objects if kind else ():
        for field in _FIELDS_OF.get(wanted, ()):
            if found := _text(data, field):
                return found
    listed = data.get("objects")
    first = listed[0] if isinstance(listed, list) and listed else None
    return _text(first, "id") if isinstance(first, dict) else ""


def _fields_of() -> dict[str, list[str]]:
    """Return object type → the fields that name such an object."""
    fields: dict[str, list[str]] = defaultdict(list)
    for attribute, kind in OBJECT_OF.items():
        fields[kind].append(_SPELLED.get(attribute, attribute))
    fields["entity"].append("key")
    return dict(fields)


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


def _cuts(lines: list[bytes]) -> list[list[bytes]]:
    return [lines[at : at + MAX_EVENTS] for at in range(0, len(lines), MAX_EVENTS)]


_SPELLED = {"case_id": "case"}
_FIELDS_OF = _fields_of()
