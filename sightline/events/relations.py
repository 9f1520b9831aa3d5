# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which objects an event touches: those it lists, and those its other fields name."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from sightline.events.columns import OBJECT

OBJECT_OF = {
    "item": "item",
    "loc": "loc",
    "to_loc": "loc",
    "order_line": "order_line",
    "from_order_line": "order_line",
    "po_line": "po_line",
    "transfer_line": "transfer_line",
    "asn_line": "asn_line",
    "order": "order",
    "po": "po",
    "transfer": "transfer",
    "shipment": "shipment",
    "customer": "customer",
    "supplier": "supplier",
    "wave": "wave",
    "lot": "lot",
    "count_id": "count",
    "case_id": "case",
    "exc_id": "exception",
    "request_id": "approval",
    "rec_id": "recommendation",
    "service": "service",
    "feed": "feed",
    "model": "model",
    "promotion": "promotion",
}
OBJECTS_OF = {"lines": "order_line", "items": "item", "locations": "loc"}
FROM_AND_TO = {"loc": "from", "to_loc": "to", "from_order_line": "from"}


class Namer:
    """Finds the objects that the fields of one event type name."""

    def __init__(self, struct: type[Struct]) -> None:
        fields = set(struct.__struct_fields__)
        single = [name for name in OBJECT_OF if name in fields]
        self.kinds = tuple(OBJECT_OF[name] for name in single)
        self.qualifiers = tuple(_qualifier(name, fields) for name in single)
        self.many = tuple(name for name in OBJECTS_OF if name in fields)
        self.is_record = "entity" in fields
        self.getter = attrgetter(*single) if len(single) > 1 else _lone(single)

    def named(self, data: Any) -> list[tuple[str, str, str]]:
        """Return (type, id, qualifier) of the objects named by fields that are stated."""
        rows = zip(self.kinds, self.getter(data), self.qualifiers, strict=True)
        found = [row for row in rows if row[1]]
        for name in self.many:
            ids = getattr(data, name) or ()
            found += [(OBJECTS_OF[name], one, "") for one in ids if one]
        if self.is_record:
            found.append((data.entity, data.key, ""))
        return found


class Relations:
    """Grows the column ``objects`` event by event, in any order of rows."""

    def __init__(self, rows: int) -> None:
        self.rows: list[list[tuple[str, str, str]]] = [[]] * rows

    def add(self, at: Sequence[int], datas: Iterable[Any], namer: Namer) -> None:
        """Note the objects of `datas`, which belong to the rows `at`."""
        named = namer.named
        for row, data in zip(at, datas, strict=True):
            self.rows[row] = _merged(data.objects, named(data))

    def column(self) -> pa.ListArray:
        """Return the column."""
        lengths = np.fromiter(map(len, self.rows), np.int32, len(self.rows))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        flat = [obj for row in self.rows for obj in row]
        parts = zip(*flat, strict=True) if flat else ((), (), ())
        arrays = [pa.array(part, pa.string()) for part in parts]
        objects = pa.StructArray.from_arrays(arrays, fields=list(OBJECT))
        return pa.ListArray.from_arrays(pa.array(offsets), objects)


def _merged(
    listed: Sequence[Any] | None, named: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    if not listed:
        return list(dict.fromkeys(named))
    stated = dict.fromkeys([(obj.type, obj.id, obj.qualifier or "") for obj in listed])
    known = {(kind, one) for kind, one, _ in stated}
    missing = [row for row in dict.fromkeys(named) if (row[0], row[1]) not in known]
    return [*stated, *missing]


def _qualifier(name: str, fields: set[str]) -> str:
    """Return the qualifier of an object named by field `name`; ends of a transfer differ."""
    return FROM_AND_TO.get(name, "") if name != "loc" or "to_loc" in fields else ""


def _lone(names: Sequence[str]) -> Any:
    """Return what `attrgetter` would for fewer than two names: always a tuple."""
    if not names:
        return lambda _: ()
    get = attrgetter(names[0])
    return lambda data: (get(data),)
