# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rows were seen before, at eight bytes a row."""

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]


class Seen:
    """A growing set of 64-bit hashes in sorted blocks, each at least twice the next."""

    def __init__(self) -> None:
        self._blocks: list[Hashes] = []

    def repeated(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Return which of `hashes` came before, here or earlier; then remember them all."""
        distinct, first = np.unique(hashes, return_index=True)
        repeated = np.ones(len(hashes), bool)
        repeated[first] = self.holds(distinct)
        self.add(distinct)
        return repeated

    def holds(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Return which of `hashes` are remembered."""
        held = np.zeros(len(hashes), bool)
        for block in self._blocks:
            at = np.minimum(np.searchsorted(block, hashes), len(block) - 1)
            held |= block[at] == hashes
        return held

    def add(self, hashes: Hashes) -> None:
        """Remember `hashes`."""
        block = np.unique(hashes)
        if not len(block):
            return
        while self._blocks and len(self._blocks[-1]) < 2 * len(block):
            block = np.union1d(self._blocks.pop(), block)
        self._blocks.append(block)
