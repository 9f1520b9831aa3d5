# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches of rows, whatever the file: the shape that every reader yields."""

from dataclasses import dataclass, field

import polars as pl

from sightline.errors import ImportFileError

BATCH_ROWS = 65_536
MOST_COLUMNS = 5_000


def check_width(label: str, columns: int) -> None:
    """Refuse a table that is wider than any mapping is long.

    Raises
    ------
    ImportFileError
        It has more than `MOST_COLUMNS` columns.
    """
    if columns > MOST_COLUMNS:
        raise ImportFileError(
            f"{label} has {columns} columns; expected at most {MOST_COLUMNS}. Turn columns "
            "into rows, or split it."
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be taken apart: number, code, what is wrong, its text."""

    row: int
    code: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a file, in file order.

    Attributes
    ----------
    frame
        The file's columns and ``row``, the number of the row from 1 (the header is none).
    unreadable
        Rows between those of the frame that are no rows.
    """

    frame: pl.DataFrame
    unreadable: list[Unreadable] = field(default_factory=list)
