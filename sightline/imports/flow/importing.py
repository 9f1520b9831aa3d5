# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import a document flow: read all of it, link it, append it in order of time."""

import itertools
from collections.abc import Iterator

import polars as pl

from sightline.errors import ImportFileError, MappingError
from sightline.imports import tabular
from sightline.imports.files import File
from sightline.imports.flow import reading
from sightline.imports.flow.linking import NODE, Chains, chains, origins
from sightline.imports.flow.names import NEEDED
from sightline.imports.flow.telling import Teller
from sightline.imports.mapping import Mapping
from sightline.imports.progress import Progress
from sightline.imports.summary import Summary
from sightline.imports.told import Appender, Told
from sightline.log import EventLog


def import_flow(file: File, mapping: Mapping, log: EventLog, progress: Progress) -> Summary:
    """Append the document flow in `file`.

    Raises
    ------
    ImportFileError
        The file has no rows or cannot be read to its end; then nothing was added.
    MappingError
        It lacks a column.
    LogError
        The log cannot take it; the same import again goes on where it stopped.
    """
    summary = Summary(files=[str(file.path)])
    appender = Appender(file, file.sha256(), mapping.sha256, log, progress)
    if appender.is_complete(summary):
        return summary
    _check(file, mapping)
    progress.reading(str(file.path))
    flow = reading.read(file, mapping)
    if flow.rows.is_empty() and flow.refused.is_empty():
        raise ImportFileError(
            f"{file.path} has a header but no rows; expected rows. Check how it was written."
        )
    found = chains(flow.rows)
    _tell(flow, found, summary)
    told = itertools.chain(_refused(flow), Teller(found, mapping).lines())
    appender.append(told, summary)
    return summary


def _check(file: File, mapping: Mapping) -> None:
    columns = tabular.columns_of(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise MappingError(
            f"{file.path} has no column {' and no '.join(missing)}, which {mapping.name} "
            "needs. Export them too, or use a mapping that fits."
        )


def _refused(flow: reading.Flow) -> Iterator[Told]:
    for row in flow.refused.sort("row").iter_rows(named=True):
        yield Told((row["raw"] or "").encode(), 1, row["reason"])


def _tell(flow: reading.Flow, found: Chains, summary: Summary) -> None:
    """Say what was found, and what of it is not as one would wish."""
    told, postings = found.told, found.postings
    links = found.above.filter("is_direct").height
    summary.noted["documents created"] = postings.height
    summary.noted["documents known by reference only"] = found.firsts.height
    summary.noted["links between documents"] = links
    alone = told.filter(pl.col("from_id") == "").height
    copies = int(flow.rows.drop("row").is_duplicated().sum())
    again = postings.group_by(NODE).len().filter(pl.col("len") > 1).height
    several = origins(found.above).filter(pl.col("tops") > 1).height
    flags = {
        "no_predecessor": alone,
        "possible_duplicate": copies,
        "several_origins": several,
    }
    summary.flagged.update(flags)
    if again:
        summary.warnings.append(
            f"{again} document items were created more than once under one number; each "
            "posting is a step of its own"
        )
    if found.firsts.height:
        summary.warnings.append(
            f"{found.firsts.height} documents are only ever followed: the file does not say "
            "when they were created, so their step stands at their first follow-up"
        )
