# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes into the log and what comes out, and what every log promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sightline.events.piece import INDEX_BITS, MAX_EVENTS, Format, Piece
from sightline.log.ledger import Imported, KnownFile, Prefix, Standing

__all__ = ["INDEX_BITS", "MAX_EVENTS", "Batch", "EventLog", "Format", "Log", "Piece", "Waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one partition, in batches; the oldest of it entered the log at `since_ms`.

    A log without batches counts messages.
    """

    since_ms: int
    batches: int


@dataclass(frozen=True, slots=True)
class Batch(Piece):
    """A piece as the log keeps it.

    Attributes
    ----------
    first
        Offset of its first event: row id shifted by `INDEX_BITS`; event i has ``first + i``.
    at_ms
        When it entered the log, milliseconds since 1970, UTC.
    append_row
        Row id of the last piece that came in the same append: who has read the log up to
        there has all of them.
    """

    first: int
    at_ms: int
    append_row: int

    @property
    def last(self) -> int:
        """Return the offset of the last event."""
        return self.first + self.events - 1


class Log(Protocol):
    """What the stream, the imports and the rules need of a log; safe to share by threads."""

    partitions: int
    generation: int

    def append(self, pieces: Sequence[Piece]) -> None:
        """Add `pieces`, all or none; on return they are durable."""
        ...

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        """Return whole batches of `part` with a first offset above `after`, oldest first.

        At least one batch when there is one, then as many as stay within `events`.
        """
        ...

    def heads(self) -> dict[int, int]:
        """Return the last offset of every partition that has one."""
        ...

    def top(self) -> int:
        """Return the highest row id of the whole log, 0 when it is empty.

        Whatever lies below it is found by a `read` that follows, whoever appended it.
        """
        ...


class EventLog(Log, Protocol):
    """A log with its ledger of imports."""

    def append(self, pieces: Sequence[Piece], *, imported: Sequence[Imported] = ()) -> None:
        """Add `pieces` and ledger entries; on return they are durable."""
        ...

    def imported(self, file_sha256: str, mapping_sha256: str) -> Standing:
        """Return how much of a file the log holds under a mapping."""
        ...

    def files(self) -> list[KnownFile]:
        """Return every file that the log holds something of, with its mappings."""
        ...

    def prefixes(self, mapping_sha256: str) -> list[Prefix]:
        """Return the beginnings of files that the log holds under a mapping."""
        ...

    def waiting(self, after: Mapping[int, int]) -> dict[int, Waiting]:
        """Return what lies behind the offsets `after`, for partitions that have any."""
        ...

    def close(self) -> None:
        """Write what is queued and close the log."""
        ...
