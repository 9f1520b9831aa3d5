# SPDX-License-Identifier: AGPL-3.0-or-later
"""Objects and events of a log that nests what belongs to them, as JSON and XML do."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sightline.errors import one_line
from sightline.imports.ocel import plain
from sightline.imports.ocel.scratch import Event, Scratch, json_text

AT_ONCE = 1000
KEPT_OF_RAW = 4096
Kinds = dict[tuple[str, str], str]
"""(type of object or event, attribute) → kind of value."""


class Attribute(msgspec.Struct):
    """What an object or an event is; of objects since when."""

    name: str
    value: Any = None
    time: str | None = None


class Relation(msgspec.Struct):
    """An object that it is related to."""

    id: str | int = msgspec.field(name="objectId")
    qualifier: str | None = None


class Element(msgspec.Struct):
    """An object or an event."""

    id: str | int
    type: str
    time: Any = None
    attributes: list[Attribute] | None = None
    relationships: list[Relation] | None = None


def keep_objects(listed: Iterable[Any], kinds: Kinds, into: Scratch) -> None:
    """Put objects into `into`; what is none is kept as bad."""
    for chunk in _chunks(_elements(listed, "an object", into)):
        into.objects((plain.name(each.id), each.type) for each in chunk)
        into.values(row for each in chunk for row in _values(each, kinds))
        into.o2o(row for each in chunk for row in _related(each))


def keep_events(listed: Iterable[Any], kinds: Kinds, into: Scratch) -> None:
    """Put events into `into`; what is none is kept as bad."""
    for chunk in _chunks(_elements(listed, "an event", into)):
        into.events(_event(each, kinds) for each in chunk)
        into.e2o(row for each in chunk for row in _related(each))


def _elements(listed: Iterable[Any], what: str, into: Scratch) -> Iterator[Element]:
    for each in listed:
        try:
            yield msgspec.convert(each, Element)
        except msgspec.ValidationError as error:
            raw = json.dumps(each, default=str)[:KEPT_OF_RAW]
            into.bad(f"not_ocel: {what} is not as OCEL 2.0 has it: {one_line(error)}", raw)


def _event(each: Element, kinds: Kinds) -> Event:
    told = {
        one.name: plain.value(one.value, kinds.get((each.type, one.name), ""))
        for one in each.attributes or ()
    }
    attributes = json_text({name: one for name, one in told.items() if one is not None})
    said = plain.name(each.time)
    return Event(plain.name(each.id), each.type, plain.moment(said), said, attributes)


def _values(each: Element, kinds: Kinds) -> Iterator[tuple[str, int, str, str]]:
    for one in each.attributes or ():
        if one.value is not None:
            kind = kinds.get((each.type, one.name), "")
            at = plain.since(one.time)
            yield plain.name(each.id), at, one.name, json_text(plain.value(one.value, kind))


def _related(each: Element) -> Iterator[tuple[str, str, str]]:
    for one in each.relationships or ():
        yield plain.name(each.id), plain.name(one.id), one.qualifier or ""


def _chunks(elements: Iterator[Element]) -> Iterator[list[Element]]:
    chunk: list[Element] = []
    for each in elements:
        chunk.append(each)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
