# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files looked at once: what stands in their tables, and whether they need a mapping at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sightline.errors import ImportFileError, MappingError
from sightline.imports import shipped
from sightline.imports.files import File
from sightline.imports.suggest.columns import Column, columns_of
from sightline.imports.suggest.guessing import language_of
from sightline.imports.suggest.sample import Sample, holds_events, sample_of, tables_of
from sightline.imports.suggest.table import slug

TABULAR = ("csv", "ndjson", "parquet", "xlsx")
CLOUDEVENTS = "cloudevents"
NEEDS_NONE = {
    CLOUDEVENTS: "events in CloudEvents form",
    "edi": "EDI documents",
    "sqlite": "an object-centric event log (OCEL 2.0)",
    "json": "an object-centric event log (OCEL 2.0)",
    "ocelxml": "an object-centric event log (OCEL 2.0)",
    "event_log": "an event log (XES)",
}
"""What needs no mapping of one's own → what it is."""
COMMAS = ("German", "French", "Spanish")
FEW_ROWS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """One table, a file or a sheet: its rows and columns.

    Attributes
    ----------
    language
        Of the names of its columns, "" when it cannot be told.
    style
        How it writes numbers; see `sightline.imports.numerals`.
    is_style_sure
        Whether no number could be read in two ways.
    """

    sample: Sample
    columns: list[Column]
    language: str
    style: str
    is_style_sure: bool

    @property
    def label(self) -> str:
        """Return what people call the table."""
        return self.sample.file.sheet or self.sample.file.path.name


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in files that are imported together.

    Attributes
    ----------
    ready
        Name of the shipped mapping that fits, or of what needs none; "" when nothing does.
    unread
        Sentences on sheets that cannot be read.
    """

    paths: tuple[Path, ...]
    tables: list[Seen] = field(default_factory=list)
    ready: str = ""
    unread: list[str] = field(default_factory=list)

    @property
    def is_mapping(self) -> bool:
        """Tell whether `ready` is the name of a shipped mapping for rows of tables."""
        return bool(self.tables) and self.ready != ""

    @property
    def name(self) -> str:
        """Return what a mapping for the files is called."""
        return name_of(self.paths[0])


def look(paths: Sequence[Path]) -> Looked:
    """Look at the files at `paths`.

    Raises
    ------
    ImportFileError
        One is missing, empty, damaged or of a kind that cannot be read, or they cannot be
        imported together.
    """
    files = [table for path in paths for table in tables_of(path)]
    ready = {_ready(file) for file in files}
    if len(ready) > 1:
        raise ImportFileError(
            f"{', '.join(path.name for path in paths)} are of different kinds: bring tables, "
            "event logs, events and EDI in one after the other."
        )
    if ready != {""}:
        return Looked(tuple(paths), ready=ready.pop())
    tables, unread = _tables(files)
    return Looked(tuple(paths), tables, _shipped(files), unread)


def name_of(path: Path) -> str:
    """Return what the mapping of the file at `path` is called.

    >>> name_of(Path("Orders_2012H1.csv.gz"))
    'orders-2012h1'
    """
    return slug(path.name.split(".", 1)[0].lower()) or "rows"


def _ready(file: File) -> str:
    if file.format == "xes":
        return shipped.EVENT_LOG
    if file.format not in TABULAR:
        return file.format
    return CLOUDEVENTS if holds_events(file) else ""


def _tables(files: Sequence[File]) -> tuple[list[Seen], list[str]]:
    """Return what was seen; of a workbook, sheets that cannot be read are only told of."""
    found, unread = [], []
    for file in files:
        try:
            found.append(_seen(sample_of(file)))
        except ImportFileError as error:
            if not file.sheet or len(files) == 1:
                raise
            unread.append(str(error))
    if not found:
        raise ImportFileError(unread[0])
    return found, unread


def _seen(sample: Sample) -> Seen:
    language = language_of(columns_of(sample.frame.head(FEW_ROWS), prefers_comma=False)[0])
    columns, style = columns_of(sample.frame, prefers_comma=language in COMMAS)
    closed = replace(sample, file=replace(sample.file, book=None))  # a workbook is large
    return Seen(closed, columns, language, style.name, style.is_sure)


def _shipped(files: Sequence[File]) -> str:
    """Return the name of the shipped mapping that fits, "" for none.

    Of a workbook, one sheet that it knows is enough: the others are passed over.
    """
    found = set()
    for file in files:
        try:
            found.add(shipped.detect(file))
        except (MappingError, ImportFileError):
            if not file.sheet:
                return ""
    return found.pop() if len(found) == 1 else ""
