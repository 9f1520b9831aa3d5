# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the table of a sheet begins: the row of its headings, where that is beyond doubt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sightline.errors import ImportFileError
from sightline.imports.cells import text_of
from sightline.imports.rows import check_width
from sightline.imports.sheet_scan import name_of
from sightline.imports.workbook import Book

SEARCHED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of the headings (from 1), and column (from 0 in its rows) → heading."""

    row: int
    names: dict[int, str]


def headings_of(book: Book, sheet: str) -> Headings:
    """Return the headings of `sheet`, which begins with titles or with them.

    They stand in the first row that has two or more values, or one value where no row has
    more; what is above it can only be a title.

    Raises
    ------
    ImportFileError
        The sheet has no values, or it is not clear which row the headings are.
    """
    rows = list(_filled_rows(book, sheet))
    if not rows:
        raise ImportFileError(f"Sheet {sheet!r} of {book.path} is empty; expected rows.")
    widest = max(len(filled) for _, filled in rows)
    place, names = next(each for each in rows if len(each[1]) >= min(widest, 2))
    check_width(f"Sheet {sheet!r} of {book.path}", len(names))
    _check(book, sheet, place, names)
    return Headings(place, names)


def _filled_rows(book: Book, sheet: str) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield number and values of the first rows that have any."""
    found = ((i, _filled(row)) for i, row in enumerate(book.rows(sheet), 1))
    return islice(((i, filled) for i, filled in found if filled), SEARCHED_ROWS)


def _filled(row: list[Any]) -> dict[int, str]:
    texts = (
        (i, str(each) if type(each) is date else text_of(each)) for i, each in enumerate(row)
    )
    return {i: " ".join(text.split()) for i, text in texts if text is not None}


def _check(book: Book, sheet: str, row: int, names: dict[int, str]) -> None:
    left = book.left(sheet)
    seen: dict[str, int] = {}
    for column, name in names.items():
        if name in seen:
            first = name_of(row, left + seen[name])
            here = name_of(row, left + column)
            raise doubt(book, sheet, f"{first} and {here} are both {name!r}")
        seen[name] = column
    if not any(name.strip("0123456789.,-:/ ") for name in names.values()):
        raise doubt(book, sheet, f"row {row} has numbers only")


def doubt(book: Book, sheet: str, why: str) -> ImportFileError:
    """Say why it is not clear what the headings of `sheet` are."""
    return ImportFileError(
        f"Sheet {sheet!r} of {book.path}: cannot tell its headings, for {why}; keep one row of "
        "headings above the data and remove what is above it."
    )
