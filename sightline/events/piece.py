# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes into the event log: events of one partition, in one piece."""

from dataclasses import dataclass
from typing import Literal

Format = Literal["arrow", "ndjson", "refused"]
INDEX_BITS = 16
MAX_EVENTS = 1 << INDEX_BITS


@dataclass(frozen=True, slots=True)
class Piece:
    """Events of one partition on their way into the log.

    Attributes
    ----------
    fmt
        ``arrow``: one IPC stream of `sightline.events.columns.SCHEMA`; ``ndjson``: one raw
        CloudEvent a line; ``refused``: one JSON object a line with the keys ``kind, reason,
        field, source, id, raw``, for rows that an import could not turn into events.
    events
        Events (lines or rows) in `body`, 1 to `MAX_EVENTS`.
    """

    part: int
    fmt: Format
    events: int
    body: bytes
