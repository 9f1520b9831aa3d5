# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unpacking what others packed: counted as it comes out, for declared sizes may lie."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

from sightline.errors import ImportFileError

MOST_BYTES = 2 << 30
"""The most that one packed file may hold."""
FREE_BYTES = 64 << 20
"""So much may come out at any ratio."""
HIGHEST_RATIO = 200
CHUNK = 1 << 20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""The others can give gigabytes for one read of theirs, and no workbook needs them."""


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Meter:
    """Counts what comes out of `packed` bytes of the file at `path`."""

    def __init__(self, path: Path, packed: int, most: int = MOST_BYTES) -> None:
        self._path = path
        self._packed = packed
        self._most = most
        self._seen = 0

    def add(self, count: int) -> None:
        """Count `count` bytes more.

        Raises
        ------
        ImportFileError
            It is too much, or too much for so small a file.
        """
        self._seen += count
        if self._seen > self._most:
            raise self._refusal(f"more than {self._most >> 20} MiB")
        if self._seen > max(FREE_BYTES, HIGHEST_RATIO * self._packed):
            raise self._refusal(f"more than {HIGHEST_RATIO} times its size")

    def _refusal(self, size: str) -> ImportFileError:
        return ImportFileError(
            f"{self._path} unpacks to {size}, as a bomb would; nothing of it was imported. If "
            "it is yours, unpack it and import what is in it."
        )


class _Metered(io.RawIOBase):
    """A stream whose bytes are counted."""

    def __init__(self, stream: _Readable, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._stream.read(len(view))
        self._meter.add(len(data))
        view[: len(data)] = data
        return len(data)


def metered(stream: _Readable, meter: Meter) -> IO[bytes]:
    """Return `stream` such that reading too much of it is refused."""
    return io.BufferedReader(_Metered(stream, meter), CHUNK)


@contextmanager
def archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the zip file at `path` after a look at its table of contents.

    Raises
    ------
    ImportFileError
        It is none, is damaged, names a member twice, or needs a password.
    """
    try:
        with zipfile.ZipFile(path) as opened:
            _check(path, opened.infolist())
            yield opened
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.LargeZipFile) as error:
        what = " ".join(str(error).split()).rstrip(".") or "it ends too early"
        raise ImportFileError(
            f"{path} is cut off or is no workbook: {what}. Nothing of it was imported; fetch "
            "it again whole."
        ) from error


def member(
    path: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter
) -> Iterator[bytes]:
    """Yield the bytes of one member; `meter` counts all members together.

    Raises
    ------
    ImportFileError
        Too much comes out of it, or it cannot be unpacked.
    """
    own = Meter(path, info.compress_size)
    try:
        with opened.open(info) as stream:
            while chunk := stream.read(CHUNK):
                own.add(len(chunk))
                meter.add(len(chunk))
                yield chunk
    except OSError as error:
        raise ImportFileError(
            f"Cannot unpack {info.filename} in {path}: {error}; fetch it again whole."
        ) from error


def _check(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [info.filename.lower() for info in members]
    for info in members:
        if names.count(info.filename.lower()) > 1:
            raise ImportFileError(
                f"{path} holds {info.filename!r} twice, which no spreadsheet program writes; "
                "save it again as .xlsx."
            )
        if info.flag_bits & 1:
            raise ImportFileError(
                f"{path} is protected with a password; save it without one and import that."
            )
        if info.compress_type not in METHODS:
            raise ImportFileError(
                f"{path} is packed in a way that no spreadsheet program uses "
                f"(method {info.compress_type}); save it again as .xlsx."
            )
