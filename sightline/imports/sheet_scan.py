# SPDX-License-Identifier: AGPL-3.0-or-later
"""A first walk through a sheet's XML: how large it is, and what in it is no plain value.

No entity is expanded: a document type is refused where it begins. What is counted here bounds
the memory that reading the sheet takes, so it happens before anything is read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from sightline.errors import ImportFileError

MOST_CELLS = 20_000_000
MOST_TEXT = 512 << 20
MOST_PENDING = 32 << 20
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
VALUES = {"v", "is", "f"}
Place = tuple[int, int]


@dataclass(slots=True)
class Scan:
    """What a walk through one sheet found; rows and columns count from 1.

    Attributes
    ----------
    low, high
        Corners of the area that has values.
    formulas
        Row → column of its first formula.
    merged
        First and last place of merged cells.
    errors
        Row → column and code (#N/A …) of its first error.
    text
        Bytes of all texts, each as often as it is shown.
    """

    low: Place = (1 << 30, 1 << 30)
    high: Place = (0, 0)
    formulas: dict[int, int] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    errors: dict[int, tuple[int, str]] = field(default_factory=dict)
    text: int = 0

    @property
    def cells(self) -> int:
        """Return the size of the area, filled or not."""
        return max(0, self.high[0] - self.low[0] + 1) * max(0, self.high[1] - self.low[1] + 1)


class Walker:
    """Walks through the XML of a sheet, a workbook, styles or shared strings."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.characters

    def walk(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """Walk through `chunks` and pass each on.

        Raises
        ------
        ImportFileError
            It is no XML, has a document type, or one value without end.
        """
        fed = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > MOST_PENDING:
                    raise ImportFileError(
                        f"{self._where} has one value of more than {MOST_PENDING >> 20} MiB; "
                        "expected cells. Nothing was imported."
                    )
                yield chunk
            self._parser.Parse(b"", True)  # noqa: FBT003  expat takes no keywords
        except expat.ExpatError as error:
            raise ImportFileError(
                f"{self._where} is damaged: {error}. Nothing was imported; save it again."
            ) from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def characters(self, text: str) -> None:
        """Take text."""

    def _doctype(self, *_: object) -> None:
        raise ImportFileError(
            f"{self._where} has a DOCTYPE, which no spreadsheet program writes; nothing was "
            "imported. Save it again as .xlsx."
        )


class StringWalker(Walker):
    """Measures shared strings."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.lengths: list[int] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a string."""
        del attributes
        if local(tag) == "si":
            self._length = 0

    def end(self, tag: str) -> None:
        """End a string."""
        if local(tag) == "si":
            self.lengths.append(self._length)

    def characters(self, text: str) -> None:
        """Measure a part of it."""
        self._length += len(text)


class SheetWalker(Walker):
    """Fills a `Scan`; `strings` are the lengths of the shared strings."""

    def __init__(self, where: str, strings: list[int]) -> None:
        super().__init__(where)
        self.scan = Scan()
        self._strings = strings
        self._row = self._column = 0
        self._kind = ""
        self._text: list[str] = []
        self._reads = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where it is and what it is."""
        name = tag.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in VALUES:
            self._begin_value(name)
        elif name == "row":
            self._begin_row(attributes.get("r", str(self._row + 1)))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        """Judge the value of a cell."""
        if self._reads and tag.rpartition(":")[2] in {"v", "is"}:
            self._judge("".join(self._text))
            self._text.clear()
            self._reads = False

    def characters(self, text: str) -> None:
        """Collect the value of a cell."""
        if self._reads:
            self._text.append(text)

    def _begin_row(self, number: str) -> None:
        self._row = int(number) if number.isdecimal() else self._nowhere(number)[0]
        self._column = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place:
            self._row, self._column = place_of(place) or self._nowhere(place)
        else:
            self._column += 1
        self._kind = attributes.get("t", "")

    def _begin_value(self, name: str) -> None:
        scan = self.scan
        if name == "f":
            scan.formulas.setdefault(self._row, self._column)
        else:
            self._reads = self._kind not in {"", "n", "b", "d"}
        (top, left), (bottom, right) = scan.low, scan.high
        scan.low = (min(top, self._row), min(left, self._column))
        scan.high = (max(bottom, self._row), max(right, self._column))

    def _judge(self, text: str) -> None:
        if self._kind == "e":
            self.scan.errors.setdefault(self._row, (self._column, text))
        elif self._kind == "s" and text.isdecimal() and int(text) < len(self._strings):
            self.scan.text += self._strings[int(text)]
        else:
            self.scan.text += len(text)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        corner = place_of(first) or self._nowhere(first)
        self.scan.merged.append((corner, place_of(last) or corner))

    def _nowhere(self, place: str) -> Place:
        raise ImportFileError(
            f"{self._where} has a cell at {place[:20]!r}; expected a place such as B7. Save it "
            "again as .xlsx."
        )


def local(tag: str) -> str:
    """Return a tag without its prefix."""
    return tag.rpartition(":")[2]


def place_of(text: str) -> Place | None:
    """Return row and column of a place such as B7, None if it is none.

    >>> place_of("AB12")
    (12, 28)
    """
    match = PLACE.fullmatch(text)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def name_of(row: int, column: int) -> str:
    """Return the name of a place.

    >>> name_of(12, 28)
    'AB12'
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
