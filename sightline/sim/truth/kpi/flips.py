# SPDX-License-Identifier: AGPL-3.0-or-later
"""When item-locations ran out of stock and when they were no longer out."""

import numpy as np

from sightline.sim.engine.moments import Flags, Ints

BITS = 38  # milliseconds since `start`: good for eight years


class Flips:
    """Changes between having stock and being out of it; before the first one all are out."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._key = np.zeros(0, dtype=np.int64)
        self._out = np.zeros(0, dtype=np.bool_)
        self._new: list[tuple[Ints, Flags]] = []

    def add(self, il: Ints, at: Ints, out: Flags) -> None:
        """Note that item-locations are `out` of stock, or not, from `at` on."""
        self._new.append((self._keys(il, at), out))

    def were_out(self, il: Ints, at: Ints) -> Flags:
        """Tell which item-locations were out of stock at `at`."""
        self._merge()
        row = np.searchsorted(self._key, self._keys(il, at), side="right") - 1
        out = np.ones(len(il), dtype=np.bool_)
        known = np.flatnonzero(row >= 0)
        known = known[self._key[row[known]] >> BITS == il[known]]
        out[known] = self._out[row[known]]
        return out

    def _keys(self, il: Ints, at: Ints) -> Ints:
        return (il << BITS) | ((at - self._start) // 1000)

    def _merge(self) -> None:
        if not self._new:
            return
        key = np.concatenate([self._key, *(keys for keys, _ in self._new)])
        out = np.concatenate([self._out, *(flags for _, flags in self._new)])
        order = np.argsort(key, kind="stable")
        self._key, self._out, self._new = key[order], out[order], []
