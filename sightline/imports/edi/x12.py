# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an X12 interchange is written: its delimiters stand in the 106 bytes of its ISA.

pyx12 takes segments apart (`pyx12.segment.Segment`). Its reader of files is not used: it cuts
unsafely (see `sightline.imports.edi.tape`) and knows versions 00401 and 00501 only.
"""

import re

from pyx12.segment import Segment as X12Segment

from sightline.imports.edi.envelope import Envelope, Role, SetHeader
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.tape import Tape
from sightline.imports.edi.text import decoded
from sightline.imports.edi.times import parsed

ISA_BYTES = 106
SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
ROLES: dict[str, Role] = {
    "GS": "group",
    "ST": "set",
    "SE": "set_end",
    "GE": "group_end",
    "IEA": "end",
}
TAG = re.compile("[A-Z][A-Z0-9]{1,2}")
ENCODING = "utf-8"


class X12Syntax:
    """One interchange, from its ISA on."""

    release = b""
    roles = ROLES

    def __init__(self, header: bytes, encoding: str) -> None:
        self._encoding = encoding or ENCODING
        self._delimiters = header[3:4].decode(), header[104:105].decode()
        self.terminator = header[105:106]
        self.first = self.segment(header[:-1])
        self.envelope = _envelope(self.first)

    def segment(self, text: bytes) -> Segment:
        """Take a segment apart; raise Refused when it is none."""
        raw = decoded(text, self._encoding, but="".join(self._delimiters))
        separator, component = self._delimiters
        if raw.startswith("ISA"):  # its last element is the component separator itself
            tag, *rest = raw.split(separator)
            return Segment(tag, [[each] for each in rest], raw)
        taken = X12Segment(raw, self.terminator.decode(), separator, component)
        tag = taken.get_seg_id() or ""
        if not TAG.fullmatch(tag):
            raise Refused("no_segment", f"{raw[:40]!r} begins with no X12 segment name")
        elements = [[part.get_value() for part in each.elements] for each in taken.elements]
        return Segment(tag, elements, raw)

    def group_control(self, segment: Segment) -> str:
        """Return GS06 or GE02."""
        return segment.at(6) if segment.tag == "GS" else segment.at(2)

    def set_header(self, segment: Segment) -> SetHeader:
        """Return ST01 and ST02."""
        return SetHeader(kind=segment.at(1), control=segment.at(2))


def read_header(tape: Tape, encoding: str) -> X12Syntax:
    """Read the ISA that comes next.

    Raises
    ------
    Refused
        It is cut off, not 106 bytes long, or its delimiters cannot be told apart.
    """
    header = tape.peek(ISA_BYTES)
    if len(header) < ISA_BYTES:
        raise Refused("bad_header", f"ISA is cut off after {len(header)} of {ISA_BYTES} bytes")
    odd = [at for at in SEPARATORS if header[at : at + 1] != header[3:4]]
    delimiters = {header[3:4], header[104:105], header[105:106]}
    if odd or len(delimiters) < 3 or any(b.isalnum() or b >= b"\x80" for b in delimiters):  # noqa: PLR2004  three delimiters
        at = f"at byte {odd[0]}" if odd else "its delimiters"
        raise Refused(
            "bad_header", f"ISA is not of {ISA_BYTES} bytes with fixed places ({at}); mend it"
        )
    syntax = X12Syntax(header, encoding)
    tape.skip(ISA_BYTES)
    return syntax


def _envelope(isa: Segment) -> Envelope:
    return Envelope(
        standard="X12",
        sender=isa.at(6),
        receiver=isa.at(8),
        control=isa.at(13),
        sent=parsed(isa.at(9) + isa.at(10), "%y%m%d%H%M"),
        is_test=isa.at(15) == "T",
        marks=".",
    )
