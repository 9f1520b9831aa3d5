# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log in a scratch database becomes CloudEvents, in order of time.

Events keep their ids, other ids come from the log's name and what they say, so that the same
log in another format, or once more with later events, adds only what is new.
"""

import itertools
import sqlite3
import uuid
from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from typing import Any

import msgspec

from sightline.events.blocks import LONGEST_NAME
from sightline.imports.ids import NAMESPACE
from sightline.imports.ocel import plain
from sightline.imports.ocel.scratch import Scratch
from sightline.imports.told import Told

ACTIVITY = "io.sightline.process.activity.v1"
RECORD = "io.sightline.master.record_changed.v1"
DIGITS = 9
VALUES = """
SELECT object.number, object.id, object.type, coalesce(value.at, 0), value.name, value.value
FROM object LEFT JOIN value ON value.object = object.id
ORDER BY object.number, value.at, value.rowid
"""
STATES = "SELECT at, object, id, type, attributes, is_first FROM state ORDER BY at, object"
RELATIONS = """
SELECT coalesce(one.type, 'undeclared'), o2o.source, coalesce(other.type, 'undeclared'),
       o2o.target, o2o.qualifier
FROM o2o
LEFT JOIN object AS one ON one.id = o2o.source
LEFT JOIN object AS other ON other.id = o2o.target
ORDER BY o2o.rowid
"""
EVENTS = """
SELECT event.number, event.id, event.type, event.at, event.said, event.attributes,
       coalesce(object.type, 'undeclared'), e2o.object, e2o.qualifier
FROM event
LEFT JOIN e2o ON e2o.event = event.id
LEFT JOIN object ON object.id = e2o.object
ORDER BY event.at, event.number
"""
Timed = tuple[int, Told]


class Teller:
    """Writes the log in `scratch` as lines; `process` names it."""

    def __init__(self, scratch: Scratch, process: str) -> None:
        self._base: sqlite3.Connection = scratch.connection
        self._process = process
        self._space = uuid.uuid5(uuid.UUID(bytes=NAMESPACE), f"ocel\x1f{process}")
        self._source = f"ocel://{process}"

    def lines(self) -> Iterator[Told]:
        """Yield what could not be read, then states, relations and events by time."""
        for reason, raw in self._base.execute("SELECT reason, raw FROM bad ORDER BY number"):
            yield Told(raw.encode(), 1, reason)
        self._keep_states()
        told = merge(self._states(), self._relations(), self._events(), key=itemgetter(0))
        yield from (line for _, line in told)

    def _keep_states(self) -> None:
        """Write each object's attributes as they stand after each of their changes."""
        self._base.execute(
            "CREATE TABLE state (at INTEGER, object INTEGER, id TEXT, type TEXT,"
            " attributes TEXT, is_first INTEGER)"
        )
        rows = self._base.execute(VALUES)
        sql = "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?)"
        self._base.executemany(sql, _cumulated(rows))
        self._base.execute("CREATE INDEX state_by_time ON state (at, object)")

    def _states(self) -> Iterator[Timed]:
        for at, number, name, kind, attributes, is_first in self._base.execute(STATES):
            fields = {"type": kind, "id": name, "attributes": msgspec.Raw(attributes.encode())}
            record = _record(kind, name, fields) | {"valid_from": plain.written(at)}
            one = self._named("object", kind, name, str(at))
            line = self._line(one, name, RECORD, at, number, record)
            yield at, Told(line, int(is_first))

    def _relations(self) -> Iterator[Timed]:
        for number, row in enumerate(self._base.execute(RELATIONS), start=1):
            kind, name, other_kind, other, qualifier = row
            relation = {"type": other_kind, "id": other} | _given("qualifier", qualifier)
            fields = {"type": kind, "id": name, "relations": [relation]}
            record = _record(kind, name, fields)
            one = self._named("o2o", *row)
            yield 0, Told(self._line(one, name, RECORD, 0, number, record), 0)

    def _events(self) -> Iterator[Timed]:
        rows = self._base.execute(EVENTS)
        for (number, name, kind, at, said, attributes), related in itertools.groupby(
            rows, key=itemgetter(0, 1, 2, 3, 4, 5)
        ):
            objects = sorted({row[6:] for row in related if row[7] is not None})
            data = {
                "activity": kind,
                "objects": [
                    {"id": one, "type": of} | _given("qualifier", how)
                    for of, one, how in objects
                ],
                "process": self._process,
            }
            if attributes != "{}":
                data["attributes"] = msgspec.Raw(attributes.encode())
            line = self._line(name, name, ACTIVITY, at, number, data, said=said)
            yield at or 0, Told(line, 1)

    def _named(self, *parts: str) -> str:
        return str(uuid.uuid5(self._space, "\x1f".join(parts)))

    def _line(  # noqa: PLR0913, PLR0917  one argument per part of the envelope
        self,
        one: str,
        key: str,
        kind: str,
        at: int | None,
        number: int,
        data: dict[str, Any],
        said: str | None = "",
    ) -> bytes:
        event = {
            "data": data,
            "id": one,
            "partitionkey": key[:LONGEST_NAME] or self._process,
            "sequence": str(number).zfill(DIGITS),
            "source": self._source,
            "specversion": "1.0",
            "type": kind,
        } | (_given("time", said) if at is None else _at(plain.written(at)))
        return msgspec.json.encode(event, order="deterministic")


def _cumulated(rows: Iterator[Any]) -> Iterator[tuple[int, int, str, str, str, bool]]:
    """Yield one row per object and moment with all attributes that hold from then on."""
    for (number, name, kind), changes in itertools.groupby(rows, key=itemgetter(0, 1, 2)):
        held: dict[str, Any] = {}
        is_first = True
        for at, same in itertools.groupby(changes, key=itemgetter(3)):
            held |= {row[4]: msgspec.Raw(row[5].encode()) for row in same if row[4] is not None}
            text = msgspec.json.encode(held, order="deterministic").decode()
            yield at, number, name, kind, text, is_first
            is_first = False


def _record(kind: str, name: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"entity": "object", "key": f"{kind}/{name}", "fields": fields}


def _at(time: str) -> dict[str, str]:
    return {"recordedtime": time, "time": time}


def _given(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}
