# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short texts become 64-bit hashes, thousands at a time and without a Python object each.

A text is mixed eight bytes at a time, beginning with its length; the result depends on
nothing but the text. It is no defence against someone who looks for two texts of one hash.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LONGEST = 256  # bytes: each further word would cost a round, for all texts of a batch
_WORD = 8
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_MORE = np.uint64(0xBF58476D1CE4E5B9)
_LAST = np.uint64(0x94D049BB133111EB)
_FAR, _NEAR = np.uint64(32), np.uint64(29)
_MASKS = np.array([(1 << (_WORD * size)) - 1 for size in range(_WORD + 1)], np.uint64)

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


def text_hashes(texts: Any) -> Hashes:
    """Return one hash per text of an Arrow array of strings or binaries without nulls.

    Only the first `LONGEST` bytes count: `sightline.events.keys` sees to the longer ones.

    Examples
    --------
    >>> one, other, again = text_hashes(pa.array(["A-1", "A-2", "A-1"])).tolist()
    >>> one == again, one == other
    (True, False)
    """
    if not len(texts):
        return np.zeros(0, np.uint64)
    data, starts, lengths = _bytes_of(texts)
    if int(lengths.max()) == int(lengths.min()) <= LONGEST:
        return _finished(_of_one_length(data, lengths))
    found = _begun(lengths)
    words = np.ndarray(len(data) - _WORD + 1, "<u8", data, strides=(1,))
    rows: Places = np.flatnonzero(lengths)
    at = 0
    while len(rows) and at < LONGEST:
        left = np.minimum(lengths[rows] - at, _WORD)
        found[rows] = _mixed(found[rows], words[starts[rows] + at] & _MASKS[left])
        at += _WORD
        rows = rows[lengths[rows] > at]
    return _finished(found)


def _of_one_length(data: npt.NDArray[np.uint8], lengths: Places) -> Hashes:
    """Mix texts that lie side by side and are of one length."""
    found, count, length = _begun(lengths), len(lengths), int(lengths[0])
    wide = np.zeros((count, -(-length // _WORD) * _WORD), np.uint8)
    wide[:, :length] = data[: count * length].reshape(count, length)
    for word in wide.view("<u8").T:
        found = _mixed(found, word)
    return found


def _bytes_of(texts: Any) -> tuple[npt.NDArray[np.uint8], Places, Places]:
    """Return the bytes of `texts`, room for a word behind them, and where each begins."""
    wide = pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type)
    ends = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)
    ends = ends[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    data = np.zeros(int(ends[-1] - ends[0]) + _WORD, np.uint8)
    if ends[-1] > ends[0]:
        data[:-_WORD] = np.frombuffer(texts.buffers()[2], np.uint8)[ends[0] : ends[-1]]
    return data, ends[:-1] - ends[0], np.diff(ends)


def _begun(lengths: Places) -> Hashes:
    return (lengths + 1).astype(np.uint64) * _FIRST


def _mixed(found: Hashes, word: Hashes) -> Hashes:
    found = (found ^ word) * _MORE
    found ^= found >> _FAR
    found *= _LAST
    found ^= found >> _NEAR
    return found


def _finished(found: Hashes) -> Hashes:
    found = found * _FIRST
    found ^= found >> _FAR
    return found
