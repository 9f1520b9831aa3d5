# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the intake offers, as OpenAPI 3.1."""

from typing import Any

import msgspec

from sightline.events.catalogue import TYPES
from sightline.events.examples import example
from sightline.intake.limits import Limits
from sightline.intake.reply import Reply
from sightline.intake.schema import PATH, schema_of
from sightline.settings import Settings

Part = dict[str, Any]
DECLINED = {
    401: "the token is missing or wrong",
    403: "a web page sent it, or it names another host",
    405: "another method than POST",
    408: "the body did not arrive in time",
    413: "too many bytes or events",
    415: "a media type, character set or encoding that is not known",
    429: "the stream is behind, or too much comes at once; see Retry-After",
    503: "the log cannot take it; see Retry-After",
}


def document(settings: Settings, *, needs_token: bool) -> Part:
    """Return the description of the intake with the limits in `settings`."""
    replies = msgspec.json.schema_components([Reply], ref_template=_reference("{name}"))[1]
    scheme = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline",
            "version": "1",
            "summary": "Events in; 202 once they are durable.",
        },
        "servers": [{"url": settings.url}],
        "paths": {
            "/api/events": {"post": _events(Limits.of(settings))},
            PATH: {"get": _get("Every event type.", {"type": "array"})},
            f"{PATH}/{{type}}": {"get": _schema()},
            "/healthz": {"get": _get("Is Sightline ready?", {"type": "object"}, 503)},
        },
        "components": {
            "schemas": {
                "Event": _event(),
                "Declined": _object({"error": {"type": "string"}}),
                **replies,
            },
            **({"securitySchemes": scheme} if needs_token else {}),
        },
        **({"security": [{"token": []}]} if needs_token else {}),
    }


def _events(limits: Limits) -> Part:
    one = {"$ref": _reference("Event")}
    many = {"type": "array", "items": one, "maxItems": limits.events}
    bodies = {
        "application/cloudevents+json": one,
        "application/cloudevents-batch+json": many,
        "application/json": {"anyOf": [one, many]},
        "application/x-ndjson": {"type": "string"},
    }
    return {
        "summary": "Send events.",
        "description": (
            "One event, an array, or a line for each; or one event in binary mode: attributes "
            f"in ce- headers, data as JSON body. At most {limits.bytes} bytes and "
            f"{limits.events} events; `Content-Encoding: gzip` is understood. The schema of "
            f"each type's events is at {PATH}/TYPE."
        ),
        "operationId": "sendEvents",
        "requestBody": {
            "required": True,
            "content": {media: {"schema": schema} for media, schema in bodies.items()},
        },
        "responses": _told({202: "in the log", 400: "in the log, none accepted"}, "Reply")
        | _told(DECLINED, "Declined"),
    }


def _schema() -> Part:
    found = _get("JSON Schema of a type's events.", {"type": "object"}, 404)
    name = {"name": "type", "in": "path", "required": True, "schema": {"type": "string"}}
    return found | {"parameters": [name | {"example": next(iter(TYPES.values())).name}]}


def _get(summary: str, schema: Part, *others: int) -> Part:
    answers = {"200": _answer("found", schema)}
    answers |= {str(code): _answer("not so", {"type": "object"}) for code in others}
    return {"summary": summary, "responses": answers | _told(_let_in(), "Declined")}


def _let_in() -> dict[int, str]:
    return {code: DECLINED[code] for code in (401, 403)}


def _told(codes: dict[int, str], name: str) -> Part:
    schema = {"$ref": _reference(name)}
    return {str(code): _answer(what, schema) for code, what in codes.items()}


def _answer(what: str, schema: Part) -> Part:
    return {"description": what, "content": {"application/json": {"schema": schema}}}


def _event() -> Part:
    """Return what the schemas of all types have in common."""
    kinds = list(TYPES.values())
    common = schema_of(kinds[0])["properties"]
    envelope = {name: common[name] for name in common if name not in {"type", "data"}}
    return {
        "description": "A CloudEvent 1.0.",
        "type": "object",
        "properties": {
            "type": {"enum": [kind.full for kind in kinds]},
            **envelope,
            "data": {"type": "object"},
        },
        "required": ["data", "id", "source", "specversion", "time", "type"],
        "examples": [example(kinds[0])],
    }


def _object(properties: Part) -> Part:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}"
