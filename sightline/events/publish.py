# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that we make ourselves, on their way into the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sightline.events.piece import MAX_EVENTS, Piece
from sightline.events.routing import part_of_event

Event = Mapping[str, Any]


def to_piece(events: Sequence[Event], partitions: int) -> list[Piece]:
    """Return `events`, CloudEvents as mappings, as pieces of NDJSON; their order is kept.

    One piece for each partition that gets any; more when it gets over `MAX_EVENTS`.
    """
    lines: dict[int, list[bytes]] = defaultdict(list)
    for event in events:
        lines[part_of_event(event, partitions)].append(msgspec.json.encode(event))
    return [
        Piece(part, "ndjson", len(cut), b"\n".join(cut) + b"\n")
        for part, all_lines in sorted(lines.items())
        for cut in _cuts(all_lines)
    ]


def _cuts(lines: list[bytes]) -> list[list[bytes]]:
    return [lines[at : at + MAX_EVENTS] for at in range(0, len(lines), MAX_EVENTS)]
