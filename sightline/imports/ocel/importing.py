# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import an object-centric log: read it whole, then append it in order of time."""

import hashlib
from pathlib import Path

from sightline.errors import ImportFileError
from sightline.imports.files import File
from sightline.imports.ocel import json_log, sqlite_log, xml_log
from sightline.imports.ocel.scratch import Scratch, scratch
from sightline.imports.ocel.telling import Teller
from sightline.imports.progress import Progress
from sightline.imports.summary import Summary
from sightline.imports.told import Appender
from sightline.log import EventLog

FORMATS = ("json", "sqlite", "ocelxml")
VERSION = "ocel-1"
"""Counts up when the same log begins to give other events."""
COUNTS = {
    "events": "SELECT count(*) FROM event",
    "objects": "SELECT count(*) FROM object",
    "relations of events": "SELECT count(*) FROM e2o",
    "relations between objects": "SELECT count(*) FROM o2o",
    "changes of attributes": "SELECT count(*) FROM value WHERE at > 0",
}
STRANGERS = """
SELECT count(*), count(DISTINCT id), min(id) FROM (
    SELECT object AS id FROM e2o
    UNION ALL SELECT source FROM o2o
    UNION ALL SELECT target FROM o2o
) WHERE id NOT IN (SELECT id FROM object)
"""
LOST = "SELECT count(*) FROM e2o WHERE event NOT IN (SELECT id FROM event)"


def import_log(
    file: File, process: str, log: EventLog, progress: Progress, folder: Path
) -> Summary:
    """Append the object-centric log in `file`, using `folder` for sorting.

    Parameters
    ----------
    process
        Name of the log: events belong to this process, and ids are made of it.

    Raises
    ------
    ImportFileError
        The file is no such log or cannot be read to its end; then nothing was added.
    LogError
        The log or the folder cannot take it; the same import again goes on.
    """
    summary = Summary(files=[str(file.path)])
    mapping = hashlib.sha256(f"{VERSION}\x1f{process}".encode()).hexdigest()
    appender = Appender(file, file.sha256(), mapping, log, progress)
    if appender.is_complete(summary):
        return summary
    progress.reading(str(file.path))
    with scratch(folder) as base:
        _read(file, base)
        base.ready()
        _tell(base, summary)
        if not summary.noted["events"] and not summary.noted["objects"]:
            raise ImportFileError(
                f"{file.path} declares neither events nor objects; expected a log. Check how "
                "it was written."
            )
        appender.append(Teller(base, process).lines(), summary)
    return summary


def _read(file: File, base: Scratch) -> None:
    if file.format == "sqlite":
        sqlite_log.read(file.path, base)
    else:
        (json_log if file.format == "json" else xml_log).read(file, base)


def _tell(base: Scratch, summary: Summary) -> None:
    """Say what the log holds, and what of it does not fit together."""
    for name, sql in COUNTS.items():
        summary.noted[name] = base.one(sql)
    relations, strangers, first = base.connection.execute(STRANGERS).fetchone()
    if strangers:
        summary.noted["undeclared objects"] = strangers
        summary.warnings.append(
            f"{relations} relations name {strangers} objects that the log does not declare, "
            f"such as {first!r}; they are kept as objects of type 'undeclared'"
        )
    doubts = {
        "objects are declared more than once; the first type holds": base.repeated,
        "rows tell of events that the log does not list; they were left out": base.stray,
        "relations belong to events that the log does not list; they were left out": base.one(
            LOST
        ),
    }
    summary.warnings += [f"{count} {text}" for text, count in doubts.items() if count]
