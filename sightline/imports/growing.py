# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stretches of a growing file go into the log, one transaction each."""

import io
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from sightline.clock import Clock, wall_clock
from sightline.errors import ImportFileError, LogError
from sightline.imports import by_time, delimited, growth, plan, shipped, tabular
from sightline.imports.canonical import Canon
from sightline.imports.cloudevents import Judge, pieces_of
from sightline.imports.contradictions import Contradictions
from sightline.imports.cutting import cut, line_pieces, refused_lines
from sightline.imports.drafter import Drafter
from sightline.imports.files import File
from sightline.imports.growth import Stretch
from sightline.imports.lines import lines_of
from sightline.imports.mapping import Mapping
from sightline.imports.plan import REFUSED
from sightline.imports.reshaping import reshaped
from sightline.imports.rows import Batch
from sightline.imports.spill import ORDER, PREFIX
from sightline.imports.summary import Summary
from sightline.imports.tally import Tally
from sightline.log import EventLog, Piece
from sightline.log.ledger import Imported, Prefix

EVENTS_A_PIECE = 50_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of a file.

    Attributes
    ----------
    before, after
        The beginning that the log held, and the one that it holds now.
    rest
        Bytes of a last line without an end, which waits.
    """

    before: Prefix
    after: Prefix
    rest: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class _Drafted:
    """What a stretch becomes: pieces, how many events and refused rows, its last row."""

    pieces: list[Piece]
    outputs: int
    last_row: int
    summary: Summary


@dataclass(slots=True)
class Grower:
    """Takes what is new of one file; `scratch` is a folder for a moment's copies."""

    file: File
    mapping: Mapping | None
    log: EventLog
    scratch: Path
    clock: Clock = wall_clock
    _delimiter: str = field(default="", init=False)

    def take(self, known: list[Prefix], *, with_last: bool) -> Taken:
        """Take all whole rows after the longest of `known` that the file begins with.

        Parameters
        ----------
        with_last
            Take a last line that has no end, too.

        Raises
        ------
        ImportFileError
            The rest of the file cannot be read; what was taken before stays.
        LogError
            The log cannot take it, or another process is taking the same.
        """
        if self.file.format == "csv" and self.mapping:
            _, self._delimiter = delimited.header(
                self.file, encoding=self.mapping.encoding, delimiter=self.mapping.delimiter
            )
        total = Summary(files=[self.file.label])
        with self.file.open() as stream:
            before, digest = growth.known_beginning(stream, known)
            at = before
            while stretch := growth.next_stretch(
                stream, at, digest, self._delimiter, with_last=with_last
            ):
                done = self._take(stretch, total)
                if done is None and not stretch.is_last:
                    raise growth.too_long(stream.name)
                if done is None:
                    break
                at, digest = done, stretch.digest
            rest = stream.seek(0, os.SEEK_END) - at.bytes
        return Taken(before, at, rest, total)

    def _take(self, stretch: Stretch, total: Summary) -> Prefix | None:
        """Put one stretch into the log; None when there is only a header yet."""
        name = growth.ledger_name(self.mapping)
        standing = self.log.imported(stretch.sha256, name)
        drafted = self._drafted(stretch)
        if not drafted.summary.read:
            return None
        rows = stretch.before.rows + drafted.summary.read
        after = Prefix(stretch.end, stretch.sha256, drafted.last_row, rows)
        if standing.complete:  # it was imported whole, before files were known to grow
            total.read += drafted.summary.read
            total.duplicates += drafted.summary.read
            return after
        if standing.done:
            raise LogError(
                f"An import of {self.file.path} was interrupted; run `sightline import` with "
                "it again to finish that first."
            )
        entry = Imported(
            file_sha256=stretch.sha256,
            mapping_sha256=name,
            row_from=0,
            row_to=drafted.outputs,
            total=drafted.outputs,
            file=self.file.path.name,
            events=drafted.outputs,
            rows=rows,
            prefix=after,
        )
        self.log.append(drafted.pieces, imported=[entry])
        total.add(drafted.summary)
        return after

    def _drafted(self, stretch: Stretch) -> _Drafted:
        if self.mapping is None:
            return self._lines(stretch)
        with tempfile.TemporaryDirectory(
            prefix=f"{PREFIX}{os.getpid()}-", dir=_made(self.scratch)
        ) as folder:
            copy = Path(folder) / self.file.path.name
            copy.write_bytes(stretch.body)
            try:
                return self._rows(stretch, self.mapping, replace(self.file, path=copy))
            except ImportFileError as error:
                told = str(error).replace(str(copy), str(self.file.path))
                raise ImportFileError(told) from error

    def _lines(self, stretch: Stretch) -> _Drafted:
        offset = stretch.before.last_row
        lines = by_time.in_order(
            [
                line._replace(number=line.number + offset)
                for line in lines_of(io.BytesIO(stretch.body))
            ]
        )
        summary = Summary(events=len(lines))
        contradicting = Judge(int(self.clock().timestamp() * 1000), summary).fresh(lines)
        named = (self.file.path.name, stretch.sha256)
        pieces: list[Piece] = []
        for first in range(0, len(lines), EVENTS_A_PIECE):
            some = lines[first : first + EVENTS_A_PIECE]
            pieces += pieces_of(some, self.log.partitions, named, contradicting)
        last = offset + stretch.body.count(b"\n")
        return _Drafted(pieces, len(lines), last, summary)

    def _rows(self, stretch: Stretch, mapping: Mapping, copy: File) -> _Drafted:
        table = shipped.table_for(mapping, copy)
        made = plan.plan_of(mapping)
        twice = Contradictions()
        drafter = Drafter(made, table, twice)
        offset = stretch.before.last_row
        batches = reshaped(tabular.batches(copy, mapping), table)
        found = [drafter.draft(_shifted(batch, offset)) for batch in batches]
        tally = drafter.tally
        if not found or not tally.read:
            return _Drafted([], 0, offset, Summary())
        drafts = pl.concat(found).with_columns(pl.lit(0, pl.Int16).alias("file")).sort(ORDER)
        recorded = round(self.clock().timestamp() * 1000) if mapping.recorded == "import" else 0
        canon = Canon(made, [stretch.sha256], recorded=recorded)
        pieces: list[Piece] = []
        for part in drafts.iter_slices(EVENTS_A_PIECE):
            pieces += self._pieces(part, canon, mapping, stretch)
        is_csv = copy.format == "csv"
        last = offset + (tally.read if is_csv else stretch.body.count(b"\n"))
        summary = _summed(drafts, tally)
        summary.warnings += twice.warnings()
        return _Drafted(pieces, drafts.height, last, summary)

    def _pieces(
        self, drafts: pl.DataFrame, canon: Canon, mapping: Mapping, stretch: Stretch
    ) -> list[Piece]:
        is_refused = drafts["step"] == REFUSED
        pieces = cut(*canon.table(drafts.filter(~is_refused)), self.log.partitions)
        named = [(self.file.path.name, stretch.sha256)]
        refused = drafts.filter(is_refused)
        lines = refused_lines(refused, mapping, named, self.log.partitions)
        return pieces + line_pieces(lines, "refused")


