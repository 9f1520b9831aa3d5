# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fields that a mapping can fill, as the catalogue declares them for each event type."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from sightline.events import catalogue
from sightline.events.blocks import Actor, Money, Quantity
from sightline.events.columns import SCHEMA

EXT = "ext."
"""Prefix of a free field: ``ext.weight`` becomes ``data.ext.weight``, always text."""
ID = "id"
"""Name under which a mapping gives events ids of their source."""
RECORD = "fields."
"""Prefix of a field of a master record: ``fields.name`` becomes ``data.fields.name``."""
WHENS = {"valid_from", "valid_to", "until"}
"""Texts that name a day or a moment."""


class Kind(Enum):
    """How the text of a file becomes a value; see `sightline.imports.values`."""

    TEXT = "text"
    ACTOR = "id of a person"
    QUANTITY = "quantity"
    MONEY = "money"
    DATE = "date"
    MOMENT = "time"
    WHOLE = "whole number"
    FLAG = "true or false"
    NUMBER = "number"
    LIST = "list of texts"
    WHEN = "day or time"
    JSON = "JSON text"


@dataclass(frozen=True, slots=True)
class Field:
    """One target.

    Attributes
    ----------
    name
        Name in a mapping, and in ``data`` unless `kind` says otherwise.
    column
        Canonical column that it fills, "" when it only stands in ``data``.
    attribute
        Its name in the catalogue's struct, by which objects are named.
    options
        The only texts allowed, empty when any is.
    """

    name: str
    kind: Kind
    column: str = ""
    attribute: str = ""
    required: bool = False
    options: tuple[str, ...] = ()


@cache
def fields_of(type_name: str) -> dict[str, Field]:
    """Return what a mapping can fill in events of the full type `type_name`, by name.

    >>> fields_of("io.sightline.inventory.counted.v1")["qty"].required
    True
    """
    struct = catalogue.TYPES[type_name].struct
    hints = get_type_hints(struct)
    fields: dict[str, Field] = {}
    for each in msgspec.structs.fields(struct):
        kind, options = _kind(hints[each.name])
        if kind is Kind.QUANTITY:
            if each.name == "q":
                fields["qty"] = Field("qty", kind, "base_qty", "", each.required)
                fields["uom"] = Field("uom", Kind.TEXT, "base_uom", "", each.required)
        elif kind:
            kind = Kind.WHEN if each.name in WHENS else kind
            name = each.encode_name
            column = _column(each.name, kind)
            fields[name] = Field(name, kind, column, each.name, each.required, options)
    return fields


def field(type_name: str, name: str) -> Field:
    """Return one field; a free field is text, and so is an id."""
    if name == ID:
        return Field(ID, Kind.TEXT, ID, required=True)
    return Field(name, Kind.TEXT) if is_free(name, type_name) else fields_of(type_name)[name]


def is_free(name: str, type_name: str) -> bool:
    """Tell whether events of `type_name` may have the field without the type declaring it.

    >>> is_free("fields.name", "io.sightline.master.record_changed.v1")
    True
    """
    is_record = "fields" in catalogue.TYPES[type_name].struct.__struct_fields__
    return name.startswith(EXT) or (is_record and name.startswith(RECORD))


def _column(attribute: str, kind: Kind) -> str:
    if kind is Kind.MONEY:
        return "amount"
    if attribute == "resource":
        return "actor"
    return attribute if attribute in SCHEMA.names else ""


def _kind(hint: Any) -> tuple[Kind | None, tuple[str, ...]]:
    members = [each for each in (get_args(hint) or (hint,)) if each is not NoneType]
    if get_origin(hint) is Literal:
        return Kind.TEXT, get_args(hint)
    for each in members:
        if get_origin(each) is Literal:
            return Kind.TEXT, get_args(each)
    kinds = {
        str: Kind.TEXT,
        Actor: Kind.ACTOR,
        Quantity: Kind.QUANTITY,
        Money: Kind.MONEY,
        datetime: Kind.MOMENT,
        date: Kind.DATE,
        bool: Kind.FLAG,
        int: Kind.WHOLE,
        float: Kind.NUMBER,
        list[str]: Kind.LIST,
    }
    return next((kind for plain, kind in kinds.items() if plain in members), None), ()
