# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields that the catalogue does not know are kept: they move to ``data.ext``."""

from functools import lru_cache
from typing import Any

from msgspec import Struct, inspect


def with_ext(data: dict[str, Any], struct: type[Struct]) -> dict[str, Any]:
    """Return `data` with every field that `struct` does not know under ``ext``.

    A field inside a block goes there under its path (``q.colour``). Where ``ext`` already
    says something else under that name, the field goes under ``data.<name>``.
    """
    strange: dict[str, Any] = {}
    known = _known(data, struct, "", strange)
    if not strange:
        return known
    ext = dict(known.get("ext") or {})
    for name, value in strange.items():
        ext[name if ext.get(name, value) == value else f"data.{name}"] = value
    return known | {"ext": ext}


def _known(
    block: dict[str, Any], struct: type[Struct], at: str, strange: dict[str, Any]
) -> dict[str, Any]:
    inner = _blocks(struct)
    strange.update({f"{at}{name}": value for name, value in block.items() if name not in inner})
    return {
        name: _inside(value, inner[name], f"{at}{name}", strange)
        for name, value in block.items()
        if name in inner
    }


def _inside(value: Any, struct: type[Struct] | None, at: str, strange: dict[str, Any]) -> Any:
    if struct is None:
        return value
    if isinstance(value, dict):
        return _known(value, struct, f"{at}.", strange)
    if isinstance(value, list):
        return [_inside(part, struct, f"{at}.{i}", strange) for i, part in enumerate(value)]
    return value


@lru_cache(maxsize=256)
def _blocks(struct: type[Struct]) -> dict[str, type[Struct] | None]:
    """Return the fields of `struct`, each with the struct inside it, if any."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)  # noqa: S101  by the parameter's type
    return {field.encode_name: _struct_in(field.type) for field in info.fields}


def _struct_in(kind: inspect.Type) -> type[Struct] | None:
    if isinstance(kind, inspect.Metadata):
        return _struct_in(kind.type)
    if isinstance(kind, inspect.StructType):
        return kind.cls
    if isinstance(kind, inspect.ListType):
        return _struct_in(kind.item_type)
    if isinstance(kind, inspect.UnionType):
        return next(filter(None, map(_struct_in, kind.types)), None)
    return None
