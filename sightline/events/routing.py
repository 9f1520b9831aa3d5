# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which partition an event goes to, whatever way it comes in.

By its item, else by its partition key, else by its main object; an event that names nothing
goes by its id. A raw line, an event as a mapping and a canonical row of one event agree.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import fields

from sightline.events.catalogue import TYPES
from sightline.events.event_type import EventType
from sightline.events.partition import of_bytes, partition_of
from sightline.events.relations import OBJECT_OF

MAIN_TENANT = "main"
RECORD = "io.sightline.master.record_changed.v1"
ITEMS_OF_RECORDS = ("item_uom", "cost", "planning_param")
"""Entities whose records are about the item in their fields."""

Parts = npt.NDArray[np.int64]


class _About(msgspec.Struct, gc=False):
    item: str | None = None


class _Quick(msgspec.Struct, gc=False):
    """What nearly always decides on the partition."""

    type: str | None = None
    tenantid: str | None = None
    partitionkey: str | None = None
    data: _About = msgspec.field(default_factory=_About)


_QUICK = msgspec.json.Decoder(_Quick)
_WHOLE = msgspec.json.Decoder()


def part_of_line(line: bytes, partitions: int) -> int:
    """Return the partition of a raw CloudEvent; of bytes that are none, any fixed one.

    Examples
    --------
    >>> event = b'{"type":"io.sightline.inventory.issue.v1","data":{"item":"A100"}}'
    >>> part_of_line(event, 8) == partition_of("main", "A100", "", "", 8)
    True
    """
    try:
        quick = _QUICK.decode(line)
        key = quick.data.item if quick.type in _WITH_ITEM else None
        if quick.type != RECORD and (key := key or quick.partitionkey):
            return partition_of(quick.tenantid or MAIN_TENANT, key, "", "", partitions)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass  # looked at more closely below
    try:
        event = _WHOLE.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return of_bytes(line, partitions)
    return part_of_event(event if isinstance(event, dict) else {}, partitions)


def part_of_event(event: Mapping[str, Any], partitions: int) -> int:
    """Return the partition of one CloudEvent; what it does not state counts as empty."""
    full, data = event.get("type"), event.get("data")
    stated = data if isinstance(data, dict) else {}
    return partition_of(
        _text(event, "tenantid") or MAIN_TENANT,
        item_of(full, stated),
        _text(event, "partitionkey"),
        main_object(full, stated) or _text(event, "id"),
        partitions,
    )


def parts_of_table(table: pa.Table, partitions: int) -> Parts:
    """Return the partition of each canonical row, which has no partition key."""
    keys = table["item"].combine_chunks()
    if pc.any(pc.equal(keys, "")).as_py():
        keys = pc.if_else(pc.equal(keys, ""), table["case_id"].combine_chunks(), keys)
    if pc.any(pc.equal(keys, "")).as_py():
        keys = _by_object(table, keys)
    tenants, names = (_coded(column) for column in (table["tenant"], keys))
    pair = tenants[0].astype(np.int64) * len(names[1]) + names[0]
    distinct, rows = np.unique(pair, return_inverse=True)
    found = [
        partition_of(tenants[1][tenant], names[1][name], "", "", partitions)
        for tenant, name in (divmod(each, len(names[1])) for each in distinct.tolist())
    ]
    return np.array(found, np.int64)[rows]


def item_of(full: object, data: Mapping[str, Any]) -> str:
    """Return the item that an event with such `data` is about, "" when there is none."""
    if full == RECORD:
        return item_of_record(data.get("entity"), data.get("key"), data.get("fields"))
    return _text(data, "item") if full in _WITH_ITEM else ""


def item_of_record(entity: object, key: object, stated: object) -> str:
    """Return the item that a master record is about, "" when there is none.

    Examples
    --------
    >>> item_of_record("item_uom", "A100/CS", {"item": "A100"})
    'A100'
    """
    if entity == "item":
        return key if isinstance(key, str) else ""
    about_item = entity in ITEMS_OF_RECORDS and isinstance(stated, dict)
    return _text(stated, "item") if about_item else ""  # type: ignore[arg-type]


def main_object(full: object, data: Mapping[str, Any]) -> str:
    """Return the id of the object that the event is about: the first of its type's objects.

    Examples
    --------
    >>> main_object("io.sightline.approval.decided.v1", {"request_id": "R7"})
    'R7'
    """
    for name in _MAIN_FIELDS.get(full, ()) if isinstance(full, str) else ():
        if found := _text(data, name):
            return found
    listed = data.get("objects")
    first = listed[0] if isinstance(listed, list) and listed else None
    return _text(first, "id") if isinstance(first, dict) else ""


def _by_object(table: pa.Table, keys: pa.Array) -> pa.Array:
    """Return `keys` with the main object, else the id, where nothing was known."""
    at = np.flatnonzero(np.asarray(pc.equal(keys, "")))
    rows = table.select(["type", "id", "data"]).take(pa.array(at)).to_pylist()
    names = [main_object(row["type"], _WHOLE.decode(row["data"])) or row["id"] for row in rows]
    found = np.asarray(keys.to_numpy(zero_copy_only=False), dtype=object)
    found[at] = names
    return pa.array(found, pa.string())


def _coded(column: Any) -> tuple[np.ndarray, list[str]]:
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = flat.dictionary_encode()
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()


def _main_fields(kind: EventType) -> list[str]:
    """Return the fields that name the objects of a type, the main one first."""
    if kind.full == RECORD:
        return ["key"]
    spelled = {each.name: each.encode_name for each in fields(kind.struct)}
    return [
        spelled[name]
        for wanted in kind.objects
        for name, named in OBJECT_OF.items()
        if named == wanted and name in spelled
    ]


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


_WITH_ITEM = frozenset(
    full for full, kind in TYPES.items() if "item" in kind.struct.__struct_fields__
)
_MAIN_FIELDS = {full: _main_fields(kind) for full, kind in TYPES.items()}
