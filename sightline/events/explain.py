# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what the reader says about a line into a fault with a field and an expectation."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, inspect

from sightline.events.catalogue import advice
from sightline.events.refusal import Fault, shown

PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?(?P<path>[^`]*)`)?$", re.DOTALL)
MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")
STEP = re.compile(r"\[[^\]]*\]|[^.\[\]]+")


def unreadable(error: Exception) -> Fault:
    """Return the fault of a line that is no JSON at all."""
    if isinstance(error, UnicodeError):
        return Fault("not_utf8", "", f"the line is no UTF-8 ({error}); expected JSON in UTF-8")
    if isinstance(error, RecursionError):
        return Fault("too_deep", "", "the line is nested too deeply; expected a CloudEvent")
    said = str(error).removeprefix("JSON is malformed: ")
    return Fault("not_json", "", f"the line is no JSON ({said}); expected one JSON object")


def unknown_type(full: object) -> Fault:
    """Return the fault of an event whose type the catalogue does not have."""
    if full is None:
        return Fault("missing", "type", "type is missing; expected the name of an event type")
    near = advice(full) if isinstance(full, str) else "expected a text."
    return Fault("unknown_type", "type", f"type is {shown(full)}; {near}")


def invalid(
    error: msgspec.ValidationError, event: dict[str, Any], struct: type[Struct]
) -> Fault:
    """Return the fault that `error` found in `event`, which should have been a `struct`."""
    found = PLACE.match(str(error))
    what, path = (found["what"], found["path"] or "$") if found else (str(error), "$")
    steps = [step for step in STEP.findall(path) if step != "$"]
    if absent := MISSING.search(what):
        return _missing([*steps, absent["field"]], struct)
    field = _spelled(steps)
    value = _value(event, steps)
    wanted = expected(steps, struct) or what.lower()
    code = "not_allowed" if "Invalid enum value" in what else "wrong_type"
    return Fault(code, field, f"{field or 'the event'} is {shown(value)}; expected {wanted}")


def expected(steps: Sequence[str], struct: type[Struct]) -> str:
    """Return in words what belongs at `steps` of `struct`; "" when it has no such field.

    Examples
    --------
    >>> from sightline.events.domains.inventory import HoldChanged
    >>> expected(["hold"], HoldChanged)
    'one of blocked, finance, quality, recall'
    """
    here = _described(struct)
    for step in steps:
        here = _below(here, step)
        if here is None:
            return ""
    return in_words(here)


@cache
def _described(struct: type[Struct]) -> Any:
    return inspect.type_info(struct)  # milliseconds each: a feed may be wrong in every line


def in_words(kind: Any) -> str:
    """Return the type in words, such as ``a text of 1 to 256 characters``."""
    several = options(kind)
    if len(several) > 1:
        return " or ".join(in_words(part) for part in several)
    kind = several[0]
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(str(value) for value in kind.values)}"
    if isinstance(kind, inspect.StructType):
        needed = [field.encode_name for field in kind.fields if field.required]
        return f"an object with {', '.join(needed)}" if needed else "an object"
    return _simple(kind)


def options(kind: Any) -> list[Any]:
    """Return the types that a value of `kind` may have, None aside."""
    bare = _bare(kind)
    parts = bare.types if isinstance(bare, inspect.UnionType) else (bare,)
    return [_bare(part) for part in parts if not isinstance(_bare(part), inspect.NoneType)]


def _simple(kind: Any) -> str:
    if isinstance(kind, inspect.StrType):
        return _text(kind)
    if isinstance(kind, inspect.IntType):
        return "a whole number" if kind.ge is None else f"a whole number from {kind.ge}"
    if isinstance(kind, inspect.FloatType):
        return "a number" if kind.le is None else f"a number from {kind.ge} to {kind.le}"
    words: dict[type, str] = {
        inspect.BoolType: "true or false",
        inspect.DateType: "a date such as 2026-03-02",
        inspect.DateTimeType: "a moment with an offset such as 2026-03-02T06:00:00Z",
        inspect.ListType: "a list",
        inspect.DictType: "an object",
        inspect.AnyType: "any JSON",
    }
    return words.get(type(kind), "another type")


def _text(kind: inspect.StrType) -> str:
    if kind.max_length is None:
        return "a text"
    if kind.min_length:
        return f"a text of {kind.min_length} to {kind.max_length} characters"
    return f"a text of at most {kind.max_length} characters"


def _below(kind: Any, step: str) -> Any:
    """Return the type one `step` below `kind`, None when there is none."""
    for option in options(kind):
        if isinstance(option, inspect.ListType) and step.startswith("["):
            return option.item_type
        if isinstance(option, inspect.StructType):
            return next((f.type for f in option.fields if f.encode_name == step), None)
    return None


def _bare(kind: Any) -> Any:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return kind


def _missing(steps: list[str], struct: type[Struct]) -> Fault:
    field = _spelled(steps)
    wanted = expected(steps, struct) or "a value"
    return Fault("missing", field, f"{field} is missing; expected {wanted}")


def _spelled(steps: Sequence[str]) -> str:
    return ".".join(steps).replace(".[", "[")


def _value(event: Any, steps: Sequence[str]) -> object:
    """Return the value at `steps`, as far as they lead."""
    for step in steps:
        if isinstance(event, list) and step.strip("[]").isdigit():
            event = event[int(step.strip("[]"))]
        elif isinstance(event, dict):
            event = event.get(step)
    return event
