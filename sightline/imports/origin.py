# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a refused row came from: kept with it, so that it can become events later.

With the file's hash, the row's number and the mapping, the same row gives the same event ids.
"""

from collections.abc import Mapping as Given
from typing import Any

import msgspec
import polars as pl


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file, the row and the mapping of a refused row.

    Attributes
    ----------
    file
        Name of the file, for people.
    sha256
        What stands for the file in the ids of its events.
    row
        Number of the row, from 1.
    mapping
        Name of a shipped mapping or path of a file; "" where the file needed none.
    options
        Top-level keys of the mapping that the import replaced.
    types
        Column → type, of columns that JSON knows as texts only; None for a row that could not
        be taken apart.
    """

    file: str
    sha256: str
    row: int
    mapping: str = ""
    options: dict[str, str] = {}
    types: dict[str, str] | None = None

    @property
    def is_row(self) -> bool:
        """Tell whether the row was read: its mapping can be tried on it again."""
        return self.types is not None and bool(self.mapping)


def types_of(rows: pl.DataFrame) -> dict[str, str]:
    """Return the types of the columns that JSON would make texts of.

    >>> types_of(pl.DataFrame({"a": ["x"]}, schema={"a": pl.Date}, strict=False))
    {'a': 'date'}
    """
    named = {name: _named(kind) for name, kind in rows.schema.items()}
    return {name: kind for name, kind in named.items() if kind}


def frame_of(rows: list[dict[str, Any]], types: Given[str, str]) -> pl.DataFrame:
    """Return rows that were kept as JSON as a frame with the types that they had."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = [_column(name, [row.get(name) for row in rows], types) for name in names]
    return pl.DataFrame(columns)


def _named(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Decimal):
        return f"decimal {kind.scale}"
    if isinstance(kind, pl.Datetime):
        return "moment" if kind.time_zone else "datetime"
    return "date" if kind == pl.Date else "time" if kind == pl.Time else ""


def _column(name: str, values: list[Any], types: Given[str, str]) -> pl.Series:
    kind, _, scale = types.get(name, "").partition(" ")
    if kind:
        texts = pl.Series(name, values, pl.String, strict=False)
        return texts.str.to_decimal(scale=int(scale)) if scale else _moments(texts, kind)
    plain = pl.Series(name, values, strict=False)
    return plain.cast(pl.String) if plain.dtype == pl.Null else plain


def _moments(texts: pl.Series, kind: str) -> pl.Series:
    if kind == "date":
        return texts.str.to_date(strict=False)
    if kind == "time":
        return texts.str.to_time(strict=False)
    zone = "UTC" if kind == "moment" else None
    return texts.str.to_datetime(time_unit="us", time_zone=zone, strict=False)
