# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that a mapping explains: drafted, sorted by time together, appended in chunks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError
from sightline.imports import (
    event_log,
    event_log_rows,
    plan,
    reshaping,
    shipped,
    tabular,
    xes,
)
from sightline.imports.canonical import Canon
from sightline.imports.contradictions import Contradictions
from sightline.imports.cutting import cut, line_pieces, refused_lines
from sightline.imports.drafter import Drafter
from sightline.imports.files import File
from sightline.imports.growth import can_grow, prefix_of
from sightline.imports.mapping import Mapping
from sightline.imports.plan import REFUSED
from sightline.imports.progress import Progress
from sightline.imports.rows import Batch
from sightline.imports.spill import Spill
from sightline.imports.summary import Summary
from sightline.imports.tally import Tally
from sightline.log import EventLog, Piece
from sightline.log.ledger import Imported, Prefix, Standing

CHUNK_EVENTS = 50_000
Places = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Part:
    """One file of the import: how far it is in the log, and where we are in its outputs."""

    file: File
    size: int
    sha: str
    standing: Standing
    tally: Tally = field(default_factory=Tally)
    total: int = 0
    at: int = 0
    copies: int = 0


class MappedImport:
    """One import of files that share a mapping."""

    def __init__(
        self,
        mapping: Mapping,
        log: EventLog,
        progress: Progress,
        *,
        clock: Clock = wall_clock,
    ) -> None:
        is_log = mapping.kind == "event_log"
        self._plan = event_log.plan_of(mapping) if is_log else plan.plan_of(mapping)
        self._mapping = mapping
        self._clock = clock
        self._log = log
        self._progress = progress
        self._twice = Contradictions()

    def run(self, files: list[File], folder: Path) -> Summary:
        """Append what the log does not hold yet of `files`, using `folder` for sorting.

        Raises
        ------
        ImportFileError
            A file cannot be read to its end; then nothing of any of them was added.
        MappingError
            A file lacks a column.
        LogError
            The log or the folder cannot take it; run the same import again to go on.
        """
        summary = Summary(files=[file.label for file in files])
        parts: dict[str, _Part] = {}
        for file in files:
            size, sha = file.path.stat().st_size, file.sha256()
            standing = self._log.imported(sha, self._mapping.sha256)
            if standing.complete:
                summary.read += standing.rows
                summary.duplicates += standing.rows
                summary.already.append(file.label)
            elif sha in parts:
                parts[sha].copies += 1
            else:
                parts[sha] = _Part(file, size, sha, standing)
        if parts:
            with Spill(folder) as spill:
                self._carry_out(list(parts.values()), spill, summary)
        return summary

    def _carry_out(self, parts: list[_Part], spill: Spill, summary: Summary) -> None:
        for number, part in enumerate(parts):
            self._read(number, part, spill, summary)
            summary.read += part.copies * part.tally.read
            summary.duplicates += part.copies * part.tally.read
        summary.warnings += self._twice.warnings()
        self._append(parts, spill, summary)

    def _read(self, number: int, part: _Part, spill: Spill, summary: Summary) -> None:
        """Draft all rows of one file and put them on disk."""
        self._progress.reading(part.file.label)
        summary.warnings += tabular.left_out(part.file)
        draft, part.tally, batches = self._reader(part.file)
        before = spill.rows
        for batch in batches:
            drafts = draft(batch).with_columns(pl.lit(number, pl.Int16).alias("file"))
            spill.add(drafts)
            self._progress.rows(batch.frame.height + len(batch.unreadable))
        part.total = spill.rows - before
        if not part.tally.read:
            raise ImportFileError(
                f"{part.file.label} has a header but no rows; expected rows. Check how it was "
                "written."
            )
        _tell(part.tally, summary)

    def _reader(
        self, file: File
    ) -> tuple[Callable[[Batch], pl.DataFrame], Tally, Iterator[Batch]]:
        if self._mapping.kind == "event_log":
            log = event_log.LogDrafter(self._plan)
            reader = xes.batches if file.format == "xes" else event_log_rows.batches
            return log.draft, log.tally, reader(file, self._mapping)
        table = shipped.table_for(self._mapping, file)
        drafter = Drafter(self._plan, table, self._twice)
        rows = reshaping.reshaped(tabular.batches(file, self._mapping), table)
        return drafter.draft, drafter.tally, rows

    def _append(self, parts: list[_Part], spill: Spill, summary: Summary) -> None:
        recorded = (
            round(self._clock().timestamp() * 1000) if self._mapping.recorded == "import" else 0
        )
        canon = Canon(self._plan, [part.sha for part in parts], recorded=recorded)
        self._progress.adding(spill.rows)
        for chunk in _chunks(self._ranked(spill.merged())):
            fresh, entries = self._fresh(chunk, parts, summary)
            if fresh.height:
                files = [(Path(part.file.label).name, part.sha) for part in parts]
                self._log.append(self._pieces(fresh, canon, files), imported=entries)
                summary.events += int((fresh["step"] != REFUSED).sum())
            self._progress.added(chunk.height)

    def _ranked(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        if self._mapping.kind != "event_log":
            return frames
        carried: dict[tuple[object, ...], int] = {}
        return (event_log.ranked(frame, carried) for frame in frames)

    def _fresh(
        self, chunk: pl.DataFrame, parts: list[_Part], summary: Summary
    ) -> tuple[pl.DataFrame, list[Imported]]:
        """Return what of `chunk` is not in the log yet, and the ledger's word on it."""
        files = chunk["file"].to_numpy()
        leads = chunk["lead"].to_numpy()
        keep = np.ones(chunk.height, bool)
        entries = []
        for number, part in enumerate(parts):
            mine = np.flatnonzero(files == number)
            held = mine[: max(part.standing.done - part.at, 0)]
            keep[held] = False
            new = mine[len(held) :]
            _count(chunk, held, new, summary)
            start = part.at + len(held)
            part.at += len(mine)
            if len(new):
                is_last = part.at == part.total
                rows = int(leads[new].sum()) + (part.tally.unlogged if is_last else 0)
                entries.append(self._entry(part, start, len(new), rows))
        return chunk.filter(pl.Series(keep)), entries

    def _entry(self, part: _Part, start: int, events: int, rows: int) -> Imported:
        return Imported(
            file_sha256=part.sha,
            mapping_sha256=self._mapping.sha256,
            row_from=start,
            row_to=start + events,
            total=part.total,
            file=Path(part.file.label).name,
            events=events,
            rows=rows,
            prefix=self._prefix(part) if start + events == part.total else None,
        )

    def _prefix(self, part: _Part) -> Prefix | None:
        if not can_grow(part.file, self._mapping):
            return None
        return prefix_of(part.file, part.size, part.sha, part.tally.read)

    def _pieces(
        self, drafts: pl.DataFrame, canon: Canon, files: list[tuple[str, str]]
    ) -> list[Piece]:
        is_refused = drafts["step"] == REFUSED
        partitions = self._log.partitions
        pieces = cut(*canon.table(drafts.filter(~is_refused)), partitions)
        if is_refused.any():
            refused = drafts.filter(is_refused)
            lines = refused_lines(refused, self._mapping, files, partitions)
            pieces += line_pieces(lines, "refused")
        return pieces


def _chunks(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Cut `frames` into at most `CHUNK_EVENTS` rows, most of them exactly so many."""
    held: pl.DataFrame | None = None
    for frame in frames:
        pool = frame if held is None else pl.concat([held, frame])
        while pool.height >= CHUNK_EVENTS:
            yield pool.slice(0, CHUNK_EVENTS)
            pool = pool.slice(CHUNK_EVENTS)
        held = pool
    if held is not None and held.height:
        yield held


def _count(chunk: pl.DataFrame, held: Places, new: Places, summary: Summary) -> None:
    """Count rows: those `held` by the log are duplicates, the `new` ones what they became."""
    leads = chunk["lead"].to_numpy()
    refused = (chunk["step"] == REFUSED).to_numpy()
    summary.duplicates += int(leads[held].sum())
    summary.accepted += int((leads[new] & ~refused[new]).sum())
    summary.rejected.update(chunk["code"].gather(new[refused[new]]).to_list())


def _tell(tally: Tally, summary: Summary) -> None:
    """Add what is known after reading; the rest is counted as it enters the log."""
    summary.read += tally.read
    summary.duplicates += tally.duplicates
    summary.rejected[event_log.LIFECYCLE] += tally.rejected[event_log.LIFECYCLE]
    summary.rejected.update(tally.skipped)
    summary.flagged.update(tally.flagged)
    summary.nulled.update(tally.nulled)
    summary.warnings += tally.warnings()
