# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take one file of a watched folder: what is new of a growing one, all of another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sightline.aid.watch.asked import Asked
from sightline.aid.watch.folder import Look
from sightline.desk import Watched
from sightline.errors import MappingError, SightlineError, one_line
from sightline.imports import Summary, growth, run_import, shipped
from sightline.imports.files import File, file_at
from sightline.imports.growing import Grower, Taken
from sightline.imports.hashing import mapping_sha256
from sightline.imports.mapping import Mapping
from sightline.imports.runner import SCRATCH
from sightline.log import EventLog
from sightline.log.ledger import Prefix
from sightline.settings import Settings

ANEW = "its beginning is not what was taken before; taken as a new file"
CHANGED = "it has changed; taken as a new file"
SHORT = 16


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a file: one line for people, "" when nothing did, and the ledger's word."""

    said: str
    entry: Watched


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes files of one watched folder."""

    asked: Asked
    settings: Settings
    log: EventLog

    def can_grow(self, path: Path) -> bool:
        """Tell whether new lines of the file at `path` can be taken by themselves."""
        try:
            file = file_at(path)
            return growth.can_grow(file, self._mapping(file))
        except SightlineError:
            return False

    def take(
        self, path: Path, look: Look, entry: Watched | None, *, now: datetime, with_last: bool
    ) -> Found:
        """Take what is new of the file at `path`, which looked like `look`.

        Raises
        ------
        ImportFileError, MappingError
            The file cannot be read; what was taken of it before stays.
        LogError
            The log cannot take it now.
        """
        file = file_at(path)
        mapping = self._mapping(file) if file.format in growth.LINES else None
        seen = self._seen(path, look, now)
        if growth.can_grow(file, mapping):
            return self._grown(file, mapping, entry, seen, with_last=with_last)
        return self._whole(file, entry, seen)

    def refused(
        self, path: Path, look: Look, entry: Watched | None, why: str, *, now: datetime
    ) -> Found:
        """Return what the ledger says of a file that cannot be read, for `why`."""
        seen = self._seen(path, look, now)
        why = why.replace(str(path), path.name)
        kept = seen if entry is None else replace(
            seen, taken=entry.taken, sha256=entry.sha256, last_row=entry.last_row,
            rows=entry.rows,
        )  # fmt: skip
        return Found(f"{path.name}: refused: {why}", replace(kept, outcome="refused", note=why))

    def _grown(
        self,
        file: File,
        mapping: Mapping | None,
        entry: Watched | None,
        seen: Watched,
        *,
        with_last: bool,
    ) -> Found:
        known = self.log.prefixes(growth.ledger_name(mapping))
        if entry and entry.taken:  # under whatever mapping: rows are never taken twice
            known.append(Prefix(entry.taken, entry.sha256, entry.last_row, entry.rows))
        scratch = self.settings.home / SCRATCH
        taken = Grower(file, mapping, self.log, scratch).take(known, with_last=with_last)
        is_anew = entry is not None and taken.before.bytes < entry.taken
        note = "; ".join(_notes(taken, is_anew=is_anew, with_last=with_last))
        after = taken.after
        noted = replace(
            seen,
            outcome="waiting" if taken.rest and not with_last else "taken",
            taken=after.bytes,
            sha256=after.sha256,
            last_row=after.last_row,
            rows=after.rows,
            note=note,
        )
        if not taken.summary.read and not is_anew:
            return Found("", noted)
        more = "more " if taken.before.bytes and not is_anew else ""
        told = f"{file.path.name}: {_counts(taken.summary, more)}"
        return Found(f"{told} ({note})" if note else told, noted)

    def _whole(self, file: File, entry: Watched | None, seen: Watched) -> Found:
        sha = file.sha256()
        if entry and entry.outcome == "taken" and entry.sha256 == sha:
            return Found(
                "", replace(entry, inode=seen.inode, size=seen.size, mtime_ns=seen.mtime_ns)
            )
        summary = run_import([file.path], self.asked.mapping or None, self.settings, self.log)
        is_anew = bool(entry and entry.sha256)
        note = CHANGED if is_anew else ""
        noted = replace(seen, taken=seen.size, sha256=sha, rows=summary.read, note=note)
        told = f"{file.path.name}: {_counts(summary)}"
        return Found(f"{told} ({note})" if note else told, noted)

    def _mapping(self, file: File) -> Mapping | None:
        if not self.asked.mapping and file.format == "ndjson":
            return None
        return shipped.load(self.asked.mapping or shipped.detect(file))

    def _seen(self, path: Path, look: Look, now: datetime) -> Watched:
        return Watched(
            folder=str(self.asked.folder),
            path=str(path),
            inode=look.inode,
            size=look.size,
            mtime_ns=look.mtime_ns,
            mapping=mapping_name(self.asked.mapping),
            at=now,
        )


def mapping_name(name: str) -> str:
    """Return what the ledger says of the mapping called `name`: it changes when that does."""
    if not name:
        return ""
    try:
        return f"{name} {mapping_sha256(name)[:SHORT]}"
    except MappingError as error:
        return f"{name} {one_line(error)}"[:200]


def _notes(taken: Taken, *, is_anew: bool, with_last: bool) -> Iterator[str]:
    if is_anew:
        yield ANEW
    if taken.rest and with_last:
        yield "it has no rows yet"
    elif taken.rest:
        yield f"a last line of {taken.rest} bytes has no end yet"


def _counts(summary: Summary, more: str = "") -> str:
    rejected = sum(summary.rejected.values())
    parts = [f"{summary.read} {more}rows", f"{summary.accepted} accepted"]
    parts += [f"{summary.duplicates} duplicates"] if summary.duplicates else []
    parts += [f"{rejected} rejected"] if rejected else []
    return f"{', '.join(parts)}; {summary.events} events added"
