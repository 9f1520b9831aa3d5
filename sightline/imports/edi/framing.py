# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interchanges, their groups and their sets: what opens, what closes, and what does not.

A set is whole when its trailer names it and counts its segments rightly; otherwise it is
refused and the others go on. What belongs to no set is refused as it stands.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from sightline.imports.edi import edifact, x12
from sightline.imports.edi.counting import check_lines
from sightline.imports.edi.envelope import Role, Syntax
from sightline.imports.edi.frame import Frame, Stray
from sightline.imports.edi.keeping import Kept
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment
from sightline.imports.edi.tape import Raw, Tape

AGAIN = "have it sent again"


def read_syntax(tape: Tape, encoding: str) -> Syntax:
    """Read the header that `tape` stands before; raise Refused when it is damaged."""
    if tape.peek(3) == b"ISA":
        return x12.read_header(tape, encoding)
    return edifact.read_header(tape, encoding)


class Interchange:
    """One interchange, read segment by segment."""

    def __init__(self, syntax: Syntax, tape: Tape, scratch: Path) -> None:
        self._syntax = syntax
        self._tape = tape
        self._scratch = scratch
        self._envelope = syntax.envelope
        self._set: Frame | None = None
        self._loose = Kept()
        self._group = ""
        self._is_in_group = False
        self._is_damaged = False
        self._is_closed = False
        self._sets = self._sets_in_group = self._groups = 0
        self._steps: dict[Role, Callable[[Segment, bytes], Iterator[Frame | Stray]]] = {
            "group": self._open_group,
            "set": self._open_set,
            "set_end": self._close_set,
            "group_end": self._close_group,
            "end": self._close,
        }

    def frames(self) -> Iterator[Frame | Stray]:
        """Yield its sets, whole or refused, and whatever belongs to none."""
        while not self._is_closed:
            raw = self._tape.segment(self._syntax.terminator, self._syntax.release)
            if raw is None:
                break
            if raw.text[:3] in {b"ISA", b"UNA", b"UNB"}:
                self._tape.rewind()
                break
            yield from self._take(raw)
        if not self._is_closed:
            yield from self._end_early()

    def _take(self, raw: Raw) -> Iterator[Frame | Stray]:
        try:
            segment = self._read(raw)
        except Refused as refused:
            self._put_aside(raw.text, refused)
            return
        role = self._syntax.roles.get(segment.tag)
        if role:
            yield from self._flush()
            yield from self._steps[role](segment, raw.text)
        elif self._set:
            self._set.add(segment, raw.text)
        else:
            self._put_aside(raw.text)

    def _read(self, raw: Raw) -> Segment:
        if raw.length > len(raw.text):
            raise Refused(
                "too_large", f"a segment has {raw.length} bytes; expected up to 1 MiB"
            )
        if not raw.is_ended:
            raise Refused("truncated", f"the file ends inside of {raw.text[:20]!r}; {AGAIN}")
        return self._syntax.segment(raw.text)

    def _put_aside(self, raw: bytes, refused: Refused | None = None) -> None:
        """Keep what cannot be used: it spoils the set it stands in."""
        if self._set:
            self._set.keep(raw)
            if refused:
                self._set.refuse(refused)
        else:
            self._loose.add(raw + b"\n")

    def _flush(self) -> Iterator[Stray]:
        """Give out what stood between sets."""
        if self._loose.length:
            refused = Refused("stray_segment", "it stands outside of any transaction set")
            yield self._stray(refused, self._loose.text())
            self._loose = Kept()

    def _open_group(self, segment: Segment, raw: bytes) -> Iterator[Frame | Stray]:
        yield from self._end_set()
        if self._is_in_group:
            yield from self._damage(f"group {self._group} is not closed", raw)
        self._group = self._syntax.group_control(segment)
        self._is_in_group, self._sets_in_group = True, 0
        self._groups += 1

    def _open_set(self, segment: Segment, raw: bytes) -> Iterator[Frame]:
        yield from self._end_set()
        self._sets += 1
        self._sets_in_group += 1
        header = self._syntax.set_header(segment)
        envelope = self._envelope.in_group(self._group)
        self._set = Frame(envelope, header, self._sets, self._scratch)
        if self._is_damaged:
            self._set.refuse(
                Refused("damaged_envelope", f"whose set it is is not sure; {AGAIN}")
            )
        self._set.add(segment, raw)

    def _close_set(self, segment: Segment, raw: bytes) -> Iterator[Frame | Stray]:
        if self._set is None:
            yield self._stray(
                Refused("stray_segment", "it closes no set"), raw.decode("latin-1")
            )
            return
        closed, self._set = self._set, None
        closed.add(segment, raw)
        _check_trailer(closed, segment)
        yield closed

    def _close_group(self, segment: Segment, raw: bytes) -> Iterator[Frame | Stray]:
        yield from self._end_set()
        control = self._syntax.group_control(segment)
        if not self._is_in_group or control != self._group:
            yield from self._damage(f"no group {control!r} is open", raw)
        elif not _is_count(segment.at(1), self._sets_in_group):
            text = f"group {control} has {self._sets_in_group} sets, not {segment.at(1)!r}"
            yield self._stray(Refused("set_count", f"{text}; {AGAIN}"), raw.decode("latin-1"))
        self._is_in_group, self._group = False, ""

    def _close(self, segment: Segment, raw: bytes) -> Iterator[Frame | Stray]:
        yield from self._end_set()
        self._is_closed = True
        expected = self._groups or self._sets
        if segment.at(2) != self._envelope.control:
            text = f"it closes {segment.at(2)!r}, not interchange {self._envelope.control!r}"
        elif self._is_in_group:
            text = f"group {self._group} is not closed"
        elif not _is_count(segment.at(1), expected):
            text = f"the interchange holds {expected}, not {segment.at(1)!r}"
        else:
            return
        yield self._stray(
            Refused("interchange_count", f"{text}; {AGAIN}"), raw.decode("latin-1")
        )

    def _end_set(self) -> Iterator[Frame]:
        """Refuse a set that is still open where it no longer can be."""
        if self._set:
            closed, self._set = self._set, None
            closed.refuse(Refused("truncated", f"set {closed.control!r} has no end; {AGAIN}"))
            yield closed

    def _end_early(self) -> Iterator[Frame | Stray]:
        yield from self._end_set()
        yield from self._flush()
        text = (
            f"interchange {self._envelope.control!r} has no end: sets may be missing; {AGAIN}"
        )
        yield self._stray(Refused("truncated_interchange", text), self._syntax.first.raw)

    def _damage(self, text: str, raw: bytes) -> Iterator[Stray]:
        """From here on it is not sure whose sets follow, as when two files ran together."""
        self._is_damaged = True
        yield self._stray(
            Refused("damaged_envelope", f"{text}; {AGAIN}"), raw.decode("latin-1")
        )

    def _stray(self, refused: Refused, raw: str) -> Stray:
        return Stray(refused, raw, self._envelope.sender)


