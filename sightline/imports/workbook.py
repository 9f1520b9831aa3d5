# SPDX-License-Identifier: AGPL-3.0-or-later
"""A workbook opened with care: every part unpacked once, counted and walked through first.

What is read afterwards is a copy of just those parts, so macros, pictures, links to other files
and members that two unpackers would see differently never reach the reader.
"""

import posixpath
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine as calamine

from sightline.errors import ImportFileError
from sightline.imports.files import unreadable
from sightline.imports.sheet_scan import (
    MOST_CELLS,
    MOST_TEXT,
    Scan,
    SheetWalker,
    StringWalker,
    Walker,
    local,
)
from sightline.imports.unpacking import Meter, archive, member

MOST_SHEETS = 200
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of old Excel begin, and new ones with a password."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD_BYTES = 1 << 20
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedstrings.xml"
KEPT = {"[content_types].xml", "_rels/.rels", WORKBOOK, RELATIONS, "xl/styles.xml", STRINGS}


@dataclass(slots=True)
class Book:
    """An open workbook.

    Attributes
    ----------
    names
        Its sheets of cells, in order; charts are left out.
    hidden
        Those that a person does not see.
    scans
        Sheet → what the walk through it found.
    """

    path: Path
    reader: calamine.CalamineWorkbook
    names: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    scans: dict[str, Scan] = field(default_factory=dict)
    _open: tuple[str, calamine.CalamineSheet] | None = None

    def left(self, name: str) -> int:
        """Return the column, from 1, with which the rows of a sheet begin."""
        return (self._sheet(name).start or (0, 0))[1] + 1

    def rows(self, name: str) -> Iterator[list[Any]]:
        """Yield the rows of a sheet from row 1 and the first column with values on.

        Raises
        ------
        ImportFileError
            The sheet is too large or damaged.
        """
        yield from self._sheet(name).iter_rows()

    def _sheet(self, name: str) -> calamine.CalamineSheet:
        """Return a sheet; the last one stays open, for it is read more than once."""
        if self._open and self._open[0] == name:
            return self._open[1]
        scan = self.scans[name]
        if scan.cells > MOST_CELLS or scan.text > MOST_TEXT:
            raise ImportFileError(
                f"Sheet {name!r} of {self.path} has {scan.cells} cells and "
                f"{scan.text >> 20} MiB of text; expected at most {MOST_CELLS} and "
                f"{MOST_TEXT >> 20}. Save it as CSV and import that."
            )
        try:
            self._open = (name, self.reader.get_sheet_by_name(name))
        except (calamine.CalamineError, ValueError, OSError) as error:
            raise _damaged(self.path, error) from error
        return self._open[1]


class _Sheets(Walker):
    """Finds name, relation and state of every sheet in ``workbook.xml``."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.found: list[tuple[str, str, bool]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note a sheet."""
        if local(tag) == "sheet":
            told = {local(key): value for key, value in attributes.items()}
            hidden = told.get("state", "visible") != "visible"
            self.found.append((told.get("name", ""), told.get("id", ""), hidden))


class _Relations(Walker):
    """Finds the part of every sheet of cells."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.parts: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note a relation to a sheet."""
        is_sheet = attributes.get("Type", "").endswith("/worksheet")
        if local(tag) == "Relationship" and is_sheet:
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            self.parts[attributes.get("Id", "")] = part.lstrip("/").lower()


def open_book(path: Path) -> Book:
    """Open the workbook at `path`.

    Raises
    ------
    ImportFileError
        It is none, is damaged, protected, or unpacks to too much.
    """
    _check_head(path)
    try:
        with (
            archive(path) as packed,
            tempfile.NamedTemporaryFile(suffix=".xlsx") as copy,
        ):
            scans, parts = _copied(path, packed, copy.name)
            reader = calamine.CalamineWorkbook.from_path(copy.name)
    except calamine.CalamineError as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error
    book = Book(path, reader)
    readable = set(reader.sheet_names)
    for name, part, hidden in parts:
        if part in scans and name in readable:
            book.names.append(name)
            book.scans[name] = scans[part]
            book.hidden |= {name} if hidden else set()
    return book


def _copied(
    path: Path, packed: zipfile.ZipFile, target: str
) -> tuple[dict[str, Scan], list[tuple[str, str, bool]]]:
    """Walk through the parts that hold cells, and copy them.

    Return what was found in each part, and name, part and state of each sheet.
    """
    infos = {info.filename.lower(): info for info in packed.infolist()}
    if WORKBOOK not in infos or RELATIONS not in infos:
        raise _damaged(path, "it has no xl/workbook.xml")
    meter = Meter(path, path.stat().st_size)
    sheets, relations = _Sheets(str(path)), _Relations(str(path))
    strings = StringWalker(f"The texts of {path}")
    walkers = {WORKBOOK: sheets, RELATIONS: relations, STRINGS: strings}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:

        def walk(name: str, walker: Walker) -> None:
            with copy.open(infos[name].filename, "w", force_zip64=True) as out:
                for chunk in walker.walk(member(path, packed, infos[name], meter)):
                    out.write(chunk)

        for name in sorted(KEPT & infos.keys()):
            walk(name, walkers.get(name) or Walker(f"{path} ({name})"))
        if len(sheets.found) > MOST_SHEETS:
            raise ImportFileError(
                f"{path} has {len(sheets.found)} sheets; expected at most {MOST_SHEETS}. Split "
                "it."
            )
        found = [(name, relations.parts.get(key, ""), h) for name, key, h in sheets.found]
        scans: dict[str, Scan] = {}
        for name, part, _ in found:
            if part in infos and part not in scans:
                walker = SheetWalker(f"Sheet {name!r} of {path}", strings.lengths)
                walk(part, walker)
                scans[part] = walker.scan
    return scans, found


def _check_head(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.startswith(COMPOUND):
        return
    if ENCRYPTED in head:
        raise ImportFileError(
            f"{path} is protected with a password; save it without one and import that."
        )
    raise ImportFileError(
        f"{path} is a workbook of old Excel (.xls) under another name; save it as .xlsx."
    )


def _damaged(path: Path, error: object) -> ImportFileError:
    what = " ".join(str(error).split()).rstrip(".")
    return ImportFileError(
        f"{path} is no workbook that can be read: {what}. Nothing of it was imported; save it "
        "again as .xlsx."
    )
