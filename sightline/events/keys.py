# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts become 64-bit keys: the same in every process, on every machine, in every release."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

HASH_KEY = "sightline-events"  # 16 bytes; changing it forgets every key ever kept
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


def _hashed(column: Texts) -> Hashes:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.Array):
        return _hashed_arrow(column)
    return _hashed_objects(np.asarray(column, dtype=object))


def _hashed_arrow(column: pa.Array) -> Hashes:
    """Hash each distinct text once when they repeat."""
    coded = column.dictionary_encode()
    distinct = coded.dictionary.to_numpy(zero_copy_only=False)
    hashes = _hashed_objects(np.asarray(distinct, dtype=object))
    rows: npt.NDArray[np.int32] = coded.indices.to_numpy(zero_copy_only=False)
    return hashes[rows]


def _hashed_objects(texts: npt.NDArray[np.object_]) -> Hashes:
    if not len(texts):
        return np.zeros(0, np.uint64)
    return pd.util.hash_array(texts, hash_key=HASH_KEY, categorize=False)
