# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines on their way into the log: one piece for each partition that gets any."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from sightline.events.partition import of_bytes
from sightline.events.refusal import Refusal
from sightline.events.routing import part_of_line
from sightline.log import Format, Piece


def pieces_of(
    lines: Iterable[bytes], refused: Iterable[Refusal], partitions: int
) -> list[Piece]:
    """Return `lines` as they came, and what could be no line, as pieces of the log."""
    whole: dict[int, list[bytes]] = defaultdict(list)
    for line in lines:
        whole[part_of_line(line, partitions)].append(line)
    bad: dict[int, list[bytes]] = defaultdict(list)
    for refusal in refused:
        bad[of_bytes(refusal.raw, partitions)].append(_told(refusal))
    return [*_joined(whole, "ndjson"), *_joined(bad, "refused")]


def _joined(parts: dict[int, list[bytes]], fmt: Format) -> Sequence[Piece]:
    return [Piece(part, fmt, len(all_), b"\n".join(all_)) for part, all_ in parts.items()]


def _told(refusal: Refusal) -> bytes:
    """Return one line of the log's ``refused`` format."""
    return msgspec.json.encode(
        {
            "kind": refusal.kind,
            "reason": refusal.reason,
            "field": refusal.field,
            "source": refusal.source,
            "id": refusal.id,
            "raw": refusal.raw.decode(errors="replace"),
        }
    )
