# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import files into the event log: find out what they are, then carry it out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sightline.errors import ImportFileError, MappingError
from sightline.imports import shipped
from sightline.imports.cloudevents import import_lines
from sightline.imports.edi.importing import import_interchanges
from sightline.imports.edi.profile import Profile, is_profile
from sightline.imports.edi.profile import load as load_profile
from sightline.imports.event_rows import holds_events
from sightline.imports.files import File, file_at
from sightline.imports.flow.importing import import_flow
from sightline.imports.growing import continued
from sightline.imports.mapped import MappedImport
from sightline.imports.mapping import Mapping
from sightline.imports.matching import matched
from sightline.imports.ocel.importing import FORMATS as OCEL
from sightline.imports.ocel.importing import import_log
from sightline.imports.plan import needs_as_of
from sightline.imports.progress import Progress, Silence
from sightline.imports.summary import Summary
from sightline.log import EventLog
from sightline.settings import Settings

SCRATCH = "tmp"
"""Folder inside SIGHTLINE_HOME where sorting spills to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may say besides the mapping.

    Attributes
    ----------
    as_of
        Replaces the mapping's ``as_of``.
    process
        Name of the process of an event log; the file's name without suffixes if empty.
    lifecycle
        ``all`` or ``complete``; "" leaves it to the mapping.
    sheets
        Names of the sheets of workbooks to read; all that fit if empty.
    """

    as_of: date | None = None
    process: str = ""
    lifecycle: str = ""
    sheets: tuple[str, ...] = ()

    def for_mapping(self) -> dict[str, Any]:
        """Return the top-level keys of a mapping that they replace."""
        given = {"as_of": self.as_of, "process": self.process, "lifecycle": self.lifecycle}
        return {key: value for key, value in given.items() if value}


def run_import(  # noqa: PLR0913  one keyword per thing that a caller decides
    files: Sequence[Path],
    mapping: str | None,
    settings: Settings,
    log: EventLog,
    progress: Progress | None = None,
    *,
    options: Options | None = None,
) -> Summary:
    """Append the rows of `files` to `log` as events; what is there already adds nothing.

    Parameters
    ----------
    mapping
        Name of a shipped mapping or path of a YAML file; None finds the one that fits.

    Raises
    ------
    ImportFileError
        A file is missing, empty, damaged or of a kind that cannot be read.
    MappingError
        No mapping fits, or the one named is wrong.
    LogError
        The log cannot take it; the same import again goes on where it stopped.
    """
    began = time.monotonic()
    options = options or Options()
    progress = progress or Silence()
    total = Summary()
    whole = [file_at(path) for path in files]
    scratch = settings.home / SCRATCH
    for file in whole:
        if file.format == "edi":
            total.add(_interchanges(file, mapping, options, log, progress, scratch))
        elif file.format in OCEL:
            name = _log_name(file, mapping, options)
            total.add(import_log(file, name, log, progress, scratch))
    rest = [file for file in whole if file.format not in {"edi", *OCEL}]
    for chosen, named in _grouped(rest, mapping, options, total.warnings):
        group = []
        for file in named:
            grown = continued(file, chosen, log, scratch)
            total.add(grown) if grown else group.append(file)
        if chosen is None:
            for file in group:
                total.add(import_lines(file, log, progress, scratch))
        elif chosen.kind == "document_flow":
            for file in group:
                total.add(import_flow(file, chosen, log, progress))
        else:
            total.add(MappedImport(chosen, log, progress).run(group, scratch))
    total.seconds = time.monotonic() - began
    return total


def _interchanges(  # noqa: PLR0913, PLR0917  what an import needs
    file: File,
    mapping: str | None,
    options: Options,
    log: EventLog,
    progress: Progress,
    scratch: Path,
) -> Summary:
    if options != Options():
        raise MappingError(
            f"{file.path} holds EDI interchanges, which know no --as-of, --process, "
            "--lifecycle or --sheet; leave them out."
        )
    profile = load_profile(mapping) if mapping else Profile()
    return import_interchanges(file, profile, log, progress, scratch)


def _log_name(file: File, mapping: str | None, options: Options) -> str:
    """Return the name of an object-centric log: the one given, else that of its file."""
    if mapping or options != Options(process=options.process):
        raise MappingError(
            f"{file.path} is an object-centric log, which knows --process only; leave "
            "--mapping, --as-of, --lifecycle and --sheet out."
        )
    return options.process or file.stem


def _grouped(
    files: list[File], name: str | None, options: Options, warnings: list[str]
) -> list[tuple[Mapping | None, list[File]]]:
    """Return the files by mapping; those of one mapping are sorted by time together."""
    groups: dict[str, tuple[Mapping | None, list[File]]] = {}
    for file in files:
        chosen, parts = _parts(file, name, options, warnings)
        for part in parts:
            mapping = _mapping_of(part, chosen, options)
            key = mapping.sha256 if mapping else ""
            groups.setdefault(key, (mapping, []))[1].append(part)
    return list(groups.values())


def _parts(
    file: File, name: str | None, options: Options, warnings: list[str]
) -> tuple[str | None, list[File]]:
    """Return the sheets of a workbook and the mapping they fit; other files as they are."""
    file.check()
    if file.format == "xlsx":
        return matched(file, name, options.sheets, warnings)
    if options.sheets:
        raise ImportFileError(f"{file.path} has no sheets; leave --sheet out.")
    return name, [file]


def _mapping_of(file: File, name: str | None, options: Options) -> Mapping | None:
    if name is None and (file.format == "ndjson" or holds_events(file)):
        return None
    if name and is_profile(name):
        raise MappingError(
            f"{file.label} is no EDI interchange, but {name} explains those; leave --mapping "
            "out or name another."
        )
    given = options.for_mapping()
    mapping = shipped.load(name or shipped.detect(file), **given)
    _check(file, mapping, options)
    if mapping.kind != "event_log":
        return mapping
    process = mapping.process or file.stem
    named = given | {"process": process, "source": mapping.source or f"log://{process}"}
    return shipped.load(name or shipped.EVENT_LOG, **named)


def _check(file: File, mapping: Mapping, options: Options) -> None:
    """Refuse options that would change nothing, and files that the mapping cannot explain."""
    is_log = mapping.kind == "event_log"
    if file.format == "xes" and not is_log:
        raise MappingError(
            f"{file.path} is an event log, but {mapping.name} explains rows of a table; leave "
            "--mapping out or use event_log."
        )
    if options.as_of and not needs_as_of(mapping):
        raise MappingError(f"{mapping.name} knows no --as-of for {file.path}; leave it out.")
    named = options.process and mapping.kind != "document_flow"
    if (named or options.lifecycle) and not is_log:
        raise MappingError(
            f"--process and --lifecycle are for event logs, but {mapping.name} explains "
            f"{file.path}; leave them out."
        )
