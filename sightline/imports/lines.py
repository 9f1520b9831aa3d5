# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of a file, one at a time; a line of any length costs at most a few megabytes."""

import hashlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from sightline.events.refusal import KEPT_OF_A_LONG_LINE, LONGEST_LINE


class Line(NamedTuple):
    """A line without its end; of one above `LONGEST_LINE` only the start is kept."""

    number: int
    text: bytes
    length: int
    sha256: str


def lines_of(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of `stream` that are not blank, numbered from 1 with the blank ones."""
    number = 0
    while text := stream.readline(LONGEST_LINE + 2):
        number += 1
        if len(text) <= LONGEST_LINE or text.endswith(b"\n"):
            plain = text.strip(b"\r\n")
            if plain.strip():
                yield Line(number, plain, len(plain), "")
            continue
        yield _long(number, text, stream)


def _long(number: int, start: bytes, stream: IO[bytes]) -> Line:
    sha, length, text = hashlib.sha256(), 0, start
    while text:
        ends = text.endswith(b"\n")
        plain = text.rstrip(b"\r\n") if ends else text
        sha.update(plain)
        length += len(plain)
        text = b"" if ends else stream.readline(LONGEST_LINE)
    return Line(number, start[:KEPT_OF_A_LONG_LINE], length, sha.hexdigest())
