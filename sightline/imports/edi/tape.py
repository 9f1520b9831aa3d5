# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of a file, cut at segment terminators, a few megabytes at a time.

Written here because neither library cuts safely. pydifact takes a whole file as one text, drops
all that stands before any ``'UNA`` in it, and takes an empty segment for the start of the next.
pyx12's reader stops without a word at an empty segment and at one longer than its buffer, knows
two versions of ISA and one set of delimiters a file, and fails with IndexError on trailers that
close nothing. Neither keeps the text, which a dead letter needs.
"""

import re
from typing import IO, NamedTuple

from sightline.events.refusal import KEPT_OF_A_LONG_LINE, LONGEST_LINE
from sightline.imports.edi.keeping import Kept
from sightline.imports.edi.sniffing import HEADER, HEADER_BYTES

CHUNK = 1 << 18
BLANKS = re.compile(rb"[ \t\r\n\x00\x1a]*")
"""What may stand between interchanges; old programs end files with Ctrl-Z or fill with NUL."""


class Raw(NamedTuple):
    """The bytes of a segment without terminator and line ends.

    Attributes
    ----------
    length
        Of the segment; of one above `LONGEST_LINE` only the start is in `text`.
    is_ended
        False when the file ended before the terminator came.
    """

    text: bytes
    length: int
    is_ended: bool


class Tape:
    """Reads a stream once, with a little to look back and ahead."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._began = 0
        self._gone = 0
        self._is_over = False

    @property
    def position(self) -> int:
        """Return how many bytes lie behind."""
        return self._gone + self._at

    def peek(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the end, and stay before them."""
        self._fill(count)
        return self._buffer[self._at : self._at + count]

    def skip(self, count: int) -> None:
        """Go on by `count` bytes that were peeked at."""
        self._at += count

    def skip_blanks(self) -> None:
        """Go to the next byte that says something."""
        while True:
            found = BLANKS.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer) or self._is_over:
                return
            self._fill(1)

    def skip_to_header(self, passed: Kept) -> bool:
        """Go to what may begin an interchange, keeping what is `passed`; tell if there is."""
        while True:
            found = HEADER.search(self._buffer, self._at)
            keep = 0 if self._is_over else HEADER_BYTES - 1
            end = found.start() if found else max(len(self._buffer) - keep, self._at)
            passed.add(self._buffer[self._at : end])
            self._at = end
            if found or self._is_over:
                return bool(found)
            self._fill(HEADER_BYTES)

    def segment(self, terminator: bytes, release: bytes) -> Raw | None:
        """Return the next segment that is not blank, None at the end of the file."""
        while raw := self._one(terminator, release):
            if raw.text:
                return raw
        return None

    def rewind(self) -> None:
        """Go back to where the last segment began."""
        self._at = self._began

    def _one(self, terminator: bytes, release: bytes) -> Raw | None:
        self.skip_blanks()
        self._began = self._at
        searched = 0
        while True:
            end, searched = self._next(terminator, release, searched)
            if end >= 0:
                return self._cut(end)
            if len(self._buffer) - self._at > LONGEST_LINE:
                return self._long(terminator, release, searched)
            if self._is_over:
                return self._rest()
            self._fill(len(self._buffer) - self._at + CHUNK)

    def _cut(self, end: int) -> Raw:
        text = _plain(self._buffer[self._at : end])
        self._at = end + 1
        return Raw(text, len(text), is_ended=True)

    def _next(self, terminator: bytes, release: bytes, searched: int) -> tuple[int, int]:
        """Return where the next terminator stands, or -1 and how far there is none."""
        at = self._at + searched
        while (at := self._buffer.find(terminator, at)) >= 0:
            if not release or not _is_released(self._buffer, self._at, at, release):
                return at, 0
            at += 1
        return -1, len(self._buffer) - self._at

    def _long(self, terminator: bytes, release: bytes, searched: int) -> Raw:
        text, length = self._buffer[self._at : self._at + KEPT_OF_A_LONG_LINE], 0
        while True:
            end, searched = self._next(terminator, release, searched)
            if end >= 0 or self._is_over:
                end = end if end >= 0 else len(self._buffer)
                length += end - self._at
                self._at = min(end + 1, len(self._buffer))
                return Raw(_plain(text), length, is_ended=not self._is_over)
            keep = 64  # a run of release characters may reach into the next chunk
            length += searched - keep
            self._at += searched - keep
            searched = keep
            self._began = self._at
            self._fill(len(self._buffer) - self._at + CHUNK)

    def _rest(self) -> Raw | None:
        text = _plain(self._buffer[self._at :])
        self._at = len(self._buffer)
        return Raw(text, len(text), is_ended=False) if text else None

    def _fill(self, count: int) -> None:
        """Have `count` bytes ahead, if the file has them."""
        while len(self._buffer) - self._at < count and not self._is_over:
            chunk = self._stream.read(max(CHUNK, count))
            self._is_over = not chunk
            start = min(self._began, self._at)
            self._buffer = self._buffer[start:] + chunk
            self._at, self._began = self._at - start, self._began - start
            self._gone += start


def _is_released(buffer: bytes, first: int, at: int, release: bytes) -> bool:
    """Tell whether an odd number of release characters stands before `at`."""
    count = 0
    while at - count - 1 >= first and buffer[at - count - 1 : at - count] == release:
        count += 1
    return count % 2 == 1


def _plain(text: bytes) -> bytes:
    """Return `text` without the line ends that programs put into it, and blanks around it."""
    return text.translate(None, b"\r\n").strip(b" \t")
