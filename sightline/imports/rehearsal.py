# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dry run: the import itself, into a log that is thrown away, so that nothing can differ."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from sightline.errors import LogError
from sightline.events.decode import decode_lines
from sightline.events.encode import envelope_of
from sightline.imports.progress import Progress
from sightline.imports.runner import SCRATCH, Options, run_import
from sightline.imports.spill import PREFIX
from sightline.imports.summary import Summary
from sightline.log import open_log
from sightline.log.ledger import KnownFile
from sightline.log.pieces import Batch
from sightline.log.sqlite import PREFIX as SQLITE
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

READ_EVENTS = 50_000
MOST_VALUE_LETTERS = 80


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row, line or document that becomes no event.

    Attributes
    ----------
    row
        Its number in the file, from 1; 0 where that is not known.
    field, value
        What is wrong, as far as one value is; the value is cut where it is long.
    code
        What refusals are counted by.
    """

    file: str
    row: int
    field: str
    value: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an import would do; usable inside `rehearsed` only.

    Attributes
    ----------
    summary
        As of the import itself.
    types
        Short event type → events.
    known
        Sentences on files that the log holds already.
    """

    summary: Summary
    types: dict[str, int]
    known: list[str]
    _log: SqliteLog

    def first(self, count: int) -> list[dict[str, Any]]:
        """Return the first `count` events in order of time, as CloudEvents."""
        found = (row for batch in _batches(self._log) for row in _rows(batch))
        return [json.loads(envelope_of(row)) for row in islice(found, count)]

    def refusals(self) -> Iterator[Refusal]:
        """Yield every refusal, in the order in which they would enter the log."""
        for batch in _batches(self._log):
            if batch.fmt == "refused":
                yield from (_told(line) for line in batch.body.splitlines())
            elif batch.fmt != "arrow":
                yield from _undecoded(batch)


@contextmanager
def rehearsed(
    files: Sequence[Path],
    mapping: str | None,
    settings: Settings,
    progress: Progress | None = None,
    *,
    options: Options | None = None,
) -> Iterator[Rehearsal]:
    """Import `files` into a log of their own, and forget it in the end.

    Nothing enters the log of `settings`; it is only asked which files it holds. Takes the
    time of an import and, for as long, the space on disk.

    Raises
    ------
    ImportFileError, MappingError, LogError
        As the import itself.
    """
    home = settings.home / SCRATCH if settings.home.is_dir() else None
    try:
        if home:
            home.mkdir(exist_ok=True)
        prefix = f"{PREFIX}{os.getpid()}-"
        folder = tempfile.TemporaryDirectory(prefix=prefix, dir=home)
    except OSError as error:
        raise LogError(
            f"Cannot rehearse in {home or tempfile.gettempdir()}: {error.strerror or error}. "
            "Free some disk space; nothing was imported."
        ) from error
    with folder as name:
        scratch = Path(name)
        alone = replace(settings, home=scratch, log=f"{SQLITE}{scratch}/log.db")
        with closing(SqliteLog(scratch / "log.db", partitions=1)) as log:
            summary = run_import(files, mapping, alone, log, progress, options=options)
            yield Rehearsal(summary, _types(log), _already(settings, log, summary), log)


def _batches(log: SqliteLog) -> Iterator[Batch]:
    after = -1
    while found := log.read(0, after, events=READ_EVENTS):
        yield from found
        after = found[-1].last


def _rows(batch: Batch) -> Iterator[dict[str, Any]]:
    if batch.fmt == "refused":
        return
    for chunk in _table(batch).to_batches(max_chunksize=1024):
        yield from chunk.to_pylist()


def _table(batch: Batch) -> pa.Table:
    if batch.fmt == "arrow":
        return pa.ipc.open_stream(batch.body).read_all()
    return decode_lines(batch.body.splitlines(), ingest_ms=batch.at_ms).table


def _types(log: SqliteLog) -> dict[str, int]:
    found: Counter[str] = Counter()
    for batch in _batches(log):
        if batch.fmt != "refused":
            for each in pc.value_counts(_table(batch)["type"]).to_pylist():
                found[each["values"].removeprefix("io.sightline.").removesuffix(".v1")] += each[
                    "counts"
                ]
    return dict(found.most_common())


def _told(line: bytes) -> Refusal:
    refusal = msgspec.json.decode(line)
    origin = refusal.get("origin") or {}
    reason, field = str(refusal["reason"]), str(refusal["field"])
    return Refusal(
        file=str(origin.get("file", "")),
        row=int(origin.get("row", 0)),
        field=field,
        value=_value(refusal.get("raw") or "", field),
        code=reason.partition(":")[0],
        reason=reason.partition(": ")[2] or reason,
    )


def _undecoded(batch: Batch) -> Iterator[Refusal]:
    decoded = decode_lines(batch.body.splitlines(), ingest_ms=batch.at_ms)
    for each in decoded.refused:
        code, _, reason = each.reason.partition(": ")
        yield Refusal(
            "", 0, each.field, _shown(each.raw.decode(errors="replace")), code, reason
        )


def _value(raw: str, field: str) -> str:
    """Return what a refused row says in `field`, "" where that cannot be told."""
    try:
        row = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ""
    found = row.get(field) if isinstance(row, dict) else None
    return "" if found is None else _shown(str(found))


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_VALUE_LETTERS else f"{line[: MOST_VALUE_LETTERS - 1]}…"


def _already(settings: Settings, scratch: SqliteLog, summary: Summary) -> list[str]:
    """Say which of the files the log of `settings` holds, and move their rows to duplicates."""
    if not Path(settings.log.removeprefix(SQLITE)).is_file():
        return []
    with closing(open_log(settings)) as log:
        held = {(each.file_sha256, each.mapping_sha256): each for each in log.files()}
    said = []
    for each in scratch.files():
        same = held.get((each.file_sha256, each.mapping_sha256))
        if same:
            said.append(_same(each, same, summary))
        elif any(file == each.file_sha256 for file, _ in held):
            said.append(
                f"{each.file} was imported before through another mapping: events of a row "
                "and type that are in the log already, and now say something else, will be "
                "refused as conflict"
            )
    return said


def _same(file: KnownFile, held: KnownFile, summary: Summary) -> str:
    rows = min(held.rows, file.rows)
    summary.duplicates += rows
    summary.accepted = max(summary.accepted - rows, 0)
    if held.complete:
        return f"{file.file} is in the log already: importing it again adds nothing"
    return f"{rows} rows of {file.file} are in the log already: the import goes on from there"
