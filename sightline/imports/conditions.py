# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rows a condition of a mapping holds for; a comparison with nothing never holds."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from sightline.imports.mapping import Condition
from sightline.imports.numerals import plain

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
            reduce(
                and_,
                (
                    _tested(rows, column, *test, as_of, condition.number)
                    for column, test in tests
                ),
            )
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


def numbers(column: pl.Series, style: str) -> pl.Series:
    """Return `column`, written in `style`, as floats; null where there is no number."""
    if style and column.dtype == pl.String:
        column = plain(column, style)
    return column.cast(pl.Float64, strict=False)


def _tested(  # noqa: PLR0913, PLR0917  a test, and all that it may look at
    rows: pl.DataFrame, column: str, name: str, value: Any, as_of: int | None, style: str
) -> pl.Series:
    if column == TIME:
        times = rows["__time"]
        mask: pl.Series = times <= as_of if name == "until" else times > as_of
    elif name in {"above", "below"} or (name == "is" and is_number(value)):
        mask = COMPARED[name](numbers(rows[column], style), value)
    elif name == "same":
        mask = rows[column].cast(pl.String) == rows[str(value)].cast(pl.String)
    else:
        mask = TESTS[name](rows[column], value)
    held: pl.Series = mask.fill_null(value=False)
    return held


def _empty(column: pl.Series, value: Any) -> pl.Series:
    blank = column.is_null()
    if column.dtype == pl.String:
        blank = blank | (column.str.strip_chars() == "")
    return blank == bool(value)


Test = Callable[[pl.Series, Any], pl.Series]
COMPARED: dict[str, Test] = {
    "above": lambda column, value: column > value,
    "below": lambda column, value: column < value,
    "is": lambda column, value: column == value,
}
TESTS: dict[str, Test] = {
    "is": lambda column, value: column.cast(pl.String) == str(value),
    "in": lambda column, value: column.cast(pl.String).is_in([str(each) for each in value]),
    "starts": lambda column, value: column.cast(pl.String).str.starts_with(str(value)),
    "empty": _empty,
}
