# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables objects and o2o: what records of the entity ``object`` declare."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.masters import validity

RECORD = "io.sightline.master.record_changed.v1"
MARK = '"entity":"object"'  # canonical JSON has no spaces
_TIME = pa.timestamp("ms", "UTC")
OBJECTS = pa.schema(
    [
        *[(name, pa.string()) for name in ("tenant", "otype", "oid")],
        ("attributes", pa.map_(pa.string(), pa.string())),
        ("valid_from", _TIME),
        ("valid_to", _TIME),
        ("version", pa.int64()),
        ("recordedtime", _TIME),
        ("event_id", pa.string()),
    ]
)
O2O = pa.schema(
    [
        (name, pa.string())
        for name in ("tenant", "from_type", "from_id", "to_type", "to_id", "qualifier")
    ]
)


class Declared(NamedTuple):
    """Rows for the two tables."""

    objects: pa.Table
    o2o: pa.Table


def declared(events: pa.Table) -> Declared:
    """Return what the records among `events` declare of objects."""
    states: list[dict[str, Any]] = []
    relations: list[dict[str, str]] = []
    for row in _records(events):
        data = msgspec.json.decode(row["data"])
        if data["entity"] != "object":
            continue
        fields = data["fields"]
        if "attributes" in fields or "relations" not in fields:
            states.append(_state(row, data, fields))
        relations += _relations(row["tenant"], fields)
    return Declared(
        pa.Table.from_pylist(states, schema=OBJECTS),
        pa.Table.from_pylist(relations, schema=O2O),
    )


def _records(events: pa.Table) -> list[dict[str, Any]]:
    wanted = ("tenant", "id", "time", "recordedtime", "version", "data")
    mine = events.select(["type", *wanted]).filter(pc.equal(events["type"], RECORD))
    rows: list[dict[str, Any]] = mine.filter(pc.match_substring(mine["data"], MARK)).to_pylist()
    return rows


def _state(row: dict[str, Any], data: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    begins = validity.moment(data.get("valid_from") or "")
    return {
        "tenant": row["tenant"],
        "otype": fields["type"],
        "oid": fields["id"],
        "attributes": list(_texts(fields.get("attributes") or {})),
        "valid_from": row["time"] if begins is None else begins,
        "valid_to": validity.moment(data.get("valid_to") or ""),
        "version": row["version"],
        "recordedtime": row["recordedtime"],
        "event_id": row["id"],
    }


def _texts(attributes: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return what is stated as texts; JSON where it is none."""
    for name, value in attributes.items():
        if value is not None:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            yield name, text


def _relations(tenant: str, fields: dict[str, Any]) -> Iterator[dict[str, str]]:
    own = (fields["type"], fields["id"])
    for each in fields.get("relations") or ():
        ends = (own, (each["type"], each["id"]))
        start, end = ends[::-1] if each.get("direction") == "from" else ends
        yield {
            "tenant": tenant,
            "from_type": start[0],
            "from_id": start[1],
            "to_type": end[0],
            "to_id": end[1],
            "qualifier": each.get("qualifier") or "",
        }
