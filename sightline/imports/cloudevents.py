# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of CloudEvents: lines go into the log as they are, in order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError
from sightline.events.decode import Decoded, decode_lines
from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_line
from sightline.imports import by_time
from sightline.imports.cutting import line_pieces
from sightline.imports.event_rows import event_lines
from sightline.imports.files import File
from sightline.imports.growth import MAPPING, prefix_of
from sightline.imports.lines import Line
from sightline.imports.progress import Progress
from sightline.imports.refused_events import Named, contradiction, too_large
from sightline.imports.repeats import Repeats
from sightline.imports.spill import Spill
from sightline.imports.summary import Summary
from sightline.log import EventLog, Piece
from sightline.log.ledger import Imported, Standing

Contradicting = Mapping[int, Named]
"""Number of a line that contradicts an earlier one → source and id of both."""


def import_lines(
    file: File, log: EventLog, progress: Progress, folder: Path, *, clock: Clock = wall_clock
) -> Summary:
    """Append the lines of `file` that the log does not hold yet, using `folder` for sorting.

    Raises
    ------
    ImportFileError
        The file has no line, or its gzip stream is cut off; then nothing was added.
    LogError
        The log or the folder cannot take it; the same import again goes on.
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
    with Spill(folder) as spill:
        _read(file, spill, progress, standing)
        if not spill.rows:
            raise ImportFileError(f"{file.path} has only blank lines; expected events.")
        progress.adding(spill.rows)
        judge = Judge(int(clock().astimezone(UTC).timestamp() * 1000), summary)
        at = 0
        for chunk in by_time.chunks(by_time.merged(spill)):
            held = min(max(standing.done - at, 0), len(chunk))
            at += len(chunk)
            judge.held(chunk[:held])
            if fresh := chunk[held:]:
                contradicting = judge.fresh(fresh)
                entry = Imported(
                    file_sha256=sha,
                    mapping_sha256=MAPPING,
                    row_from=at - len(fresh),
                    row_to=at,
                    total=spill.rows,
                    file=file.path.name,
                    events=len(fresh),
                    rows=len(fresh),
                    prefix=prefix_of(file, size, sha, at) if at == spill.rows else None,
                )
                named = (file.path.name, sha)
                pieces = pieces_of(fresh, log.partitions, named, contradicting)
                log.append(pieces, imported=[entry])
                summary.events += len(fresh)
            progress.added(len(chunk))
    return summary


def _read(file: File, spill: Spill, progress: Progress, standing: Standing) -> None:
    """Put all lines on disk, in the order in which an earlier import of them began.

    One that began before lines were sorted did not say how many there are.
    """
    is_unsorted = standing.done > 0 and not standing.total
    for chunk in by_time.chunks(event_lines(file)):
        by_time.put(chunk, spill, by_time=not is_unsorted)
        progress.rows(len(chunk))


@dataclass(slots=True)
class Judge:
    """Counts in `summary` what will become of lines that come in the order of the log."""

    ingest_ms: int
    summary: Summary
    _repeats: Repeats = field(default_factory=Repeats)

    def held(self, lines: list[Line]) -> None:
        """Count `lines` that the log holds already."""
        if lines:
            self._repeats.counts(self._decoded(lines))
        self.summary.read += len(lines)
        self.summary.duplicates += len(lines)

    def fresh(self, lines: list[Line]) -> Contradicting:
        """Count `lines` that are new; return those that contradict an earlier one."""
        decoded = self._decoded(lines)
        same, other = self._repeats.masks(decoded)
        rejected = self.summary.rejected
        self.summary.read += len(lines)
        self.summary.duplicates += int(same.sum())
        self.summary.accepted += int((~same & ~other).sum())
        rejected["conflict"] += int(other.sum())
        rejected["too_large"] += sum(1 for line in lines if line.sha256)
        rejected.update(each.reason.partition(":")[0] for each in decoded.refused)
        short = [line.number for line in lines if not line.sha256]
        rows = other.nonzero()[0]
        named = decoded.table.select(["source", "id"]).take(rows).to_pylist()
        places = decoded.index[rows].tolist()
        return {
            short[at]: (row["source"], row["id"]) for at, row in zip(places, named, strict=True)
        }

    def _decoded(self, lines: list[Line]) -> Decoded:
        short = [line.text for line in lines if not line.sha256]
        return decode_lines(short, ingest_ms=self.ingest_ms)


def pieces_of(
    lines: list[Line], partitions: int, file: Named, contradicting: Contradicting
) -> list[Piece]:
    """Return `lines` as pieces of the log.

    Parameters
    ----------
    file
        Its name and its hash.
    contradicting
        Lines that are refused here, for the stream compares the ids of one partition only.
    """
    raw, refused = [], []
    for line in lines:
        if line.sha256:
            refused.append((of_bytes(line.text, partitions), too_large(line, file)))
            continue
        part = part_of_line(line.text, partitions)
        if named := contradicting.get(line.number):
            refused.append((part, contradiction(line, file, named)))
        else:
            raw.append((part, line.text))
    return line_pieces(raw, "ndjson") + line_pieces(refused, "refused")
