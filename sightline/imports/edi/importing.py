# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interchanges go into the log, row by row, at most once."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import numpy as np

from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError
from sightline.events.decode import decode_lines
from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_line
from sightline.imports.cutting import line_pieces
from sightline.imports.edi.outputs import Named, Output, outputs
from sightline.imports.edi.profile import Profile
from sightline.imports.files import File
from sightline.imports.progress import Progress
from sightline.imports.repeats import Repeats
from sightline.imports.summary import Summary
from sightline.log import EventLog, Piece
from sightline.log.ledger import Imported

CHUNK_LINES = 16_384
CHUNK_BYTES = 32 << 20


def import_interchanges(  # noqa: PLR0913  one parameter per thing that differs
    file: File,
    profile: Profile,
    log: EventLog,
    progress: Progress,
    scratch: Path,
    *,
    clock: Clock = wall_clock,
) -> Summary:
    """Append what the documents of `file` say and the log does not hold yet.

    A row of the summary is a line of a document, or a set or a piece of the file that is
    refused as a whole.

    Raises
    ------
    ImportFileError
        The file begins with no interchange, holds nothing, or its gzip stream is cut off.
    """
    sha = file.sha256()
    standing = log.imported(sha, profile.sha256)
    summary = Summary(files=[str(file.path)])
    if standing.complete:
        summary.read = summary.duplicates = standing.rows
        summary.already = [str(file.path)]
        return summary
    file.check()
    progress.reading(str(file.path))
    scratch.mkdir(parents=True, exist_ok=True)
    ingest_ms = int(clock().astimezone(UTC).timestamp() * 1000)
    repeats = Repeats()
    at = 0
    for chunk, is_last in _marked(_chunks(file, sha, profile, scratch)):
        lines = sum(each.lines for each in chunk)
        is_old = at < standing.done  # stretches end where chunks end, and chunks are the same
        at += lines
        _count(chunk, repeats, summary, ingest_ms, is_old=is_old)
        progress.rows(len(chunk))
        if is_old:
            continue
        entry = Imported(
            file_sha256=sha,
            mapping_sha256=profile.sha256,
            row_from=at - lines,
            row_to=at,
            total=at if is_last else 0,
            file=file.path.name,
            events=lines,
            rows=len(chunk),
        )
        log.append(_pieces(chunk, log.partitions), imported=[entry])
        summary.events += lines
        progress.added(lines)
    if not at:
        raise ImportFileError(
            f"{file.path} holds no document; expected one in its interchange."
        )
    return summary


def _count(
    chunk: list[Output], repeats: Repeats, summary: Summary, ingest_ms: int, *, is_old: bool
) -> None:
    """Count what will become of the rows; a row is what its first event is."""
    decoded = decode_lines(
        [line for each in chunk for line in each.events], ingest_ms=ingest_ms
    )
    same, other = repeats.masks(decoded)
    summary.read += len(chunk)
    if is_old:
        summary.duplicates += len(chunk)
        return
    firsts = np.cumsum([0, *(len(each.events) for each in chunk)])
    fates = dict.fromkeys(decoded.index[same].tolist(), "duplicate")
    fates |= dict.fromkeys(decoded.index[other].tolist(), "conflict")
    fates |= {each.index: each.reason.partition(":")[0] for each in decoded.refused}
    for place, each in zip(firsts.tolist(), chunk, strict=False):
        fate = each.code or fates.get(place, "")
        if not fate:
            summary.accepted += 1
        elif fate == "duplicate":
            summary.duplicates += 1
        else:
            summary.rejected[fate] += 1


def _pieces(chunk: list[Output], partitions: int) -> list[Piece]:
    events = [(part_of_line(line, partitions), line) for each in chunk for line in each.events]
    refused = [
        (of_bytes(each.refusal, partitions), each.refusal) for each in chunk if each.refusal
    ]
    return line_pieces(events, "ndjson") + line_pieces(refused, "refused")


def _chunks(file: File, sha: str, profile: Profile, scratch: Path) -> Iterator[list[Output]]:
    chunk: list[Output] = []
    lines = size = 0
    with file.open() as stream:
        for each in outputs(stream, Named(file.path.name, sha), profile, scratch):
            chunk.append(each)
            lines += each.lines
            size += len(each.refusal) + sum(len(line) for line in each.events)
            if lines >= CHUNK_LINES or size >= CHUNK_BYTES:
                yield chunk
                chunk, lines, size = [], 0, 0
    if chunk:
        yield chunk


def _marked(chunks: Iterator[list[Output]]) -> Iterator[tuple[list[Output], bool]]:
    """Say with each chunk whether it is the last."""
    waiting: list[Output] | None = None
    for chunk in chunks:
        if waiting is not None:
            yield waiting, False
        waiting = chunk
    if waiting is not None:
        yield waiting, True
