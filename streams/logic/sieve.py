# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sieves: a few bits per key that say at once that a large block does not have it.

Most keys of a batch are in none of the old blocks. A sieve is a Bloom filter of two bits per
key; the first is found by the key's leading digits, so that asking for sorted keys walks
through it once. Keys must be hashes.
"""

import numpy as np

LEAST_ROWS = 1 << 15  # smaller blocks are searched at once
_BITS_PER_KEY = 8  # at least; twice that at most: between 5 and 1.5 of 100 strangers pass


def sieve_of(keys: np.ndarray) -> np.ndarray:
    """Return the sieve of `keys`, as bytes."""
    bits = (len(keys) * _BITS_PER_KEY - 1).bit_length()
    is_set = np.zeros(1 << bits, dtype=bool)
    is_set[keys >> np.uint64(64 - bits)] = True
    is_set[keys & np.uint64((1 << bits) - 1)] = True
    return np.asarray(np.packbits(is_set, bitorder="little"))


def passing(sieve: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Return the indices of the `keys` that may be in the block; no other one is.

    >>> keys = np.array([1 << 60, 1 << 61, 1 << 62], np.uint64)
    >>> passing(sieve_of(keys[:2]), keys).tolist()
    [0, 1]
    """
    bits = len(sieve).bit_length() + 2
    at = np.flatnonzero(_is_set(sieve, keys >> np.uint64(64 - bits)))
    return np.asarray(at[_is_set(sieve, keys[at] & np.uint64((1 << bits) - 1))])


def _is_set(sieve: np.ndarray, place: np.ndarray) -> np.ndarray:
    bit = (place & np.uint64(7)).astype(np.uint8)
    return np.asarray((sieve[place >> np.uint64(3)] >> bit & 1).astype(bool))
