# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records of the entity ``object``: an object of any type, its attributes, its relations."""

from collections.abc import Mapping
from typing import Any

from sightline.events.masters import texts
from sightline.events.masters.wrong import WrongValueError
from sightline.events.refusal import Fault, shown

NAME = "object"
WAYS = ("to", "from")
LONGEST_LIST = 10_000
_NAME = "a text of 1 to 256 characters"
_ATTRIBUTES = f"an object with at most {LONGEST_LIST} attributes"
_RELATIONS = f"a list of at most {LONGEST_LIST} objects with type, id and qualifier"
_WAY = "to or from"
SECTION = """\
### `object`

An object of any other type, as object-centric logs (OCEL 2.0) declare them.

- Key: `type/id`
- Tables: `objects`, view `v_objects`; `o2o`, view `v_o2o`

| Field | Required | Expected | Unit | Meaning |
| --- | --- | --- | --- | --- |
| `type` | yes | a text of 1 to 256 characters | | type of the object |
| `id` | yes | a text of 1 to 256 characters | | id of the object |
| `attributes` | | an object | | all attributes that hold from `valid_from` on |
| `relations` | | a list of objects | | `type`, `id` and `qualifier` of a related object; \
`direction`: `to` (absent) or `from` the other one |

A record without `attributes` that states `relations` only adds them; any other declares the
object. Relations are never taken back. `v_objects` also shows what events or relations name and
nobody declared, with `declared = false`.
"""


def check(key: str, stated: Mapping[str, Any]) -> Fault | None:
    """Return what is wrong with the fields of an object, None when nothing is.

    Examples
    --------
    >>> check("order/7", {"type": "order", "id": 7}).text
    'data.fields.id is 7; expected a text of 1 to 256 characters'
    """
    path = "data.fields"
    named = _name(stated.get("type"), f"{path}.type") or _name(stated.get("id"), f"{path}.id")
    if named:
        return named
    wanted = f"{stated['type']}/{stated['id']}"
    if key != wanted:
        text = f"data.key is {shown(key)}; expected {shown(wanted)}, from its fields type/id"
        return Fault("wrong_key", "data.key", text)
    return _attributes(stated.get("attributes")) or _relations(stated.get("relations"))


def named(stated: Mapping[str, Any] | None) -> tuple[str | None, str | None]:
    """Return type and id of the object that `stated` fields are about."""
    kind, name = (stated or {}).get("type"), (stated or {}).get("id")
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else (None, None)


def _attributes(value: Any) -> Fault | None:
    path = "data.fields.attributes"
    if value is None or (isinstance(value, dict) and len(value) <= LONGEST_LIST):
        return None
    return _wrong(path, value, _ATTRIBUTES)


def _relations(value: Any) -> Fault | None:
    path = "data.fields.relations"
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        return _wrong(path, value, _RELATIONS)
    faults = (_relation(each, f"{path}.{at}") for at, each in enumerate(value))
    return next(filter(None, faults), None)


def _relation(value: Any, path: str) -> Fault | None:
    if not isinstance(value, dict):
        return _wrong(path, value, "an object with type, id and qualifier")
    if value.get("direction", "to") not in WAYS:
        return _wrong(f"{path}.direction", value["direction"], _WAY)
    qualifier = value.get("qualifier")
    return (
        _name(value.get("type"), f"{path}.type")
        or _name(value.get("id"), f"{path}.id")
        or (_name(qualifier, f"{path}.qualifier") if qualifier else None)
    )


def _name(value: Any, path: str) -> Fault | None:
    if value is None:
        return Fault("missing", path, f"{path} is missing; expected {_NAME}")
    try:
        texts.name(value)
    except WrongValueError:
        return _wrong(path, value, _NAME)
    return None


def _wrong(path: str, value: Any, wanted: str) -> Fault:
    return Fault("wrong_type", path, f"{path} is {shown(value)}; expected {wanted}")
