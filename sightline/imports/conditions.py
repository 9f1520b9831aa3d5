# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rows a condition of a mapping holds for; a comparison with nothing never holds."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from sightline.imports.mapping import Condition

TIME = "time"


def holding(condition: Condition, rows: pl.DataFrame, *, as_of: int | None) -> pl.Series:
    """Return one boolean per row, never null.

    Parameters
    ----------
    rows
        The file's columns; ``time`` tests look at ``__time``, milliseconds.
    as_of
        The mapping's ``as_of`` in milliseconds.
    """
    return reduce(
        or_,
        (
            reduce(and_, (_tested(rows, column, *test, as_of) for column, test in tests))
            for tests in condition.alternatives
        ),
    )


def numeric_columns(conditions: Iterable[Condition]) -> list[str]:
    """Return the columns that `conditions` compare as numbers."""
    found = [
        column
        for condition in conditions
        for tests in condition.alternatives
        for column, (name, value) in tests
        if name in {"above", "below"} or (name == "is" and is_number(value))
    ]
    return list(dict.fromkeys(found))


def is_number(value: Any) -> bool:
    """Tell whether a test's value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tested(
    rows: pl.DataFrame, column: str, name: str, value: Any, as_of: int | None
) -> pl.Series:
    if column == TIME:
        times = rows["__time"]
        mask: pl.Series = times <= as_of if name == "until" else times > as_of
    else:
        mask = TESTS[name](rows[column], value)
    held: pl.Series = mask.fill_null(value=False)
    return held


def _is(column: pl.Series, value: Any) -> pl.Series:
    same: pl.Series
    if is_number(value):
        same = _numbers(column) == value
    else:
        same = column.cast(pl.String) == str(value)
    return same


def _empty(column: pl.Series, value: Any) -> pl.Series:
    blank = column.is_null()
    if column.dtype == pl.String:
        blank = blank | (column.str.strip_chars() == "")
    return blank == bool(value)


def _numbers(column: pl.Series) -> pl.Series:
    return column.cast(pl.Float64, strict=False)


TESTS: dict[str, Callable[[pl.Series, Any], pl.Series]] = {
    "above": lambda column, value: _numbers(column) > value,
    "below": lambda column, value: _numbers(column) < value,
    "is": _is,
    "in": lambda column, value: column.cast(pl.String).is_in([str(each) for each in value]),
    "starts": lambda column, value: column.cast(pl.String).str.starts_with(str(value)),
    "empty": _empty,
}
