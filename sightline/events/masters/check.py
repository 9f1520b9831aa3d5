# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is a record what its entity declares? The first thing that is wrong, if any."""

from collections.abc import Mapping
from typing import Any

from sightline.events.masters import objects, validity
from sightline.events.masters.catalogue import ENTITIES, advice
from sightline.events.masters.entity import Entity, Field
from sightline.events.masters.values import is_stated
from sightline.events.masters.wrong import WrongValueError
from sightline.events.refusal import Fault, shown


def check_record(data: Any) -> Fault | None:
    """Return what is wrong with the data of a master record, None when nothing is."""
    return check(data.entity, data.key, data.fields) or validity.check(
        data.valid_from, data.valid_to
    )


def check(entity: str, key: str, fields: Mapping[str, Any] | None) -> Fault | None:
    """Return what is wrong with a record's fields, None when nothing is.

    Examples
    --------
    >>> check("item_uom", "A/CS", {"item": "A", "uom": "CS", "num": "x", "den": 1}).text
    "data.fields.num is 'x'; expected a whole number from 1"
    """
    known = ENTITIES.get(entity)
    if known is None:
        text = f"data.entity is {shown(entity)}; {advice(entity)}"
        return Fault("unknown_entity", "data.entity", text)
    stated = fields or {}
    if entity == objects.NAME:
        return objects.check(key, stated)
    for field in known.fields:
        if fault := _fault(field, stated.get(field.name)):
            return fault
    return _wrong_key(known, key, stated)


def _fault(field: Field, value: Any) -> Fault | None:
    path = f"data.fields.{field.name}"
    if not is_stated(value):
        text = f"{path} is missing; expected {field.kind.wanted}"
        return Fault("missing", path, text) if field.required else None
    try:
        field.kind.read(value)
    except WrongValueError:
        text = f"{path} is {shown(value)}; expected {field.kind.wanted}"
        return Fault(field.kind.code, path, text, _severity(field.kind.code))
    return None


def _severity(code: str) -> Any:
    """Return ``quarantine`` for what a later list of codes may know."""
    return "quarantine" if code == "unknown_unit" else "malformed"


def _wrong_key(entity: Entity, key: str, stated: Mapping[str, Any]) -> Fault | None:
    wanted = entity.key_of(stated)
    if not wanted or key == wanted:
        return None
    parts = "/".join(entity.key_fields)
    text = f"data.key is {shown(key)}; expected {shown(wanted)}, from its fields {parts}"
    return Fault("wrong_key", "data.key", text)
