# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between Arrow columns and numpy arrays, without a Python object per row."""

from typing import Any

import numpy as np
import pyarrow as pa

QUANTITY = pa.decimal128(18, 4)
_WORDS = 2  # a decimal128 is two little-endian 64-bit words


def ten_thousandths(column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Split a decimal128(18, 4) column into int64 ten-thousandths and a validity mask.

    Nulls read as 0. The low word holds the whole value: 18 digits fit in 64 bits.
    """
    array = _flat(column)
    words = np.frombuffer(array.buffers()[1] or b"", dtype=np.int64).reshape(-1, _WORDS)
    low = words[array.offset : array.offset + len(array), 0]
    valid = ~np.asarray(array.is_null())
    return np.where(valid, low, 0), valid


def decimals(values: np.ndarray, valid: np.ndarray | None = None) -> Any:
    """Return int64 ten-thousandths as a decimal128(18, 4) array; invalid rows are null."""
    words = np.empty((len(values), _WORDS), dtype=np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    bits = None
    if valid is not None and not valid.all():
        bits = pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    return pa.Array.from_buffers(QUANTITY, len(values), [bits, pa.py_buffer(words)])


def milliseconds(column: Any) -> np.ndarray:
    """Return a timestamp("ms") column as int64 milliseconds; nulls read as 0."""
    return np.asarray(_flat(column).cast(pa.int64()).fill_null(0))


def codes(column: Any) -> tuple[np.ndarray, list[str]]:
    """Return small integer codes per row and the distinct strings that they stand for."""
    encoded = _flat(column).dictionary_encode()
    return np.asarray(encoded.indices), encoded.dictionary.to_pylist()


def prefixes(column: Any, most: int) -> np.ndarray:
    """Return the first `most` bytes of each string as a numpy ``S`` array.

    The array is as wide as the longest of them. Numpy compares such arrays bytewise, which is
    the order of UTF-8 strings, and joins arrays of different widths.
    """
    array = _flat(column).cast(pa.large_binary())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)
    starts = offsets[array.offset : array.offset + len(array)]
    lengths = offsets[array.offset + 1 : array.offset + len(array) + 1] - starts
    width = max(1, min(most, int(lengths.max(initial=0))))
    data = np.frombuffer(array.buffers()[2] or b"", dtype=np.uint8)
    if not len(data):
        return np.zeros(len(array), dtype=f"S{width}")
    places = np.arange(width)
    index = np.minimum(starts[:, None] + places, len(data) - 1)
    taken = np.where(places < lengths[:, None], data[index], 0).astype(np.uint8)
    return np.ascontiguousarray(taken).view(f"S{width}").reshape(-1)


def _flat(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column
