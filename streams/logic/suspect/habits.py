# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is usual: quantity and price per unit of an item in events of one type.

Usual is the geometric mean of all earlier ones in the order of the log. Logarithms are whole
numbers, so that sums are the same wherever the log is cut into batches.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

FINE = 1 << 20  # a logarithm is this many parts
LEAST = 8  # earlier events before anything is usual


class Usual(NamedTuple):
    """What was usual before each row; `known` where there were `LEAST` rows before it."""

    q: np.ndarray
    price: np.ndarray
    known: np.ndarray


@dataclass(slots=True)
class Habits:
    """Number of events and sums of logarithms by key, in order of the keys."""

    key: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    sums: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.int64))

    def usual(self, key: np.ndarray, told: np.ndarray) -> Usual:
        """Return what was usual before each of some rows in the order of the log.

        Parameters
        ----------
        key
            Whose habit each row is.
        told
            Shape (rows, 3): 1, logarithm of the quantity, of the price; 0 where a row teaches
            nothing.
        """
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=~key[order][:1]))
        length = np.diff(first, append=len(order))
        before = np.cumsum(told[order], axis=0) - told[order]
        before -= np.repeat(before[first], length, axis=0)
        before += np.repeat(self._known(key[order][first]), length, axis=0)
        found = np.empty_like(before)
        found[order] = before
        count = np.maximum(found[:, 0], 1)
        return Usual(found[:, 1] // count, found[:, 2] // count, found[:, 0] >= LEAST)

    def learn(self, key: np.ndarray, told: np.ndarray) -> None:
        """Take in what rows teach."""
        keys, place = np.unique(np.concatenate((self.key, key)), return_inverse=True)
        sums = np.zeros((len(keys), 3), np.int64)
        np.add.at(sums, place, np.concatenate((self.sums, told)))
        self.key, self.sums = keys, sums

    def _known(self, key: np.ndarray) -> np.ndarray:
        if not len(self.key):
            return np.zeros((len(key), 3), np.int64)
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.asarray(np.where((self.key[at] == key)[:, None], self.sums[at], 0))


def logarithm(values: np.ndarray) -> np.ndarray:
    """Return the logarithms of numbers above 0, in whole parts."""
    return np.asarray(np.rint(np.log(values.astype(np.float64)) * FINE), np.int64)
