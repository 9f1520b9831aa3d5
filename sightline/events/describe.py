# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people are told about an event type, straight from its declaration."""

from dataclasses import dataclass
from typing import Any

from msgspec import Struct, inspect

from sightline.events.blocks import Data
from sightline.events.event_type import EventType
from sightline.events.examples import example
from sightline.events.explain import in_words


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event's data.

    Attributes
    ----------
    name
        As it is written on the wire.
    type
        In words.
    unit
        Unit of its value, "" when it has none.
    """

    name: str
    type: str
    unit: str
    required: bool
    meaning: str


def fields_of(struct: type[Struct]) -> list[Field]:
    """Return the fields of `struct` by name, required ones first."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)  # noqa: S101  by the parameter's type
    told = [_field(field) for field in info.fields]
    return sorted(told, key=lambda field: (not field.required, field.name))


def own_fields(kind: EventType) -> list[Field]:
    """Return the fields that `kind` has beyond those that every event may have."""
    common = {field.name for field in fields_of(Data) if not field.required}
    return [f for f in fields_of(kind.struct) if f.required or f.name not in common]


def description(kind: EventType) -> dict[str, Any]:
    """Return all that is known of `kind`, ready to be written as JSON."""
    return {
        "number": kind.number,
        "name": kind.name,
        "type": kind.full,
        "summary": kind.summary,
        "objects": list(kind.objects),
        "effect": kind.effect or "none",
        "quantity": quantity_rule(kind),
        "maps_from": kind.maps_from,
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                "unit": field.unit,
                "required": field.required,
                "meaning": field.meaning,
            }
            for field in fields_of(kind.struct)
        ],
        "example": example(kind),
    }


def quantity_rule(kind: EventType) -> str:
    """Return which quantities `kind` may state."""
    sign = "signed" if kind.signed else "magnitude"
    rule = f"{sign}, {'0 allowed' if kind.zero_allowed else 'never 0'}"
    return f"{rule}, a level and not a change" if kind.absolute else rule


def _field(field: inspect.Field) -> Field:
    kind = field.type
    told = kind.extra_json_schema or {} if isinstance(kind, inspect.Metadata) else {}
    extra = kind.extra or {} if isinstance(kind, inspect.Metadata) else {}
    return Field(
        field.encode_name,
        in_words(kind),
        extra.get("unit", ""),
        field.required,
        told.get("description", ""),
    )
