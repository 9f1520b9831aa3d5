# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the systems recorded, as columns of one length."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import pyarrow as pa

from sightline.events.catalogue import TYPES
from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Flags, Ints

KINDS = tuple(kind.name for kind in TYPES.values())
FULL = tuple(TYPES)
KIND_AT = {name: at for at, name in enumerate(KINDS)}


class Columns:
    """Columns of one length, numpy or Arrow; the rest of a dataclass."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def taken(self, rows: Ints | Flags) -> Self:
        """Return the rows at `rows`, indices or flags, in that order."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        index = pa.array(at)
        values = (getattr(self, each.name) for each in fields(self))  # type: ignore[arg-type]
        return type(self)(
            *(
                value[at] if isinstance(value, np.ndarray) else value.take(index)
                for value in values
            )
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of one or more `parts`, in that order."""
        if len(parts) == 1:
            return parts[0]
        names = (each.name for each in fields(cls))  # type: ignore[arg-type]
        return cls(*(_joined([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True, slots=True)
class Recorded(Columns):
    """Events as the systems recorded them, in no order.

    Attributes
    ----------
    at, recorded_at
        When it happened and when its system took it down, µs.
    tie
        Orders what was recorded at one moment; 8 digits.
    bits
        Random 64 bits that follow from the event's id: what becomes of it on its way.
    source, kind
        Indices into `Sources.names` and `KINDS`.
    id, key
        Its id and partition key, texts.
    line
        The whole event, bytes, with the end of the line.
    """

    at: Ints
    recorded_at: Ints
    tie: Ints
    bits: Keys
    source: Ints
    kind: Ints
    id: pa.Array
    key: pa.Array
    line: pa.Array


def none_recorded() -> Recorded:
    """Return no events."""
    none = np.zeros(0, np.int64)
    texts, lines = pa.array([], pa.string()), pa.array([], pa.binary())
    return Recorded(none, none, none, none.view(np.uint64), none, none, texts, texts, lines)


def _joined(parts: list[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pa.concat_arrays(parts)
