# SPDX-License-Identifier: AGPL-3.0-or-later
"""XES event logs, trace by trace."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
from lxml import etree

from sightline.errors import ImportFileError
from sightline.imports import attributes
from sightline.imports.event_log_rows import ROLES, role_of
from sightline.imports.files import File
from sightline.imports.mapping import Mapping
from sightline.imports.rows import BATCH_ROWS, Batch

CASE = "case:"
"""What a trace's attributes begin with in columns, as in the tables of process mining."""
Attributes = dict[str, Any]


def batches(file: File, mapping: Mapping) -> Iterator[Batch]:
    """Yield the events of `file` with the columns of an event log, in document order.

    Raises
    ------
    ImportFileError
        The file is cut off or no XML; nothing of it may be kept.
    """
    rows: list[Attributes] = []
    number = 0
    with file.open() as stream:
        try:
            for trace, events in _traces(stream):
                for event in events:
                    number += 1
                    rows.append(_row(trace, event, mapping) | {"row": number})
                if len(rows) >= BATCH_ROWS:
                    yield _batch(rows)
                    rows = []
        except etree.XMLSyntaxError as error:
            raise ImportFileError(
                f"{file.path} is cut off or is no XES: {' '.join(str(error).split())}. Nothing "
                "of it was imported; fetch it again whole."
            ) from error
    if rows:
        yield _batch(rows)


def _traces(stream: Any) -> Iterator[tuple[Attributes, list[Attributes]]]:
    """Yield each trace's attributes and its events, forgetting it afterwards."""
    for _, trace in etree.iterparse(
        stream, tag=("{*}trace", "trace"), resolve_entities=False,
        no_network=True, remove_comments=True, remove_pis=True,
    ):  # fmt: skip
        told: Attributes = {}
        events: list[Attributes] = []
        for child in trace.iterchildren("*"):
            if child.tag.endswith("event"):
                events.append(_attributes(child))
            else:
                _put(told, child)
        yield {CASE + key: value for key, value in told.items()}, events
        trace.clear()
        while trace.getprevious() is not None:
            del trace.getparent()[0]


def _attributes(element: Any) -> Attributes:
    found: Attributes = {}
    for child in element.iterchildren("*"):
        _put(found, child)
    return found


def _put(found: Attributes, child: Any) -> None:
    """Note one attribute; lists and containers have no value of their own and are left out."""
    key, value = child.get("key"), child.get("value")
    if key is None or value is None:
        return
    convert = CONVERTERS.get(child.tag.rpartition("}")[2])
    if convert is None:
        found[key] = value
        return
    try:
        found[key] = convert(value)
    except ValueError:
        found[key] = value


def _row(trace: Attributes, event: Attributes, mapping: Mapping) -> Attributes:
    told = trace | event
    row: Attributes = {}
    for role in ROLES:
        name = role_of(role, told, mapping)
        value = told.pop(name, None) if name else None
        row[role] = value.isoformat() if isinstance(value, datetime) else value
    return {role: None if v is None else str(v) for role, v in row.items()} | {
        "attributes": attributes.of_row(told)
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flag(text: str) -> bool:
    return text.strip().lower() == "true"


def _batch(rows: list[Attributes]) -> Batch:
    schema: dict[str, pl.DataType] = {role: pl.String() for role in ROLES}
    return Batch(pl.DataFrame(rows, schema | {"attributes": pl.String(), "row": pl.Int64()}))


CONVERTERS: dict[str, Callable[[str], Any]] = {
    "date": _moment,
    "int": int,
    "float": float,
    "boolean": _flag,
}
