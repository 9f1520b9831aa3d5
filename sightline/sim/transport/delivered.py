# SPDX-License-Identifier: AGPL-3.0-or-later
"""What arrived, in the order in which it arrived."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Ints
from sightline.sim.systems.recorded import Columns, Recorded

FIRST, DOUBLE, DAMAGED = 0, 1, 2
NAMES = tuple(each.name for each in fields(Recorded))


@dataclass(frozen=True, slots=True)
class Delivered(Columns):
    """Lines on their way in, sorted by `ingest`.

    The columns of a line that is damaged are those of the event that it should have been.

    Attributes
    ----------
    ingest
        When it arrived, µs.
    copy
        `FIRST` time that it comes, `DOUBLE` of an earlier one, or `DAMAGED`.
    at, recorded_at, tie, bits, source, kind, id, key, line
        As in `Recorded`.
    """

    ingest: Ints
    copy: Ints
    at: Ints
    recorded_at: Ints
    tie: Ints
    bits: Keys
    source: Ints
    kind: Ints
    id: pa.Array
    key: pa.Array
    line: pa.Array

    @property
    def texts(self) -> list[bytes]:
        """Return the lines without their ends."""
        return [line[:-1] for line in self.line.to_pylist()]

    def in_order(self) -> "Delivered":
        """Return the lines sorted by arrival, then as their systems numbered them."""
        order = np.lexsort((self.bits, self.copy, self.tie, self.recorded_at, self.ingest))
        return self.taken(order)


def arriving(recorded: Recorded, ingest: Ints, copy: int = FIRST) -> Delivered:
    """Return `recorded` as what arrives at `ingest`."""
    columns: dict[str, Any] = {name: getattr(recorded, name) for name in NAMES}
    return Delivered(ingest=ingest, copy=np.full(len(ingest), copy), **columns)
