# SPDX-License-Identifier: AGPL-3.0-or-later
"""Columns of Parquet that hold columns: ``a.b`` for each; lists and maps are left out."""

from collections.abc import Iterator

import pyarrow as pa

Path = tuple[str, ...]


def flat_paths(schema: pa.Schema) -> dict[str, Path]:
    """Return the columns of one value a row: name → where it lies.

    A name that is there already, such as a plain column ``a.b``, stays what it is.
    """
    found: dict[str, Path] = {
        field.name: (field.name,) for field in schema if not pa.types.is_nested(field.type)
    }
    for field in schema:
        if pa.types.is_struct(field.type):
            for path in _leaves((field.name,), field.type):
                found.setdefault(".".join(path), path)
    return found


def left_out(schema: pa.Schema) -> list[str]:
    """Return the names of columns of lists and maps, wherever they lie."""
    return [".".join(path) for field in schema for path in _lists((field.name,), field.type)]


def flattened(batch: pa.RecordBatch, paths: dict[str, Path]) -> pa.Table:
    """Return the columns at `paths` of a batch under their names."""
    return pa.table({name: _taken(batch, path) for name, path in paths.items()})


def _taken(batch: pa.RecordBatch, path: Path) -> pa.Array:
    array = batch.column(batch.schema.get_field_index(path[0]))
    for name in path[1:]:
        index = array.type.get_field_index(name)
        array = array.flatten()[index]  # a null outside is a null inside
    return array


def _leaves(path: Path, kind: pa.DataType) -> Iterator[Path]:
    for field in kind:
        inner = (*path, field.name)
        if pa.types.is_struct(field.type):
            yield from _leaves(inner, field.type)
        elif not pa.types.is_nested(field.type):
            yield inner


def _lists(path: Path, kind: pa.DataType) -> Iterator[Path]:
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _lists((*path, field.name), field.type)
    elif pa.types.is_nested(kind):
        yield path
