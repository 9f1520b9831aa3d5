# SPDX-License-Identifier: AGPL-3.0-or-later
"""What master records teach about units: base units of items, and factors that lead to them."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from sightline.events.masters import ENTITIES, validity, values
from sightline.events.moments import LATEST
from sightline.events.routing import RECORD
from streams.logic.arrays import milliseconds
from streams.logic.runs import Block, take
from streams.logic.units.codes import NOT_STATED, code_of

_TEACHING = ("item", "item_uom")
_OF_EVENT = ["tenant", "item", "source", "sequence", "id", "version", "data"]
NO_FACTOR = (NOT_STATED, 0, 0, 0)


class Lesson(NamedTuple):
    """One version of a record; times in milliseconds since 1970.

    Attributes
    ----------
    owner
        Key of tenant and item.
    uom
        Unit that the factor is about; 0 for the base unit of the item.
    base
        Base unit of the item; 0 for a factor.
    num, den
        One `uom` is num / den base units.
    start, end
        From when until when it holds, half open.
    """

    owner: int
    uom: int
    base: int
    num: int
    den: int
    start: int
    end: int
    version: int
    recorded: int
    source: str
    sequence: str
    id: str


class Lessons(NamedTuple):
    """Lessons in a chunk, and the number of the row that each came with, ascending."""

    rows: Block
    at: np.ndarray

    def among(self, wanted: np.ndarray) -> "Lessons":
        """Return those whose row is marked in `wanted`."""
        kept = wanted[self.at]
        return self if kept.all() else Lessons(take(self.rows, kept), self.at[kept])


def lessons_of(table: pa.Table) -> Lessons:
    """Return what the records among the events of a chunk teach, accepted or not."""
    is_record = np.asarray(pc.equal(table["type"], RECORD))
    if not is_record.any():
        return _NONE
    at = np.flatnonzero(is_record)
    mine = table.select([*_OF_EVENT, "time", "recordedtime"]).take(pa.array(at))
    times = milliseconds(mine["time"]).tolist(), milliseconds(mine["recordedtime"]).tolist()
    owners = combine(hash64(mine["tenant"]), hash64(mine["item"])).tolist()
    found, places = [], []
    rows = mine.select(_OF_EVENT).to_pylist()
    for place, owner, row, time, known in zip(at.tolist(), owners, rows, *times, strict=True):
        if lesson := _lesson(owner, row, time, known):
            found.append(lesson)
            places.append(place)
    return Lessons(block(found), np.array(places, dtype=np.int64))


def block(lessons: Iterable[Lesson]) -> Block:
    """Return `lessons` as columns."""
    columns = list(zip(*lessons, strict=True)) or [()] * len(Lesson._fields)
    return {
        name: np.array(column, dtype=_TYPES.get(name, np.int64))
        for name, column in zip(Lesson._fields, columns, strict=True)
    }


def each(rows: Block) -> list[Lesson]:
    """Return the rows of a block one by one."""
    columns = (rows[name].tolist() for name in Lesson._fields)
    return [Lesson(*row) for row in zip(*columns, strict=True)]


def _lesson(owner: int, row: dict[str, Any], time: int, recorded: int) -> Lesson | None:
    data = json.loads(row["data"])
    entity = data.get("entity")
    if entity not in _TEACHING or not row["item"]:
        return None
    said = values(ENTITIES[entity], data.get("fields") or {})
    if entity == "item":
        told = (NOT_STATED, code_of(said.get("base_uom", "")), 0, 0)
    elif {"uom", "num", "den"} <= said.keys():
        told = (code_of(said["uom"]), NOT_STATED, said["num"], said["den"])
    else:
        told = NO_FACTOR
    if told == NO_FACTOR:
        return None
    start, end = validity.span(data.get("valid_from"), data.get("valid_to"), time)
    stop = LATEST if end is None else end
    of_event = (row["source"], row["sequence"], row["id"])
    return Lesson(owner, *told, start, stop, row["version"] or 0, recorded, *of_event)


_TYPES: dict[str, Any] = {"owner": np.uint64, "uom": np.uint32, "base": np.uint32}
_TYPES |= dict.fromkeys(("source", "sequence", "id"), object)
_NONE = Lessons(block([]), np.zeros(0, dtype=np.int64))
