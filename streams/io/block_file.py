# SPDX-License-Identifier: AGPL-3.0-or-later
"""One block as one file of raw arrays that can be mapped instead of read.

    8 bytes  magic         4 bytes  crc32 of all the rest
    8 bytes  total length  4 bytes  length of the head
    head     JSON: name, kind, shape and place of each array
    arrays   each at a multiple of 64 bytes, whole numbers in as few bytes as hold them

A mapped block costs page cache, which the system takes back when it needs it, instead of
memory of the process.
"""

import ctypes
import json
import mmap
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

_MAGIC = b"SLBLOCK1"
_FIXED = struct.Struct("<8sIQI")
_ALIGNED = 64
_NARROW = (np.int8, np.int16, np.int32)
_LIBC = ctypes.CDLL(None)

Arrays = dict[str, np.ndarray]


class Mapped(NamedTuple):
    """The arrays of a file, read-only, and the memory that shows them."""

    arrays: Arrays
    memory: Any


def write(path: Path, arrays: Arrays) -> None:
    """Write `arrays` to a new file; what fails leaves none.

    Raises
    ------
    OSError
        There is no room.
    """
    head, parts = _laid_out({name: _narrowed(column) for name, column in arrays.items()})
    begin = bytes(-(_FIXED.size + len(head)) % _ALIGNED)
    pieces = [head, begin, *parts]
    total = _FIXED.size + sum(map(len, pieces))
    checksum = zlib.crc32(_FIXED.pack(_MAGIC, 0, total, len(head)))
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
    try:
        with path.open("wb") as file:
            file.writelines([_FIXED.pack(_MAGIC, checksum, total, len(head)), *pieces])
    except OSError:
        path.unlink(missing_ok=True)
        raise


def open_map(path: Path, *, verify: bool) -> Mapped:
    """Map the file at `path`.

    Parameters
    ----------
    verify
        Read all of it once and compare its checksum.

    Raises
    ------
    OSError
        It cannot be opened.
    ValueError
        It is not what was written; says what is wrong.
    """
    if path.stat().st_size < _FIXED.size:
        raise ValueError("is cut off")
    with pa.memory_map(str(path)) as file:
        memory = file.read_buffer()  # outlives the file: no descriptor is held
    whole = memoryview(memory)
    magic, checksum, total, length = _FIXED.unpack_from(whole)
    if magic != _MAGIC or total != len(whole):
        raise ValueError("is not what was written")
    if verify:
        blank = zlib.crc32(_FIXED.pack(_MAGIC, 0, total, length))
        if zlib.crc32(whole[_FIXED.size :], blank) != checksum:
            raise ValueError("is not what was written")
        release(memory)
    start = _FIXED.size + length
    heads = json.loads(bytes(whole[_FIXED.size : start]))
    start += -start % _ALIGNED
    return Mapped({each["name"]: _array(memory, start, each) for each in heads}, memory)


def release(memory: Any) -> None:
    """Give the pages of a map back; they come again when they are read."""
    page = mmap.PAGESIZE
    first = -(-memory.address // page) * page
    if (length := memory.address + memory.size - first) > 0:
        _LIBC.madvise(
            ctypes.c_void_p(first), ctypes.c_size_t(length), ctypes.c_int(mmap.MADV_DONTNEED)
        )


def _laid_out(arrays: Arrays) -> tuple[bytes, list[memoryview | bytes]]:
    """Return the head and the bytes of the arrays, padded so that each begins aligned."""
    heads, parts, place = [], list[memoryview | bytes](), 0
    for name, column in arrays.items():
        is_pickled = column.dtype.hasobject
        kind = "pickled" if is_pickled else column.dtype.str
        body = pickle.dumps(column) if is_pickled else _bytes_of(column)
        heads.append({"name": name, "kind": kind, "shape": column.shape, "place": place})
        heads[-1]["bytes"] = len(body)
        parts += [body, bytes(-len(body) % _ALIGNED)]
        place += len(body) + -len(body) % _ALIGNED
    return json.dumps(heads).encode(), parts


def _bytes_of(column: np.ndarray) -> memoryview:
    return np.ascontiguousarray(column).reshape(-1).view(np.uint8).data


def _array(memory: Any, start: int, head: dict[str, Any]) -> np.ndarray:
    if head["kind"] == "pickled":
        body = memory.slice(start + head["place"], head["bytes"])
        return np.asarray(pickle.loads(body))  # noqa: S301 - a folder only its owner can write
    kind = np.dtype(head["kind"])
    count = head["bytes"] // kind.itemsize
    flat = np.frombuffer(memory, kind, count, start + head["place"])
    return flat.reshape(head["shape"])


def _narrowed(column: np.ndarray) -> np.ndarray:
    """Return whole numbers in the fewest bytes that hold them."""
    if column.dtype.kind != "i" or not column.size:
        return column
    low, high = int(column.min()), int(column.max())
    for kind in _NARROW:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return column.astype(kind, copy=False)
    return column
