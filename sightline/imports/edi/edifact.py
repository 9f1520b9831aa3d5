# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an EDIFACT interchange is written: UNA states its delimiters, UNB its characters.

pydifact takes segments apart (its `Tokenizer`, and `Parser` for composites), one at a time; its
way of reading files is not used (see `sightline.imports.edi.tape`).
"""

import re
from io import BytesIO

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from sightline.imports.edi.envelope import Envelope, Role, SetHeader
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.tape import Tape
from sightline.imports.edi.text import decoded
from sightline.imports.edi.times import parsed

UNA_BYTES = 9
HEADER_MOST = 1024
"""Bytes within which UNB has to end; its elements come to 200."""
DEFAULT = b":+.? '"
NO_RELEASE = "\x00"
"""No character of a segment, for interchanges whose UNA gives a space: nothing is released."""
DECIMAL_IGNORED = "4"
"""From this syntax version on both marks are right, whatever UNA says (ISO 9735-1)."""
ROLES: dict[str, Role] = {
    "UNG": "group",
    "UNH": "set",
    "UNT": "set_end",
    "UNE": "group_end",
    "UNZ": "end",
}
TAG = re.compile("[A-Z]{3}")
PARSER = Parser()
CHARSETS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}


class EdifactSyntax:
    """One interchange, from its UNB on."""

    roles = ROLES

    def __init__(self, advice: bytes, encoding: str) -> None:
        component, element, mark, release, _, end = (chr(byte) for byte in advice)
        self._mark = mark
        self._encoding = "latin-1"
        escape = NO_RELEASE if release == " " else release
        self._characters = Characters.from_str(f"UNA{component}{element}{mark}{escape} {end}")
        self._given = encoding
        self.terminator = end.encode("latin-1")
        self.release = b"" if release == " " else release.encode("latin-1")
        self.first: Segment
        self.envelope: Envelope

    def begin(self, header: bytes, *, has_advice: bool) -> None:
        """Read the UNB, of which the other segments depend."""
        self.first = self.segment(header)
        if self.first.tag != "UNB":
            raise Refused("bad_header", f"{self.first.raw[:40]!r} is no UNB; expected one")
        name, version = self.first.at(1), self.first.at(1, 2)
        if not self._given and name not in CHARSETS:
            raise Refused(
                "bad_header",
                f"UNB names the character set {name!r}; expected one of {', '.join(CHARSETS)}, "
                "or `encoding:` in the mapping",
            )
        self._encoding = self._given or CHARSETS[name]
        is_fixed = has_advice and version < DECIMAL_IGNORED and self._mark in ".,"
        self.first = self.segment(header)
        self.envelope = _envelope(self.first, self._mark if is_fixed else ".,")

    def segment(self, text: bytes) -> Segment:
        """Take a segment apart; raise Refused when it is none."""
        marks = self._characters
        but = marks.component_separator + marks.data_separator
        raw = decoded(text, self._encoding, but=but)
        whole = raw + marks.segment_terminator
        try:
            tokens = Tokenizer().get_tokens(whole, marks)
            parts = next(PARSER.convert_tokens_to_raw_segments(tokens), [])
        except EDISyntaxError as error:
            raise Refused(
                "no_segment", f"{raw[:40]!r} cannot be taken apart ({error})"
            ) from error
        elements = [[each] if isinstance(each, str) else list(each) for each in parts]
        tag = elements[0][0] if elements else ""
        if not TAG.fullmatch(tag):
            raise Refused("no_segment", f"{raw[:40]!r} begins with no EDIFACT segment name")
        return Segment(tag, elements[1:], raw)

    def group_control(self, segment: Segment) -> str:
        """Return the group's reference in UNG or UNE."""
        return segment.at(5) if segment.tag == "UNG" else segment.at(2)

    def set_header(self, segment: Segment) -> SetHeader:
        """Return the message's type and reference."""
        return SetHeader(kind=segment.at(2), control=segment.at(1))


def read_header(tape: Tape, encoding: str) -> EdifactSyntax:
    """Read the UNA, if any, and the UNB that come next.

    Raises
    ------
    Refused
        UNA's characters cannot be told apart, or no whole UNB follows.
    """
    ahead = tape.peek(HEADER_MOST)
    has_advice = ahead[:3] == b"UNA"
    advice = ahead[3:UNA_BYTES] if has_advice else DEFAULT
    _check(advice)
    start = UNA_BYTES if has_advice else 0
    probe = Tape(BytesIO(ahead[start:]))
    syntax = EdifactSyntax(advice, encoding)
    header = probe.segment(syntax.terminator, syntax.release)
    if header is None or not header.is_ended:
        raise Refused("bad_header", "UNB is cut off or missing; fetch the interchange again")
    syntax.begin(header.text, has_advice=has_advice)
    tape.skip(start + probe.position)
    return syntax


def _check(advice: bytes) -> None:
    component, element, _, release, _, end = (advice[at : at + 1] for at in range(6))
    used = [component, element, end] + ([release] if release != b" " else [])
    if len(set(used)) < len(used) or any(not b or b.isalnum() or b >= b"\x80" for b in used):
        raise Refused(
            "bad_header", f"UNA gives {advice!r}; expected six signs such as {DEFAULT!r}"
        )


def _envelope(unb: Segment, marks: str) -> Envelope:
    stated = unb.at(4) + unb.at(4, 2)
    sent = parsed(stated, "%y%m%d%H%M") or parsed(stated, "%Y%m%d%H%M")
    return Envelope(
        standard="EDIFACT",
        sender=unb.at(2),
        receiver=unb.at(3),
        control=unb.at(5),
        sent=sent,
        is_test=unb.at(11) == "1",
        marks=marks,
    )
