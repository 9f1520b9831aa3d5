# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts become 64-bit keys: the same in every process, on every machine, in every release."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.text_hash import LONGEST, text_hashes

HASH_KEY = "sightline-events"  # 16 bytes; changing it forgets what the log says of contents
ODD = np.uint64(0x9E3779B97F4A7C15)
ROTATION = np.uint64(31)
WORD = np.uint64(64)

Hashes = npt.NDArray[np.uint64]
Texts: TypeAlias = (
    Sequence[str] | Sequence[bytes] | npt.NDArray[np.object_] | pa.Array | pa.ChunkedArray
)


def hash64(*columns: Texts) -> Hashes:
    """Return one key per row of the text `columns`.

    Each text is hashed by itself before rows are combined, so that no two ways to cut the
    same characters into columns agree.

    Examples
    --------
    >>> first, second = hash64(["a", "ab"], ["bc", "c"])
    >>> bool(first == second)
    False
    """
    hashes = [_hashed(column) for column in columns]
    return combine(*hashes)


def combine(*hashes: Hashes) -> Hashes:
    """Return one key per row of several; their order matters."""
    total = np.zeros(len(hashes[0]), np.uint64)
    for part in hashes:
        turned = (total << ROTATION) | (total >> (WORD - ROTATION))
        total = (turned ^ part) * ODD
        total ^= total >> ROTATION
    return total


def digest64(texts: Texts) -> Hashes:
    """Return one hash per text of any length, as the log keeps them: see `content_hash`."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not isinstance(texts, pa.Array):
        return _digested(np.asarray(texts, dtype=object))
    coded = texts.dictionary_encode()  # texts that repeat are hashed once
    rows: npt.NDArray[np.int32] = coded.indices.to_numpy(zero_copy_only=False)
    return _digested(_objects(coded.dictionary))[rows]


def _hashed(column: Texts) -> Hashes:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not isinstance(column, pa.Array):
        listed = np.asarray(column, dtype=object).tolist()
        column = pa.array(listed, pa.binary())
    hashes = text_hashes(column)
    if int(pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST:
        rest = np.flatnonzero(np.asarray(pc.greater(pc.binary_length(column), LONGEST)))
        hashes[rest] = _digested(_objects(column.take(pa.array(rest))))
    return hashes


def _objects(column: pa.Array) -> npt.NDArray[np.object_]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def _digested(texts: npt.NDArray[np.object_]) -> Hashes:
    if not len(texts):
        return np.zeros(0, np.uint64)
    return pd.util.hash_array(texts, hash_key=HASH_KEY, categorize=False)
