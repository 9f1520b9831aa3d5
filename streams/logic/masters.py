# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables of master data: one for each version of a record, as it was sent."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.masters import ENTITIES, Entity, attributes, validity, values
from sightline.events.routing import RECORD
from streams.logic.arrays import milliseconds

_TIME = pa.timestamp("ms", "UTC")
_OF_EVENT = ("tenant", "source", "time", "recordedtime", "sequence", "off")
_NEEDED = (*_OF_EVENT, "id", "version", "data")


def records(table: pa.Table) -> dict[str, pa.Table]:
    """Return the rows that the master records among fresh events add, by table."""
    mine = table.filter(pc.equal(table["type"], RECORD))
    if not len(mine):
        return {}
    rows = defaultdict[str, list[dict[str, Any]]](list)
    for entity, row in _records(mine):
        rows[entity.name].append(row)
    return {ENTITIES[name].table: _table(ENTITIES[name], some) for name, some in rows.items()}


def _records(mine: pa.Table) -> Iterator[tuple[Entity, dict[str, Any]]]:
    times = milliseconds(mine["time"]).tolist()
    for row, time in zip(mine.select(_NEEDED).to_pylist(), times, strict=True):
        data = json.loads(row["data"])
        entity = ENTITIES.get(str(data.get("entity")))
        if entity is not None and entity.fields:
            yield entity, _row(entity, row, data, time)


def _row(
    entity: Entity, row: dict[str, Any], data: dict[str, Any], time: int
) -> dict[str, Any]:
    stated = data.get("fields") or {}
    begin, end = validity.span(data.get("valid_from"), data.get("valid_to"), time)
    return {
        **{name: row[name] for name in _OF_EVENT},
        "event_id": row["id"],
        "key": str(data.get("key") or ""),
        "version": row["version"],
        "valid_from": begin,
        "valid_to": end,
        "attributes": list(attributes(entity, stated).items()),
        **values(entity, stated),
    }


def _table(entity: Entity, rows: list[dict[str, Any]]) -> pa.Table:
    schema = _schema(entity)
    columns = {
        each.name: [row.get(each.name, _absent(each.type)) for row in rows] for each in schema
    }
    return pa.table(columns, schema=schema)


def _schema(entity: Entity) -> pa.Schema:
    return pa.schema(
        [
            ("tenant", pa.string()),
            ("key", pa.string()),
            ("version", pa.int64()),
            ("valid_from", _TIME),
            ("valid_to", _TIME),
            *[(field.name, field.kind.arrow) for field in entity.fields],
            ("attributes", pa.map_(pa.string(), pa.string())),
            ("source", pa.string()),
            ("event_id", pa.string()),
            ("time", _TIME),
            ("recordedtime", _TIME),
            ("sequence", pa.string()),
            ("off", pa.uint64()),
        ]
    )


def _absent(kind: pa.DataType) -> list[Any] | None:
    return [] if pa.types.is_list(kind) else None
