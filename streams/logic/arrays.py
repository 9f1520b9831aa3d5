# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between Arrow columns and numpy arrays, without a Python object per row."""

from typing import Any

import numpy as np
import pyarrow as pa

QUANTITY = pa.decimal128(18, 4)
_DIGIT = 16  # bits: numpy sorts numbers of no more by counting
_FEW = 512
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


def order_of(keys: np.ndarray) -> np.ndarray:
    """Return the stable order of unsigned 64-bit `keys`: by radix, several times faster.

    Of large keys, which are hashes, the upper 48 bits nearly always decide alone.

    >>> order_of(np.array([7, 1 << 60, 1], np.uint64)).tolist()
    [2, 0, 1]
    """
    if len(keys) < _FEW or keys.dtype != np.uint64:
        return np.argsort(keys, kind="stable")
    bits = int(keys.max()).bit_length()
    lowest = max(0, bits - 3 * _DIGIT)
    order = np.argsort((keys >> np.uint64(lowest)).astype(np.uint16), kind="stable")
    for shift in range(lowest + _DIGIT, bits, _DIGIT):
        digit = (keys >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    if lowest and not (keys[order[:-1]] <= keys[order[1:]]).all():
        return np.argsort(keys, kind="stable")
    return order


def codes(column: Any) -> tuple[np.ndarray, list[str]]:
    """Return small integer codes per row and the distinct strings that they stand for."""
    encoded = _flat(column).dictionary_encode()
    return np.asarray(encoded.indices), encoded.dictionary.to_pylist()


def prefixes(column: Any, most: int) -> np.ndarray:
    """Return the first `most` bytes of each string as a numpy ``S`` array.

    The array is as wide as the longest of them. Numpy compares such arrays bytewise, which is
    the order of UTF-8 strings, and joins arrays of different widths.
    """
    array = _flat(column).cast(pa.string())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)
    starts = offsets[array.offset : array.offset + len(array)].astype(np.int64)
    lengths = offsets[array.offset + 1 : array.offset + len(array) + 1] - starts
    longest = int(lengths.max(initial=0))
    width = max(1, min(most, longest))
    data = np.frombuffer(array.buffers()[2] or b"", dtype=np.uint8)
    if not longest:
        return np.zeros(len(array), dtype=f"S{width}")
    if longest == width == int(lengths.min()):  # side by side as they should be
        return data[starts[0] : starts[0] + width * len(array)].view(f"S{width}")
    places = np.arange(width)
    index = np.minimum(starts[:, None] + places, len(data) - 1)
    taken = np.where(places < lengths[:, None], data[index], 0).astype(np.uint8)
    return np.ascontiguousarray(taken).view(f"S{width}").reshape(-1)


def _flat(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column
