# SPDX-License-Identifier: AGPL-3.0-or-later
"""Streams that are no text: a NUL byte tells UTF-16 without its mark, or no text at all."""

import codecs
import io
from pathlib import Path
from typing import IO, cast

from sightline.errors import ImportFileError

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""The longer marks first: that of UTF-32 begins with that of UTF-16."""
CHUNK = 1 << 20


class _Checked(io.RawIOBase):
    """A stream that ends in a refusal where a NUL byte stands."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream = stream
        self._path = path
        self._line = 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._stream.read(len(view))
        refuse_nul(data, self._path, self._line)
        self._line += data.count(b"\n")
        view[: len(data)] = data
        return len(data)


def checked(stream: IO[bytes], path: Path, encoding: str) -> IO[bytes]:
    """Return `stream` such that a NUL byte is refused, unless `encoding` is made of them."""
    if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        return stream
    return io.BufferedReader(_Checked(stream, path), CHUNK)


def refuse_nul(data: bytes, path: Path, line: int = 1) -> None:
    """Refuse `data` with a NUL byte; `line` is the number of its first line.

    Raises
    ------
    ImportFileError
        There is one.
    """
    at = data.find(b"\0")
    if at >= 0:
        where = line + data.count(b"\n", 0, at)
        raise ImportFileError(
            f"{path} has a NUL byte in line {where}, so it is no plain "
            "text; if it is UTF-16, say `encoding: utf-16-le` in the mapping. Nothing was "
            "imported."
        )


def refuse_mark(data: bytes, path: Path, encoding: str) -> None:
    """Refuse text that begins with the mark of another encoding than `encoding`.

    Raises
    ------
    ImportFileError
        It does.
    """
    found = next((name for mark, name in MARKS.items() if data.startswith(mark)), "")
    if found and not codecs.lookup(encoding).name.startswith(found):
        raise ImportFileError(
            f"{path} is {found}, not {encoding}; say `encoding: {found}` in the mapping, or "
            "save it as UTF-8. Nothing was imported."
        )
