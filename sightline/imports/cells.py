# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells of a sheet as columns: numbers as people see them, dates as dates, blanks as null."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

WHOLE_LIMIT = 1 << 53
DAYS = {date, datetime}


def kind_of(types: set[type]) -> pl.DataType:
    """Return what a column is that holds cells of `types` (blank texts are none of them).

    Only dates: a date; dates and times: a time; whatever else: text.
    """
    if types == {date}:
        return pl.Date()
    if types and types <= DAYS:
        return pl.Datetime("ms")
    return pl.String()


def column(name: str, cells: Sequence[Any], kind: pl.DataType) -> pl.Series:
    """Return `cells` as a column."""
    if kind == pl.Date:
        return pl.Series(name, [cell or None for cell in cells], kind)
    if kind == pl.Datetime:
        return pl.Series(name, [_moment(cell) for cell in cells], kind)
    return pl.Series(name, [text_of(cell) for cell in cells], kind)


def text_of(cell: Any) -> str | None:
    """Return a cell as text, None where it is blank.

    Numbers have the 15 digits that spreadsheets show, so 43.227199999999996 is 43.2272; a date
    among texts is ISO 8601 with a T, which every column of times understands.

    >>> [text_of(each) for each in (12.0, 0.1 + 0.2, True, " ", date(2024, 1, 2))]
    ['12', '0.3', 'true', None, '2024-01-02T00:00:00']
    """
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, timedelta):
        return _span(cell)
    if isinstance(cell, time):
        return cell.isoformat("auto")
    moment = _moment(cell)
    return None if moment is None else moment.isoformat()


def _number(value: float) -> str:
    is_whole = abs(value) < WHOLE_LIMIT and value == int(value)
    return str(int(value)) if is_whole else f"{value:.15g}"


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    return datetime.combine(cell, time()) if isinstance(cell, date) else None


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