def frames(tape: Tape, first: Syntax, encoding: str, scratch: Path) -> Iterator[Frame | Stray]:
    """Yield all that the file holds after the header `first`, in order."""
    syntax: Syntax | None = first
    passed = Kept()
    while True:
        if syntax:
            yield from Interchange(syntax, tape, scratch).frames()
        tape.skip_blanks()
        has_more = tape.skip_to_header(passed)
        syntax = None
        if has_more:
            try:
                syntax = read_syntax(tape, encoding)
            except Refused:
                passed.add(tape.peek(1))
                tape.skip(1)
                continue
        if passed.length:
            refused = Refused("no_interchange", "it belongs to no interchange")
            yield Stray(refused, passed.text(), "")
            passed = Kept()
        if not has_more:
            return


def _check_trailer(closed: Frame, trailer: Segment) -> None:
    """Refuse a set whose trailer names another, or whose counts are wrong."""
    control, count = trailer.at(2), trailer.at(1)
    if control != closed.control:
        text = f"{trailer.tag} closes {control!r}, not set {closed.control!r}"
        closed.refuse(Refused("control_number", f"{text}; {AGAIN}", f"{trailer.tag}02"))
    elif not _is_count(count, closed.count):
        text = f"{trailer.tag} counts {count!r} segments, but there are {closed.count}"
        closed.refuse(Refused("segment_count", f"{text}; {AGAIN}", f"{trailer.tag}01"))
    elif closed.refused is None:
        check_lines(closed)


def _is_count(stated: str, counted: int) -> bool:
    return stated.isascii() and stated.isdigit() and int(stated[:18]) == counted
