# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts that every event's data is made of.

Attributes are named by the canonical column they fill; where the word on the wire differs,
the field says so (``loc`` of a transfer is written ``from_loc``). No field has a default other
than None, so that encoding a decoded event gives back exactly what was stated.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

LONGEST_NAME = 256
LONGEST_NUMBER = 64
LONGEST_CODE = 16
MAX_INT32 = 2**31 - 1
MAX_INT64 = 2**63 - 1
PER_UNIT = "money per base unit"
"""Unit of prices: they follow when a quantity is converted into another unit."""


def means(text: str, *, unit: str = "") -> Meta:
    """Return the annotation that explains a field in messages and documents."""
    return Meta(description=text, extra={"unit": unit})


Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Text = Annotated[str, Meta(max_length=LONGEST_NAME)] | None
Number = Annotated[str, Meta(max_length=LONGEST_NUMBER)]
Code = Annotated[str, Meta(max_length=LONGEST_CODE)]
Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=MAX_INT64)]
Share = Annotated[float, Meta(ge=0, le=1)]

Item = Annotated[Name, means("item id")]
Loc = Annotated[Name, means("location id")]
OrderLine = Annotated[Name, means("line of a customer order")]
PoLine = Annotated[Name, means("line of a purchase order")]
TransferLine = Annotated[Name, means("line of a transfer")]
AsnLine = Annotated[Name, means("line of an advance ship notice")]
Version = Annotated[Count | None, means("version of the document, highest wins; absent: 1")]


class Block(Struct, kw_only=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A part of an event; unknown fields are moved to ``data.ext`` before they get here."""


class Obj(Block, kw_only=True):
    """An object that the event touches."""

    id: Name
    qualifier: Text = None
    type: Name


class Actor(Block, kw_only=True):
    """Who did it, by pseudonym."""

    id: Text = None
    org: Text = None
    role: Text = None


class Doc(Block, kw_only=True):
    """The source's document."""

    id: Text = None
    line: str | int | None = None
    type: Text = None
    version: str | int | None = None


class Quantity(Block, kw_only=True):
    """A quantity in the document's unit and in the item's base unit."""

    base_qty: Annotated[Number | None, means("in the base unit: qty x num / den")] = None
    base_uom: Annotated[Code | None, means("base unit, UNECE Rec 20; absent: uom")] = None
    conv_den: Annotated[int | None, means("denominator of the conversion, above 0")] = None
    conv_num: Annotated[int | None, means("numerator of the conversion, above 0")] = None
    conv_src: Annotated[
        Literal["doc", "master", "assumed"] | None, means("who says how to convert")
    ] = None
    qty: Annotated[Number, means("decimal string in the document's unit")]
    uom: Annotated[Code, means("unit of the document, UNECE Rec 20 code such as EA or KGM")]


class Money(Block, kw_only=True):
    """An amount of money."""

    amount: Annotated[Number, means("decimal string")]
    currency: Annotated[Code, means("ISO 4217 code")]


class Data(Block, kw_only=True):
    """What every event may say about itself."""

    actor: Annotated[Actor | None, means("who did it: id, role, org")] = None
    klass: Annotated[Text, means("class of the item; non_stock as the flag")] = field(
        default=None, name="class"
    )
    corrects: Annotated[Text, means("id of the event that this one replaces")] = None
    doc: Annotated[Doc | None, means("the source's document: type, id, line, version")] = None
    ext: Annotated[dict[str, Any] | None, means("what the catalogue does not know")] = None
    non_stock: Annotated[bool | None, means("outside positions and demand")] = None
    objects: Annotated[
        list[Obj] | None, means("objects touched; those named by other fields are added")
    ] = None
    reason_code: Annotated[Text, means("why, in the source's codes")] = None
    region: Annotated[Text, means("sales or planning region")] = None
    reverses: Annotated[Text, means("id of the event that this one undoes")] = None
    synthetic: Annotated[bool | None, means("made by a simulator")] = None


class Movement(Data, kw_only=True):
    """A quantity of one item at one location."""

    item: Item
    loc: Loc
    q: Annotated[Quantity, means("quantity moved", unit="uom of the block")]
    lot: Annotated[Text, means("lot or batch id")] = None
