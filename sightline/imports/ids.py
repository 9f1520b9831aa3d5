# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deterministic ids: UUID version 5, made by the hundred thousand."""

import hashlib
import uuid
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://sightline/import").bytes
DASHES = (8, 13, 18, 23)
DIGITS = [i for i in range(36) if i not in DASHES]


def uuid5s(names: Iterable[bytes]) -> pa.Array:
    """Return ``uuid.uuid5`` of every name in Sightline's namespace, as text.

    >>> uuid5s([b"a"])[0].as_py() == str(uuid.uuid5(uuid.UUID(bytes=NAMESPACE), "a"))
    True
    """
    base = hashlib.sha1(NAMESPACE, usedforsecurity=False)
    digests = bytearray()
    for name in names:
        sha = base.copy()
        sha.update(name)
        digests += sha.digest()
    raw = np.frombuffer(bytes(digests), np.uint8).reshape(-1, 20)[:, :16].copy()
    raw[:, 6] = raw[:, 6] & 0x0F | 0x50
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    return _as_text(raw)


def _as_text(raw: np.ndarray) -> pa.Array:
    digits = np.frombuffer(raw.tobytes().hex().encode(), np.uint8).reshape(-1, 32)
    text = np.full((len(raw), 36), ord("-"), np.uint8)
    text[:, DIGITS] = digits
    offsets = pa.py_buffer(np.arange(len(raw) + 1, dtype=np.int32) * 36)
    return pa.StringArray.from_buffers(len(raw), offsets, pa.py_buffer(text.tobytes()))
