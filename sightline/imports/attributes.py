# SPDX-License-Identifier: AGPL-3.0-or-later
"""Further attributes of an activity as canonical JSON, the same from XES and from Parquet.

Times are UTC, whole numbers have no point, what is null is left out.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import polars as pl

from sightline.imports import texts
from sightline.imports.canonical import moment_json
from sightline.imports.times import in_zone

WHOLE_LIMIT = 2**53


def of_row(values: dict[str, Any]) -> str | None:
    """Return the attributes of one row, null when it has none.

    >>> of_row({"b": 2.0, "a": None, "c": "x"})
    '{"b":2,"c":"x"}'
    """
    plain = {key: _plain(value) for key, value in values.items() if value is not None}
    if not plain:
        return None
    return msgspec.json.encode(plain, order="deterministic").decode()


def of_columns(columns: dict[str, pl.Series], rows: int, *, zone: str) -> pl.Series:
    """Return the attributes in `columns`, row by row, null where a row has none."""
    if not columns:
        return pl.Series([None] * rows, dtype=pl.String)
    parts: dict[str, texts.Part] = {
        name: _json(values, zone) for name, values in columns.items()
    }
    whole = texts.object_of(parts, rows)
    return whole.set(whole == "{}", None)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_LIMIT:
        return int(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    return value


def _json(values: pl.Series, zone: str) -> pl.Series:
    kind = values.dtype
    if kind.is_float():
        return _floats(values)
    if kind.is_integer() or kind == pl.Boolean:
        return values.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        stamps = values if kind.time_zone else in_zone(values, zone)
        return moment_json(stamps.dt.convert_time_zone("UTC").dt.epoch("ms"))
    return texts.quoted(values.cast(pl.String))


def _floats(values: pl.Series) -> pl.Series:
    known = values.cast(pl.Float64).fill_nan(None)
    distinct = known.drop_nulls().unique()
    written = [texts.constant(_plain(value)) for value in distinct.to_list()]
    return known.replace_strict(distinct, written, default=None, return_dtype=pl.String)