def continued(
    file: File, mapping: Mapping | None, log: EventLog, scratch: Path
) -> Summary | None:
    """Import what follows the part of `file` that the log holds; None when it holds none.

    None as well when it holds all of it, or began to: an import of the whole file knows best.
    """
    known = log.prefixes(growth.ledger_name(mapping))
    if not known or not growth.can_grow(file, mapping):
        return None
    with file.open() as stream:
        before, _ = growth.known_beginning(stream, known)
    if not before.bytes or before.bytes == file.path.stat().st_size:
        return None
    if log.imported(file.sha256(), growth.ledger_name(mapping)).done:
        return None
    taken = Grower(file, mapping, log, scratch).take(known, with_last=True)
    taken.summary.read += before.rows
    taken.summary.duplicates += before.rows
    return taken.summary


def _shifted(batch: Batch, offset: int) -> Batch:
    """Return `batch` with its rows numbered on from `offset`."""
    if not offset:
        return batch
    bad = [replace(each, row=each.row + offset) for each in batch.unreadable]
    frame = batch.frame
    return Batch(frame.with_columns(pl.col("row") + offset) if frame.height else frame, bad)


def _summed(drafts: pl.DataFrame, tally: Tally) -> Summary:
    is_refused = drafts["step"] == REFUSED
    summary = Summary(read=tally.read, duplicates=tally.duplicates)
    summary.accepted = int((drafts["lead"] & ~is_refused).sum())
    summary.rejected.update(drafts["code"].filter(is_refused).to_list())
    summary.rejected.update(tally.skipped)
    summary.events = int((~is_refused).sum())
    summary.flagged.update(tally.flagged)
    summary.nulled.update(tally.nulled)
    summary.warnings += tally.warnings()
    return summary


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError(
            f"Cannot write to {folder}: {error.strerror}. Free some disk space or point "
            "SIGHTLINE_HOME at a folder of yours."
        ) from error
    return folder
