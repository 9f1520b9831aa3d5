# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is declared of an entity of master data and of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sightline.events.masters.kinds import NAME, Kind


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes
    ----------
    to
        Entity whose key it states, "" when it refers to none.
    unit
        Unit of its value, "" when it has none.
    """

    name: str
    kind: Kind
    means: str
    required: bool = False
    to: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of master record.

    Attributes
    ----------
    table
        Table that keeps every version of its records; its view is ``v_<table>``.
    object_type
        Type of the object that a record is, as events relate to it.
    key
        Meaning of a record's key.
    key_fields
        Fields that make up the key, joined by ``/``; optional ones are left out where they
        are not stated. Empty when the key is a name of its own.
    """

    name: str
    table: str
    summary: str
    key: str
    fields: tuple[Field, ...]
    object_type: str = ""
    key_fields: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return the field called `name`, None when the entity has none."""
        return next((each for each in self.fields if each.name == name), None)

    def key_of(self, stated: Mapping[str, Any]) -> str:
        """Return the key that `stated` fields make up, "" when the key is a name of its own."""
        return "/".join(str(stated[name]) for name in self.key_fields if stated.get(name))


def reference(name: str, to: str, means: str, *, required: bool = False) -> Field:
    """Return a field that states the key of another record."""
    return Field(name, NAME, means, required=required, to=to)
