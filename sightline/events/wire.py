# SPDX-License-Identifier: AGPL-3.0-or-later
"""The structs that read and write bytes, derived from the catalogue.

Fields are put into alphabetical order, so that plain encoding gives canonical JSON: keys
sorted, no white space. One tagged union reads an event of any type in a single pass.
"""

from functools import reduce
from operator import or_
from typing import Any, cast

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from sightline.events.blocks import Block, Data
from sightline.events.catalogue import TYPES
from sightline.events.envelope import Envelope

DATA_MARK = b',"data":'


def _declaration(info: FieldInfo) -> tuple[str, Any, Any]:
    """Return `info` as `msgspec.defstruct` wants it."""
    if info.default is NODEFAULT:
        return info.name, info.type, msgspec.field(name=info.encode_name)
    return info.name, info.type, msgspec.field(default=info.default, name=info.encode_name)


def _sorted(struct: type[Data]) -> type[Struct]:
    """Return `struct` with its fields ordered by their names on the wire."""
    ordered = sorted(fields(struct), key=lambda info: info.encode_name)
    return msgspec.defstruct(
        struct.__name__,
        [_declaration(info) for info in ordered],
        bases=(Block,),
        kw_only=True,
        omit_defaults=True,
        forbid_unknown_fields=True,
        gc=False,
    )


def _enveloped(full: str, data: type[Struct]) -> type[Envelope]:
    """Return the struct of a whole event of type `full`."""
    struct = msgspec.defstruct(
        data.__name__,
        [("data", data)],
        bases=(Envelope,),
        tag_field="type",
        tag=full,
        kw_only=True,
        omit_defaults=True,
        gc=False,
    )
    return cast("type[Envelope]", struct)


DATA: dict[str, type[Struct]] = {full: _sorted(kind.struct) for full, kind in TYPES.items()}
EVENT: dict[str, type[Envelope]] = {full: _enveloped(full, DATA[full]) for full in TYPES}
FULL_NAME: dict[type[Struct], str] = {struct: full for full, struct in EVENT.items()}

ANY_EVENT: Any = reduce(or_, EVENT.values())
decoder = msgspec.json.Decoder(ANY_EVENT)
encoder = msgspec.json.Encoder(order="deterministic")


def data_text(encoded: bytes) -> bytes:
    """Return the canonical text of ``data`` within an event that `encoder` wrote.

    The mark cannot occur before the field: inside a string its quotes would be escaped.
    """
    return encoded[encoded.index(DATA_MARK) + len(DATA_MARK) : -1]
