# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which objects do the fields of an event name?"""

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import Struct

from sightline.events.masters import objects
from sightline.events.masters.catalogue import object_type
from sightline.events.relations import OBJECT_OF, Relations, Rows
from sightline.events.routing import item_of_record

OBJECTS_OF = {"lines": "order_line", "items": "item", "locations": "loc"}
ENDS = {"loc": "from", "to_loc": "to", "from_order_line": "from"}


class Namer:
    """Knows which fields of one event type name objects."""

    def __init__(self, struct: type[Struct]) -> None:
        fields = set(struct.__struct_fields__)
        self._one = [name for name in OBJECT_OF if name in fields]
        self._many = [name for name in OBJECTS_OF if name in fields]
        self._ends = ENDS if "to_loc" in fields else ENDS | {"loc": ""}
        self._is_record = "entity" in fields

    def name(self, relations: Relations, at: Rows, datas: Sequence[Any]) -> None:
        """Add to `relations` what `datas` name; they belong to the rows `at`."""
        for field in self._one:
            ids = list(map(attrgetter(field), datas))
            relations.add(at, OBJECT_OF[field], ids, self._ends.get(field, ""))
        for field in self._many:
            lists = [getattr(data, field) or () for data in datas]
            rows = np.repeat(at, [len(ids) for ids in lists])
            relations.add(rows, OBJECTS_OF[field], list(chain.from_iterable(lists)), "")
        if self._is_record:
            self._name_records(relations, at, datas)

    def _name_records(self, relations: Relations, at: Rows, datas: Sequence[Any]) -> None:
        """Add what the records are, and the items that they are about."""
        for row, data in zip(at, datas, strict=True):
            kind: str | None = object_type(data.entity)
            name = data.key
            if data.entity == objects.NAME:  # of any type, by fields of its own
                kind, name = objects.named(data.fields)
            relations.add(np.array([row]), kind or objects.NAME, [name], "")
        about = [item_of_record(data.entity, data.key, data.fields) or None for data in datas]
        relations.add(at, "item", about, "")
