# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers of the engine as Arrow tables and frames, with nothing lost on the way."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$", re.DOTALL)
_SECONDS = re.compile(r"^DateTime(?:\('([^']+)'\))?$")
_ENUM = re.compile(r"'((?:[^'\\]|\\.|'')*)' = (-?\d+)")
_WIDE = re.compile(r"^(U?)Int(?:128|256)$")
_INTEGERS = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}


def restored(table: pa.Table, kinds: Mapping[str, str]) -> pa.Table:
    """Give columns back the meaning that the engine drops on its way to Arrow.

    Parameters
    ----------
    table
        As the engine wrote it: ``DateTime`` as seconds, ``Enum`` as numbers, integers wider
        than 64 bits as bytes (they become their digits), texts with bytes that are no UTF-8
        (a refused event may hold any; they are escaped).
    kinds
        Column → ClickHouse type, such as ``Nullable(DateTime('UTC'))``.
    """
    for at, field in enumerate(table.schema):
        column = _restored(table.column(at), _bare(kinds.get(field.name, "")))
        if column is not None:
            table = table.set_column(at, field.name, column)
    return table


def frame(table: pa.Table) -> pd.DataFrame:
    """Return `table` for pandas: UTC times, `Decimal` quantities, exact nullable integers."""
    plain: pd.DataFrame = table.to_pandas(date_as_object=False)
    for field in table.schema:
        if field.nullable and field.type in _INTEGERS:
            plain[field.name] = table.column(field.name).to_pandas(types_mapper=_INTEGERS.get)
    return plain


def _bare(kind: str) -> str:
    inner = _WRAPPED.match(kind)
    return _bare(inner[1]) if inner else kind


def _restored(column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray | None:
    if pa.types.is_string(column.type):
        return None if _is_text(column) else _texts(column.cast(pa.binary()), _escaped)
    seconds = _SECONDS.match(kind)
    if seconds and column.type == pa.uint32():
        return column.cast(pa.int64()).cast(pa.timestamp("s", seconds[1] or "UTC"))
    if kind.startswith("Enum") and pa.types.is_integer(column.type):
        names = {int(number): name for name, number in _ENUM.findall(kind)}
        return _texts(column, names.__getitem__)
    wide = _WIDE.match(kind)
    if wide and pa.types.is_fixed_size_binary(column.type):
        return _texts(column, partial(_digits, signed=not wide[1]))
    return None


def _is_text(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _escaped(value: bytes) -> str:
    return value.decode(errors="backslashreplace")


def _digits(value: bytes, *, signed: bool) -> str:
    return str(int.from_bytes(value, "little", signed=signed))


def _texts(column: pa.ChunkedArray, text: Callable[[Any], str]) -> pa.ChunkedArray:
    values = [None if value is None else text(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(values, pa.string())])
