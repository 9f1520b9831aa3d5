# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of a workbook as files of rows; what is no plain value is refused, never guessed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import polars as pl

from sightline.errors import ImportFileError
from sightline.imports import cells
from sightline.imports.files import File
from sightline.imports.headings import Headings, doubt, headings_of
from sightline.imports.rows import BATCH_ROWS, Batch, Unreadable
from sightline.imports.sheet_scan import name_of
from sightline.imports.workbook import Book, open_book


def sheets_of(file: File, wanted: Sequence[str] = ()) -> list[File]:
    """Return the sheets of a workbook as files; `wanted` ones, or all that a person sees.

    Raises
    ------
    ImportFileError
        The workbook cannot be read, or has no sheet of a name that is wanted.
    """
    book = open_book(file.path)
    for name in wanted:
        if name not in book.names:
            raise ImportFileError(
                f"{file.path} has no sheet {name!r}; it has {', '.join(book.names) or 'none'}."
            )
    seen = [name for name in book.names if name not in book.hidden and book.scans[name].cells]
    chosen = wanted or seen
    if not chosen:
        raise ImportFileError(
            f"{file.path} shows no sheet with values (it has {', '.join(book.names) or 'none'})"
            "; expected rows."
        )
    return [replace(file, sheet=name, book=book) for name in dict.fromkeys(chosen)]


def columns_of(file: File) -> list[str]:
    """Return the headings of a sheet, from left to right."""
    return list(headings_of(_book(file), file.sheet).names.values())


def batches(file: File) -> Iterator[Batch]:
    """Yield the rows of a sheet; numbers of rows are those that a person sees.

    Raises
    ------
    ImportFileError
        It has formulas or merged cells in or below its headings, or cannot be read.
    """
    book = _book(file)
    headings = headings_of(book, file.sheet)
    _refuse_formulas(file, book, headings)
    _refuse_merged(file, book, headings)
    kinds = _kinds(book, file.sheet, headings)
    rows = _rows(book, file.sheet, headings)
    while block := list(islice(rows, BATCH_ROWS)):
        yield _batch(block, headings, kinds, book, file.sheet)


def _batch(
    block: list[tuple[int, list[Any]]],
    headings: Headings,
    kinds: dict[int, pl.DataType],
    book: Book,
    sheet: str,
) -> Batch:
    errors = book.scans[sheet].errors
    good = [(number, row) for number, row in block if number not in errors]
    columns = [
        cells.column(name, [row[i] for _, row in good], kinds[i])
        for i, name in headings.names.items()
    ]
    numbers = pl.Series("row", [number for number, _ in good], pl.Int64)
    frame = pl.DataFrame(columns).with_columns(numbers)
    bad = [
        _unreadable(number, row, errors[number]) for number, row in block if number in errors
    ]
    return Batch(frame, bad)


def _unreadable(number: int, row: list[Any], error: tuple[int, str]) -> Unreadable:
    column, code = error
    reason = f"error_cell: {name_of(number, column)} is {code}; expected a value"
    told = ",".join(cells.text_of(cell) or "" for cell in row)
    return Unreadable(number, "error_cell", reason, told)


def _rows(book: Book, sheet: str, headings: Headings) -> Iterator[tuple[int, list[Any]]]:
    """Yield number and cells of the rows below the headings that are not blank."""
    errors = book.scans[sheet].errors
    for number, row in enumerate(book.rows(sheet), 1):
        if number > headings.row and (number in errors or any(map(_is_filled, row))):
            yield number, row


def _is_filled(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _kinds(book: Book, sheet: str, headings: Headings) -> dict[int, pl.DataType]:
    """Return what each column is, over all rows: one kind for every batch."""
    types: defaultdict[int, set[type]] = defaultdict(set)
    rows = _rows(book, sheet, headings)
    while block := list(islice(rows, BATCH_ROWS)):
        for i in range(len(block[0][1])):
            filled = [(number, row[i]) for number, row in block if _is_filled(row[i])]
            if filled and i not in headings.names:
                cell = name_of(filled[0][0], book.left(sheet) + i)
                why = f"{cell} has a value but no heading in row {headings.row}"
                raise doubt(book, sheet, why)
            types[i] |= {type(cell) for _, cell in filled}
    return {i: cells.kind_of(types[i]) for i in headings.names}


def _refuse_formulas(file: File, book: Book, headings: Headings) -> None:
    formulas = book.scans[file.sheet].formulas
    row = min((row for row in formulas if row >= headings.row), default=0)
    if row:
        raise ImportFileError(
            f"Sheet {file.sheet!r} of {file.path} has a formula in "
            f"{name_of(row, formulas[row])}; expected plain values, for what it last came to "
            "may be out of date. Paste the sheet as values or save it as CSV, and import that."
        )


def _refuse_merged(file: File, book: Book, headings: Headings) -> None:
    for (row, column), (last, other) in book.scans[file.sheet].merged:
        if last >= headings.row:
            raise ImportFileError(
                f"Sheet {file.sheet!r} of {file.path} has merged cells "
                f"{name_of(row, column)}:{name_of(last, other)}; expected one value a cell. "
                "Unmerge them, fill in what they stand for, and import it again."
            )


def _book(file: File) -> Book:
    if file.book is None:
        raise ImportFileError(f"{file.path} is a workbook; name one of its sheets.")
    return file.book
