# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events that repeat or contradict an earlier one of the same import."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sightline.events.decode import Decoded
from sightline.events.keys import combine, hash64
from sightline.imports.seen import Seen

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Repeats:
    """Ids seen so far, and what the first event with each of them said."""

    ids: Seen = field(default_factory=Seen)
    said: Seen = field(default_factory=Seen)

    def masks(self, decoded: Decoded) -> tuple[Mask, Mask]:
        """Return which events repeat an earlier one, and which contradict it."""
        table = decoded.table
        ids = hash64(*(table[name].combine_chunks() for name in ("tenant", "source", "id")))
        said = combine(ids, table["content"].to_numpy())
        repeated = self.ids.repeated(ids)
        self.said.add(said[~repeated])
        same = repeated & self.said.holds(said)
        return same, repeated & ~same

    def counts(self, decoded: Decoded) -> tuple[int, int]:
        """Return how many events repeat an earlier one, and how many contradict it."""
        same, other = self.masks(decoded)
        return int(same.sum()), int(other.sum())
