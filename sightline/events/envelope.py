# SPDX-License-Identifier: AGPL-3.0-or-later
"""The CloudEvents 1.0 envelope: its attributes and documented extensions, none invented."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sightline.events.blocks import LONGEST_NAME, means

LONGEST_ID = 1024
Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
Attribute = Annotated[str, Meta(max_length=LONGEST_ID)] | None


class Envelope(Struct, kw_only=True, gc=False, omit_defaults=True):
    """What surrounds ``data``; attributes that are not listed here are ignored.

    ``type`` is the tag of the structs that `sightline.events.wire` derives, one per event
    type; ``data`` comes last in them, so that its canonical text can be cut out.
    """

    authid: Annotated[Attribute, means("who did it, by pseudonym")] = None
    authtype: Annotated[Attribute, means("kind of authid, such as user")] = None
    causationid: Annotated[Attribute, means("event that caused this one")] = None
    correlationid: Annotated[Attribute, means("business flow")] = None
    datacontenttype: Annotated[Attribute, means("application/json")] = None
    dataref: Annotated[Attribute, means("where more data is kept")] = None
    dataschema: Annotated[Attribute, means("URI of the schema of data")] = None
    id: Annotated[Id, means("unique in its source, stable when sent again")]
    partitionkey: Annotated[Attribute, means("item id, else the main object's id")] = None
    recordedtime: Annotated[Attribute, means("when the source recorded it, RFC 3339")] = None
    sequence: Annotated[Attribute, means("order within the source, compared as text")] = None
    severitynumber: Annotated[int | None, means("severity as in OpenTelemetry")] = None
    source: Annotated[
        str,
        Meta(min_length=1, max_length=LONGEST_NAME),
        means("system that sends it, a URI such as erp://plant"),
    ]
    specversion: Annotated[Literal["1.0"], means("version of CloudEvents")]
    subject: Annotated[Attribute, means("what it is about, such as item/A100/loc/DC1")] = None
    tenantid: Annotated[
        Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)] | None,
        means("tenant; absent: main"),
    ] = None
    time: Annotated[str, means("when it happened, RFC 3339 with an offset")]
    traceparent: Annotated[Attribute, means("W3C trace context")] = None
    tracestate: Annotated[Attribute, means("W3C trace context")] = None
