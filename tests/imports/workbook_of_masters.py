# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of docs/examples/master as one workbook: ``python workbook_of_masters.py``."""

import csv
import sys
from pathlib import Path

import openpyxl

FOLDER = Path(__file__).parents[2] / "docs" / "examples" / "master"
BOOK = FOLDER / "master-data.xlsx"


def write(book: Path) -> None:
    """Write every table as a sheet of `book`; all cells are texts, as in the files."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for file in sorted(FOLDER.glob("*.csv")):
        sheet = made.create_sheet(file.stem)
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                sheet.append([cell or None for cell in row])
    made.save(book)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else BOOK)
