# SPDX-License-Identifier: AGPL-3.0-or-later
"""Binary mode of CloudEvents over HTTP: attributes in headers, the body is ``data``."""

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import inspect

from sightline.events import explain
from sightline.events.envelope import Envelope
from sightline.events.refusal import Fault, shown
from sightline.intake.sent import UNREADABLE, Sent, json_value

PREFIX = b"ce-"
RESERVED = ("data", "data_base64", "datacontenttype")
Header = tuple[bytes, bytes]


class FaultyHeader(Exception):  # noqa: N818  carries a fault out of a loop
    """A header that states no attribute."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def is_binary(headers: Iterable[Header]) -> bool:
    """Tell whether `headers` state attributes of an event."""
    return any(name.startswith(PREFIX) for name, _ in headers)


def event(headers: Iterable[Header], content_type: str, body: bytes) -> Sent:
    """Return the event that `headers` and `body` make up.

    Parameters
    ----------
    headers
        All headers, names in small letters, as bytes.
    content_type
        Media type of `body`, "" when it is not stated.
    """
    sent = Sent()
    try:
        attributes = _attributes(headers)
    except FaultyHeader as faulty:
        sent.refuse(body, faulty.fault)
        return sent
    if content_type:
        attributes["datacontenttype"] = content_type
    try:
        data = {"data": msgspec.Raw(json_value(body))} if body else {}
        sent.add(msgspec.json.encode(attributes | data))
    except UNREADABLE as error:
        source, name = (str(attributes.get(key, "")) for key in ("source", "id"))
        raw = msgspec.json.encode(attributes | {"data": body.decode(errors="replace")})
        fault = explain.unreadable(error)
        named = Fault(fault.code, "data", fault.text.replace("the line", "data"))
        sent.refuse(raw, named, source=source, name=name)
    return sent


def _attributes(headers: Iterable[Header]) -> dict[str, object]:
    found: dict[str, object] = {}
    for header, value in headers:
        if not header.startswith(PREFIX):
            continue
        name = header.removeprefix(PREFIX).decode("latin-1")
        if name in RESERVED:
            text = f"{name} is stated in a header; expected the body and its Content-Type"
            raise FaultyHeader(Fault("not_allowed", name, text))
        if name in found:
            text = f"{name} is stated twice; expected each attribute once"
            raise FaultyHeader(Fault("duplicate_key", name, text))
        found[name] = _value(name, value)
    return found


def _value(name: str, value: bytes) -> object:
    """Return an attribute, unquoted and percent-decoded as the binding says."""
    try:
        text = unquote_to_bytes(_unquoted(value.strip())).decode()
    except UnicodeError as error:
        fault = Fault("not_utf8", name, f"{name} is no UTF-8 ({error}); expected UTF-8")
        raise FaultyHeader(fault) from None
    if name not in NUMBERS:
        return text
    try:
        return int(text[:20])
    except ValueError:
        wrong = f"{name} is {shown(text)}; expected a whole number"
        raise FaultyHeader(Fault("wrong_type", name, wrong)) from None


def _unquoted(value: bytes) -> bytes:
    """Return a quoted string without its quotes and backslashes; anything else as it is."""
    if len(value) < len('""') or not (value.startswith(b'"') and value.endswith(b'"')):
        return value
    plain = bytearray()
    escaped = False
    for byte in value[1:-1]:
        if byte == ord("\\") and not escaped:
            escaped = True
            continue
        plain.append(byte)
        escaped = False
    return bytes(plain)


def _numbers() -> frozenset[str]:
    """Return the attributes of the envelope that are whole numbers."""
    info = inspect.type_info(Envelope)
    assert isinstance(info, inspect.StructType)  # noqa: S101  by Envelope's type
    return frozenset(
        each.encode_name
        for each in info.fields
        if any(isinstance(one, inspect.IntType) for one in explain.options(each.type))
    )


NUMBERS = _numbers()
