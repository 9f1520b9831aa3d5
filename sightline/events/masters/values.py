# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record states, as values of the kinds of its fields."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sightline.events.masters.entity import Entity
from sightline.events.masters.wrong import WrongValueError


def is_stated(value: Any) -> bool:
    """Tell whether `value` states anything: null and an empty text do not."""
    return value is not None and value != ""


def values(entity: Entity, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known fields that are stated, read; what cannot be read is left out.

    Examples
    --------
    >>> from sightline.events.masters import find
    >>> values(find("item_uom"), {"item": "A", "uom": "CS", "num": "12", "den": 1})
    {'item': 'A', 'uom': 'CS', 'num': 12, 'den': 1}
    """
    found = {}
    for field in entity.fields:
        stated = fields.get(field.name)
        if is_stated(stated):
            try:
                found[field.name] = field.kind.read(stated)
            except WrongValueError:
                continue
    return found


def attributes(entity: Entity, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that the entity does not know, as texts."""
    known = {field.name for field in entity.fields}
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in fields.items()
        if name not in known and value is not None
    }
