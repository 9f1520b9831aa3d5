# SPDX-License-Identifier: AGPL-3.0-or-later
"""NDJSON files of CloudEvents: lines go into the log as they are, in their order."""

from collections.abc import Iterator
from datetime import UTC

import msgspec

from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError
from sightline.events.decode import Decoded, decode_lines
from sightline.events.partition import of_bytes
from sightline.events.refusal import LONGEST_LINE
from sightline.events.routing import part_of_line
from sightline.imports.cutting import line_pieces
from sightline.imports.files import File
from sightline.imports.growth import MAPPING, prefix_of
from sightline.imports.lines import Line, lines_of
from sightline.imports.origin import Origin
from sightline.imports.progress import Progress
from sightline.imports.repeats import Repeats
from sightline.imports.summary import Summary
from sightline.log import Piece
from sightline.log.ledger import Imported
from sightline.log.sqlite import SqliteLog

CHUNK_LINES = 16_384
CHUNK_BYTES = 32 << 20


def import_lines(
    file: File, log: SqliteLog, progress: Progress, *, clock: Clock = wall_clock
) -> Summary:
    """Append the lines of `file` that the log does not hold yet.

    Raises
    ------
    ImportFileError
        The file has no line, or its gzip stream is cut off.
    """
    size, sha = file.path.stat().st_size, file.sha256()
    standing = log.imported(sha, MAPPING)
    summary = Summary(files=[str(file.path)])
    if standing.complete:
        summary.read = summary.duplicates = standing.rows
        summary.already = [str(file.path)]
        return summary
    file.check()
    progress.reading(str(file.path))
    ingest_ms = int(clock().astimezone(UTC).timestamp() * 1000)
    repeats = Repeats()
    at = 0
    for chunk, is_last in _marked(_chunks(file)):
        fresh = chunk[max(standing.done - at, 0) :]
        _count(chunk, fresh, repeats, summary, ingest_ms)
        end = at + len(chunk)
        if fresh:
            entry = Imported(
                file_sha256=sha,
                mapping_sha256=MAPPING,
                row_from=end - len(fresh),
                row_to=end,
                total=end if is_last else 0,
                file=file.path.name,
                events=len(fresh),
                rows=len(fresh),
                prefix=prefix_of(file, size, sha, end) if is_last else None,
            )
            pieces = pieces_of(fresh, log.partitions, (file.path.name, sha))
            log.append(pieces, imported=[entry])
            summary.events += len(fresh)
            progress.added(len(fresh))
        at = end
        progress.rows(len(chunk))
    if not at:
        raise ImportFileError(f"{file.path} has only blank lines; expected events.")
    return summary


def counted(lines: list[Line], *, ingest_ms: int) -> Summary:
    """Count what will become of `lines` that are all new."""
    summary = Summary(events=len(lines))
    _count(lines, lines, Repeats(), summary, ingest_ms)
    return summary


def _count(
    chunk: list[Line], fresh: list[Line], repeats: Repeats, summary: Summary, ingest_ms: int
) -> None:
    """Count what will become of the `fresh` lines; the others are in the log already."""
    old = chunk[: len(chunk) - len(fresh)]
    if old:
        repeats.counts(_decoded(old, ingest_ms))
    decoded = _decoded(fresh, ingest_ms)
    same, other = repeats.counts(decoded)
    long = sum(1 for line in fresh if line.sha256)
    summary.read += len(chunk)
    summary.duplicates += same + len(old)
    summary.rejected["conflict"] += other
    summary.rejected["too_large"] += long
    for refusal in decoded.refused:
        summary.rejected[refusal.reason.partition(":")[0]] += 1
    summary.accepted += decoded.table.num_rows - same - other


def _decoded(lines: list[Line], ingest_ms: int) -> Decoded:
    return decode_lines([line.text for line in lines if not line.sha256], ingest_ms=ingest_ms)


def pieces_of(lines: list[Line], partitions: int, named: tuple[str, str]) -> list[Piece]:
    """Return `lines` as pieces of the log; `named` are the file's name and its hash."""
    raw, refused = [], []
    for line in lines:
        if line.sha256:
            refused.append((of_bytes(line.text, partitions), _refusal(line, named)))
        else:
            raw.append((part_of_line(line.text, partitions), line.text))
    return line_pieces(raw, "ndjson") + line_pieces(refused, "refused")


def _refusal(line: Line, named: tuple[str, str]) -> bytes:
    reason = f"too_large: the line has {line.length} bytes; expected at most {LONGEST_LINE}"
    note = f" … cut: {line.length} bytes, sha256 {line.sha256}"
    return msgspec.json.encode(
        {
            "kind": "malformed",
            "reason": reason,
            "field": "",
            "source": "",
            "id": "",
            "raw": line.text.decode(errors="replace") + note,
            "origin": Origin(file=named[0], sha256=named[1], row=line.number),
        }
    )


def _chunks(file: File) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    with file.open() as stream:
        for line in lines_of(stream):
            chunk.append(line)
            size += len(line.text)
            if len(chunk) == CHUNK_LINES or size >= CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
    if chunk:
        yield chunk


def _marked(chunks: Iterator[list[Line]]) -> Iterator[tuple[list[Line], bool]]:
    """Say with each chunk whether it is the last."""
    waiting: list[Line] | None = None
    for chunk in chunks:
        if waiting is not None:
            yield waiting, False
        waiting = chunk
    if waiting is not None:
        yield waiting, True
