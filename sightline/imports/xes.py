# SPDX-License-Identifier: AGPL-3.0-or-later
"""XES event logs, trace by trace.

What lies inside an attribute becomes ``attribute:inner``, the members of a list one list. A
document type is refused where it begins: no entity of it, from inside or outside, is followed.
"""

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
            for trace, events in _traces(stream, file):
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


def _traces(stream: Any, file: File) -> Iterator[tuple[Attributes, list[Attributes]]]:
    """Yield each trace's attributes and its events, forgetting it afterwards."""
    for moment, trace in etree.iterparse(
        stream, events=("start", "end"), tag=("{*}log", "{*}trace"), resolve_entities=False,
        load_dtd=False, no_network=True, remove_comments=True, remove_pis=True,
    ):  # fmt: skip
        if moment == "start" or not trace.tag.endswith("trace"):
            _refuse_doctype(trace, file)
            continue
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


def _refuse_doctype(element: Any, file: File) -> None:
    if element.getparent() is None and element.getroottree().docinfo.internalDTD is not None:
        raise ImportFileError(
            f"{file.path} has a DOCTYPE, which XES does not know and which can name other "
            "files; nothing was imported. Write it without."
        )


def _attributes(element: Any) -> Attributes:
    found: Attributes = {}
    for child in element.iterchildren("*"):
        _put(found, child)
    return found


def _put(found: Attributes, child: Any, outer: str = "") -> None:
    """Note one attribute, and those inside of it; lists have no value of their own."""
    key, value = child.get("key"), child.get("value")
    name = outer if key is None else outer + key
    if key is not None and value is not None:
        known = found.get(name) if outer else None
        told = _converted(child.tag.rpartition("}")[2], value)
        more = [*known, told] if isinstance(known, list) else [known, told]
        found[name] = told if known is None else more
    for inner in child.iterchildren("*"):
        _put(found, inner, name if key is None else f"{name}:")


def _converted(kind: str, value: str) -> Any:
    try:
        return CONVERTERS.get(kind, str)(value)
    except ValueError:
        return value


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
