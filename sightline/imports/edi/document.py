# SPDX-License-Identifier: AGPL-3.0-or-later
"""A set becomes rows: each line of it is some events, or refused."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sightline.imports.edi.context import Context
from sightline.imports.edi.frame import Frame
from sightline.imports.edi.profile import Profile
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment

Section = list[Segment]
ENDS = frozenset({"CTT", "SE", "UNS", "CNT", "UNT"})
"""Segments with which the lines of any document are over."""
LONGEST_HEADER = 1024
"""Characters of a document's header that are kept with each of its lines that is refused."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has an id: short type, time in UTC, data."""

    type: str
    time: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a document, or a whole set that is refused.

    Attributes
    ----------
    number
        Place in its set, from 1; 0 for the whole set.
    raw
        Of a refused line, its segments after those of the document's header.
    """

    number: int
    drafts: list[Draft]
    refused: Refused | None = None
    raw: str = ""


class Document(ABC):
    """One document of a set, made of what stands before its first line.

    Making one raises Refused when the document cannot be taken.

    Attributes
    ----------
    starts
        Segments with which a line begins.
    """

    starts: ClassVar[frozenset[str]]

    @abstractmethod
    def __init__(self, context: Context, header: Section) -> None:
        """Read the header."""

    @abstractmethod
    def line(self, section: Section) -> list[Draft] | None:
        """Return the events of a line, None where it only explains those that follow.

        Raises
        ------
        Refused
            The line becomes no event.
        """


def rows_of(
    frame: Frame, profile: Profile, documents: dict[str, type[Document]]
) -> Iterator[Row]:
    """Yield what becomes of a set; at least one row, so that no set is lost silently."""
    context = Context(frame.envelope, profile)
    try:
        kind = _kind(frame, profile, documents)
        sections = _sections(frame, kind.starts | ENDS)
        header = next(sections, [])
        document = kind(context, header)
    except Refused as refused:
        yield Row(0, [], refused, frame.kept.text())
        return
    number = 0
    about = _text(header)[:LONGEST_HEADER]
    for section in sections:
        row = _row(document, section, number + 1, about)
        if row:
            number += 1
            yield row
    if not number:
        yield Row(0, [], Refused("no_lines", "the document has no line"), frame.kept.text())


def _kind(
    frame: Frame, profile: Profile, documents: dict[str, type[Document]]
) -> type[Document]:
    if frame.refused:
        raise frame.refused
    if frame.kind not in documents:
        known = ", ".join(documents)
        text = f"{frame.kind[:20]!r} is not read; expected one of {known}"
        raise Refused("unknown_document", text)
    if frame.envelope.is_test and not profile.takes_tests:
        advice = "take it with `test: true` in the mapping"
        raise Refused("test_interchange", f"the sender marks it as a test; {advice}")
    return documents[frame.kind]


def _row(document: Document, section: Section, number: int, about: str) -> Row | None:
    if section[0].tag in ENDS:
        return None
    try:
        drafts = document.line(section)
    except Refused as refused:
        return Row(number, [], refused, f"{about}\n{_text(section)}")
    return None if drafts is None else Row(number, drafts)


def _text(section: Section) -> str:
    return "\n".join(each.raw for each in section)


def _sections(frame: Frame, starts: frozenset[str]) -> Iterator[Section]:
    """Yield the header, then the lines; the trailer belongs to neither."""
    section: Section = []
    for segment in frame.segments():
        if segment.tag in starts:
            yield section
            section = []
        section.append(segment)
    yield section
