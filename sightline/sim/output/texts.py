# SPDX-License-Identifier: AGPL-3.0-or-later
"""Arrow arrays of lines as the bytes that they are made of."""

import numpy as np
import pyarrow as pa


def bytes_of(lines: pa.Array) -> memoryview:
    """Return the bytes of `lines` one after another, without copying them.

    >>> bytes(bytes_of(pa.array([b"a;", b"b;", b"c;"])[1:]))
    b'b;c;'
    """
    if not len(lines):
        return memoryview(b"")
    _, offsets, body = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(body)[int(ends[0]) : int(ends[-1])]
