# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON Schema of whole CloudEvents, one for each event type, made from the catalogue.

A schema tells what is wrong with the build of an event. Rules between fields (a conversion
that is exact, a time that is near) are told in words and judged when the event comes in.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from sightline.events import units
from sightline.events.blocks import MAX_INT64, Data
from sightline.events.catalogue import TYPES
from sightline.events.describe import fields_of, quantity_rule
from sightline.events.envelope import Envelope
from sightline.events.event_type import EventType
from sightline.events.examples import example
from sightline.events.moments import SHAPE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PATH = "/api/schema"
REFERENCE = "#/$defs/{name}"
DECIMAL = r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$"
MAGNITUDE = r"^(-?0{1,18}(\.0{1,18})?|[0-9]{1,18}(\.[0-9]{1,18})?)$"
CURRENCY = "^[A-Z]{3}$"
Schema = dict[str, Any]


def listing() -> list[dict[str, str]]:
    """Return every event type, with the place of its schema."""
    return [
        {
            "name": kind.name,
            "type": kind.full,
            "summary": kind.summary,
            "schema": f"{PATH}/{kind.name}",
        }
        for kind in TYPES.values()
    ]


@lru_cache(maxsize=len(TYPES))
def schema_of(kind: EventType) -> Schema:
    """Return the schema of a whole event of type `kind`."""
    _, defs = msgspec.json.schema_components([kind.struct, Envelope], ref_template=REFERENCE)
    for each in defs.values():
        _open(each)
    _refine(defs, kind)
    envelope = defs.pop("Envelope")
    data = defs[kind.struct.__name__]
    data["description"] = kind.summary
    _with_units(data, kind.struct)
    return {
        "$schema": DIALECT,
        "$id": f"{PATH}/{kind.name}",
        "title": kind.full,
        "description": _told(kind),
        "type": "object",
        "properties": {
            "type": {"const": kind.full, "description": "event type"},
            **envelope["properties"],
            "data": {"$ref": REFERENCE.format(name=kind.struct.__name__)},
        },
        "required": sorted([*envelope["required"], "type", "data"]),
        "examples": [example(kind)],
        "$defs": defs,
    }


def _told(kind: EventType) -> str:
    effect = f" Effect on the position: {kind.effect}." if kind.effect else ""
    has_quantity = "q" in kind.struct.__struct_fields__
    quantity = f" Quantity: {quantity_rule(kind)}." if has_quantity else ""
    return f"{kind.summary}{effect}{quantity}"


def _open(schema: Schema) -> None:
    """Let objects have fields that the catalogue does not know: they move to ``data.ext``."""
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    schema.pop("title", None)
    for prop in schema.get("properties", {}).values():
        if prop.get("default", ...) is None:
            del prop["default"]


def _refine(defs: Mapping[str, Schema], kind: EventType) -> None:
    """State what the decoder asks of texts and numbers beyond their Python types."""
    envelope = defs["Envelope"]["properties"]
    for name in ("time", "recordedtime"):
        _each_text(envelope[name], pattern=SHAPE, format="date-time")
    is_judged = bool({"q", "short_q"} & set(kind.struct.__struct_fields__))
    if is_judged and (quantity := defs.get("Quantity", {}).get("properties")):
        decimal = DECIMAL if kind.signed else MAGNITUDE
        _each_text(quantity["qty"], pattern=decimal)
        _each_text(quantity["base_qty"], pattern=DECIMAL)
        for name in ("uom", "base_uom"):
            _each_text(quantity[name], enum=sorted(units.NAMES))
        for name in ("conv_num", "conv_den"):
            _each(quantity[name], "integer", minimum=1, maximum=MAX_INT64)
    if money := defs.get("Money", {}).get("properties"):
        _each_text(money["amount"], pattern=DECIMAL)
        _each_text(money["currency"], pattern=CURRENCY)


def _each_text(prop: Schema, **rules: object) -> None:
    _each(prop, "string", **rules)


def _each(prop: Schema, wanted: str, **rules: object) -> None:
    """Add `rules` to every alternative of type `wanted`."""
    for option in (prop, *prop.get("anyOf", ())):
        if option.get("type") == wanted:
            option.update(rules)


def _with_units(schema: Schema, struct: type[Data] | type[Struct]) -> None:
    for told in fields_of(struct):
        if told.unit:
            schema["properties"][told.name]["x-unit"] = told.unit
