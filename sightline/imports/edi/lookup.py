# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parties, dates and references of a section: the same questions to both standards."""

from collections.abc import Iterable
from typing import NamedTuple

from sightline.imports.edi.segment import Segment
from sightline.imports.edi.times import When, edifact_when, x12_when


class Parties(NamedTuple):
    """Codes (else names) of parties by role: N101 of X12, 3035 of EDIFACT."""

    codes: dict[str, str]

    def first(self, *roles: str) -> str:
        """Return the party in the first of `roles` that is named, "" when none is."""
        return next((self.codes[role] for role in roles if role in self.codes), "")


def parties(*sections: Iterable[Segment]) -> Parties:
    """Return the parties; those of earlier sections win."""
    found: dict[str, str] = {}
    for section in sections:
        for segment in section:
            if segment.tag == "N1":
                found.setdefault(segment.at(1), segment.at(4) or segment.at(2))
            elif segment.tag == "NAD":
                found.setdefault(segment.at(1), segment.at(2) or segment.at(4))
    return Parties({role: code for role, code in found.items() if code})


def date_of(wanted: Iterable[str], *sections: Iterable[Segment]) -> When | None:
    """Return the date with the first of the `wanted` qualifiers; the others are not read.

    Raises
    ------
    Refused
        It is no date.
    """
    stated: dict[str, Segment] = {}
    for section in sections:
        for segment in section:
            if segment.tag == "DTM":
                stated.setdefault(segment.at(1), segment)
    for qualifier in wanted:
        if qualifier in stated:
            found = stated[qualifier]
            when = _edifact(found) if len(found.elements) == 1 else _x12(found)
            if when:
                return when
    return None


def references(*sections: Iterable[Segment]) -> dict[str, str]:
    """Return references by qualifier, of X12's REF and EDIFACT's RFF; earlier sections win."""
    found: dict[str, str] = {}
    for section in sections:
        for segment in section:
            value = {"REF": segment.at(2), "RFF": segment.at(1, 2)}.get(segment.tag)
            if value:
                found.setdefault(segment.at(1), value)
    return found


def only(section: Iterable[Segment], tag: str) -> Segment:
    """Return the first segment called `tag`, an empty one when there is none."""
    return next((each for each in section if each.tag == tag), Segment(tag, [], ""))


def item_codes(section: Iterable[Segment]) -> dict[str, str]:
    """Return EDIFACT's item codes by qualifier: the one in LIN, then those in PIA."""
    found: dict[str, str] = {}
    for segment in section:
        places = {"LIN": (3,), "PIA": range(2, len(segment.elements) + 1)}.get(segment.tag, ())
        for at in places:
            if segment.at(at):
                found.setdefault(segment.at(at, 2), segment.at(at))
    return found


def line_number(text: str) -> str:
    """Return a line's number without zeros in front, as every partner pads differently.

    Examples
    --------
    >>> line_number("00010"), line_number("A1"), line_number("000")
    ('10', 'A1', '0')
    """
    return (text.lstrip("0") or "0") if text.isdigit() else text


def _x12(segment: Segment) -> When | None:
    return x12_when(segment.at(2), segment.at(3), f"DTM02 ({segment.at(1)})", segment.at(4))


def _edifact(segment: Segment) -> When | None:
    qualifier, text, form = (segment.at(1, part) for part in (1, 2, 3))
    return edifact_when(text, form, f"DTM 2380 ({qualifier})")
