# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file of interchanges leaves in the log, row by row."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from sightline.errors import ImportFileError
from sightline.imports.edi.cloudevent import events_of, source_of
from sightline.imports.edi.document import rows_of
from sightline.imports.edi.documents import DOCUMENTS
from sightline.imports.edi.frame import Frame, Stray
from sightline.imports.edi.framing import frames, read_syntax
from sightline.imports.edi.profile import Profile
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.tape import Tape
from sightline.imports.origin import Origin

BOM = b"\xef\xbb\xbf"


class Named(NamedTuple):
    """A file's name and the hash of its bytes."""

    name: str
    sha256: str


class Output(NamedTuple):
    """What one row leaves in the log.

    Attributes
    ----------
    events
        CloudEvents; none where the row is refused.
    refusal
        A line of the log's ``refused`` format, b"" where the row is taken.
    code
        Why it is refused, to count by.
    """

    events: list[bytes]
    refusal: bytes = b""
    code: str = ""

    @property
    def lines(self) -> int:
        """Return how many lines it leaves."""
        return len(self.events) or 1


class _Lost(NamedTuple):
    """A row that is refused, before it is written down."""

    refused: Refused
    source: str
    raw: str


def outputs(
    stream: IO[bytes], file: Named, profile: Profile, scratch: Path
) -> Iterator[Output]:
    """Yield what becomes of every row of `stream`, in order; the same bytes give the same.

    Raises
    ------
    ImportFileError
        It begins with no interchange.
    """
    tape = Tape(stream)
    tape.skip_blanks()
    if tape.peek(len(BOM)) == BOM:
        tape.skip(len(BOM))
    try:
        syntax = read_syntax(tape, profile.encoding)
    except Refused as refused:
        raise ImportFileError(
            f"{file.name} begins with no EDI interchange: {refused.text}. Expected ISA (X12), "
            "UNA or UNB (EDIFACT); nothing of it was imported."
        ) from refused
    found = frames(tape, syntax, profile.encoding, scratch)
    for number, each in enumerate(_rows(found, profile), 1):
        yield each if isinstance(each, Output) else _written(each, file, number)


def _rows(found: Iterator[Frame | Stray], profile: Profile) -> Iterator[Output | _Lost]:
    for each in found:
        if isinstance(each, Stray):
            yield _Lost(each.refused, source_of(each.sender), each.raw)
            continue
        try:
            yield from _of_frame(each, profile)
        finally:
            each.close()


def _of_frame(frame: Frame, profile: Profile) -> Iterator[Output | _Lost]:
    for row in rows_of(frame, profile, DOCUMENTS):
        if row.refused:
            yield _Lost(row.refused, source_of(frame.envelope.sender), row.raw)
        else:
            yield Output(events_of(frame, row, profile))


def _written(lost: _Lost, file: Named, number: int) -> Output:
    """Return a refused row as the log keeps it."""
    line = {
        "kind": "malformed",
        "reason": lost.refused.reason,
        "field": lost.refused.field,
        "source": lost.source,
        "id": "",
        "raw": lost.raw,
        "origin": Origin(file=file.name, sha256=file.sha256, row=number),
    }
    return Output([], msgspec.json.encode(line), lost.refused.code)
