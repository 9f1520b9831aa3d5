# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ids of many events at once: UUIDv5, as `sightline.sim.engine.facts.event_id` gives them."""

from collections.abc import Iterable
from hashlib import sha1

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sightline.sim.engine.draws import Keys
from sightline.sim.engine.facts import NAMESPACE

Digests = NDArray[np.uint8]

LENGTH = 36
DASHES = (8, 13, 18, 23)
HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
PLACES = np.array([at for at in range(LENGTH) if at not in DASHES])


def digests(names: Iterable[bytes]) -> Digests:
    """Return 16 bytes for each name, ``source/name``, as UUIDv5 makes them."""
    space = NAMESPACE.bytes
    whole = b"".join([sha1(space + name).digest() for name in names])  # noqa: S324  as RFC 9562
    found = np.frombuffer(whole, np.uint8).reshape(-1, 20)[:, :16].copy()
    found[:, 6] = found[:, 6] & 0x0F | 0x50
    found[:, 8] = found[:, 8] & 0x3F | 0x80
    return found


def bits_of(found: Digests) -> Keys:
    """Return the first 64 bits of each."""
    return np.ascontiguousarray(found[:, :8]).view(np.dtype(">u8"))[:, 0].astype(np.uint64)


def texts_of(found: Digests) -> pa.Array:
    """Return ids as texts, in the usual form."""
    spelt = np.full((len(found), LENGTH), ord("-"), np.uint8)
    nibbles = np.empty((len(found), 32), np.uint8)
    nibbles[:, 0::2], nibbles[:, 1::2] = found >> 4, found & 15
    spelt[:, PLACES] = HEX[nibbles]
    offsets = np.arange(len(found) + 1, dtype=np.int32) * LENGTH
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(spelt.tobytes())]
    return pa.Array.from_buffers(pa.string(), len(found), buffers)
