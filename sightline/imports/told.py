# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that an import writes itself: told line by line, appended chunk by chunk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import NamedTuple

import msgspec

from sightline.clock import Clock, wall_clock
from sightline.events.partition import of_bytes
from sightline.events.refusal import KEPT_OF_A_LONG_LINE, LONGEST_LINE
from sightline.events.routing import part_of_line
from sightline.imports.cutting import line_pieces
from sightline.imports.files import File
from sightline.imports.judging import ACCEPTED, DUPLICATE, outcomes
from sightline.imports.origin import Origin
from sightline.imports.progress import Progress
from sightline.imports.repeats import Repeats
from sightline.imports.summary import Summary
from sightline.log import EventLog, Piece
from sightline.log.ledger import Imported

CHUNK_LINES = 16_384
CHUNK_BYTES = 32 << 20


class Told(NamedTuple):
    """One line for the log.

    Attributes
    ----------
    text
        A CloudEvent, or what could not become one.
    rows
        Rows of the file that are counted by it: those that come to it first.
    reason
        Why it is no event, beginning with a code and a colon; "" for an event.
    """

    text: bytes
    rows: int
    reason: str = ""


@dataclass(slots=True)
class Appender:
    """Appends what is told of one file under one `mapping`, from where the log stands."""

    file: File
    sha: str
    mapping: str
    log: EventLog
    progress: Progress
    clock: Clock = wall_clock
    repeats: Repeats = field(default_factory=Repeats)

    def is_complete(self, summary: Summary) -> bool:
        """Tell whether the log holds all of the file; if so count it in `summary`."""
        standing = self.log.imported(self.sha, self.mapping)
        if standing.complete:
            summary.read += standing.rows
            summary.duplicates += standing.rows
            summary.already.append(str(self.file.path))
        return standing.complete

    def append(self, told: Iterable[Told], summary: Summary) -> None:
        """Append what the log does not hold yet and count all of it in `summary`.

        `told` is the same for the same file and mapping, whenever it is asked for.

        Raises
        ------
        LogError
            The log cannot take it; the same again goes on where it stopped.
        """
        done, at = self.log.imported(self.sha, self.mapping).done, 0
        lost = 0
        for chunk, is_last in _marked(_chunks(told)):
            held = max(min(done - at, len(chunk)), 0)
            at += len(chunk)
            lost += self._count(chunk, held, summary)
            if fresh := chunk[held:]:
                entry = self._entry(fresh, at, is_last=is_last)
                self.log.append(self._pieces(fresh, at - len(fresh)), imported=[entry])
                summary.events += sum(not each.reason for each in fresh)
                self.progress.added(len(fresh))
            self.progress.rows(sum(each.rows for each in chunk))
        if lost:
            summary.warnings.append(
                f"{lost} further events of accepted rows were refused; `sightline run` puts "
                "them among the dead letters, with reasons"
            )

    def _count(self, chunk: list[Told], held: int, summary: Summary) -> int:
        """Count rows by what becomes of them; return the refused lines that count none."""
        lost = 0
        summary.read += sum(each.rows for each in chunk)
        summary.duplicates += sum(each.rows for each in chunk[:held])
        for each, outcome in list(zip(chunk, self._outcomes(chunk), strict=True))[held:]:
            if outcome == ACCEPTED:
                summary.accepted += each.rows
            elif outcome == DUPLICATE:
                summary.duplicates += each.rows
            else:
                summary.rejected[outcome] += each.rows
                lost += not each.rows
        return lost

    def _outcomes(self, chunk: list[Told]) -> list[str]:
        faults = [_fault(each).partition(":")[0] for each in chunk]
        good = [each.text for each, fault in zip(chunk, faults, strict=True) if not fault]
        ingest_ms = int(self.clock().astimezone(UTC).timestamp() * 1000)
        judged = iter(outcomes(good, self.repeats, ingest_ms=ingest_ms))
        return [fault or next(judged) for fault in faults]

    def _entry(self, fresh: list[Told], end: int, *, is_last: bool) -> Imported:
        return Imported(
            file_sha256=self.sha,
            mapping_sha256=self.mapping,
            row_from=end - len(fresh),
            row_to=end,
            total=end if is_last else 0,
            file=self.file.path.name,
            events=len(fresh),
            rows=sum(each.rows for each in fresh),
        )

    def _pieces(self, told: list[Told], first: int) -> list[Piece]:
        partitions = self.log.partitions
        raw, refused = [], []
        for number, each in enumerate(told, start=first + 1):
            if reason := _fault(each):
                line = self._refusal(each, reason, number)
                refused.append((of_bytes(each.text, partitions), line))
            else:
                raw.append((part_of_line(each.text, partitions), each.text))
        return line_pieces(raw, "ndjson") + line_pieces(refused, "refused")

    def _refusal(self, told: Told, reason: str, number: int) -> bytes:
        return msgspec.json.encode(
            {
                "kind": "malformed",
                "reason": reason,
                "field": "",
                "source": "",
                "id": "",
                "raw": told.text[:KEPT_OF_A_LONG_LINE].decode(errors="replace"),
                "origin": Origin(file=self.file.path.name, sha256=self.sha, row=number),
            }
        )


def _fault(told: Told) -> str:
    if told.reason or len(told.text) <= LONGEST_LINE:
        return told.reason
    return f"too_large: the event has {len(told.text)} bytes; expected at most {LONGEST_LINE}"


def _chunks(told: Iterable[Told]) -> Iterator[list[Told]]:
    chunk: list[Told] = []
    size = 0
    for each in told:
        chunk.append(each)
        size += len(each.text)
        if len(chunk) == CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _marked(chunks: Iterator[list[Told]]) -> Iterator[tuple[list[Told], bool]]:
    """Say with each chunk whether it is the last."""
    waiting: list[Told] | None = None
    for chunk in chunks:
        if waiting is not None:
            yield waiting, False
        waiting = chunk
    if waiting is not None:
        yield waiting, True
