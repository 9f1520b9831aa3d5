# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of purchase orders and transfers that still bring goods, one by one.

They add up to on_order and in_transit of their item-location, for both are read from the same
laws.
"""

from typing import NamedTuple

import numpy as np

from streams.logic.fields import Field
from streams.logic.kinds import Doc
from streams.logic.plain_lines import States
from streams.logic.rows import Effects
from streams.logic.runs import Block


class OpenSupply(NamedTuple):
    """Lines of one kind that are open now or were before the batch; one entry per line."""

    kind: Doc
    doc: np.ndarray
    pair: np.ndarray
    on_order: np.ndarray
    in_transit: np.ndarray
    off: np.ndarray


NOTHING = OpenSupply(
    Doc.PO_LINE, *(np.zeros(0, kind) for kind in (np.uint64, *[np.int64] * 3, np.uint64))
)


def of_plain(
    doc: Doc, rows: Block, states: States, first: np.ndarray, *, again: bool
) -> OpenSupply:
    """Return the plain lines of `rows` that are or were open; arguments as in `lines`."""
    waits = states[Field.ON_ORDER] + states[Field.IN_TRANSIT]
    at = to_be_told(waits, rows["is_new"], first, again=again)
    end = (np.append(first[1:], len(waits)) - 1)[at]
    return OpenSupply(
        doc,
        rows["doc"][end],
        rows["to" if doc is Doc.TRANSFER_LINE else "pair"][end],
        states[Field.ON_ORDER][end],
        states[Field.IN_TRANSIT][end],
        np.maximum.reduceat(rows["off"], first)[at],
    )


def of_law(doc: Doc, key: int, off: int, was: Effects, now: Effects) -> list[OpenSupply]:
    """Return the line `key` as its law reads it; nothing when the law says nothing of it."""
    pairs = {pair for pair, name in now or was if name is Field.ON_ORDER}
    if not pairs:
        return []
    (pair,) = pairs
    ordered, moving = (now.get((pair, name), 0) for name in (Field.ON_ORDER, Field.IN_TRANSIT))
    name, last = (np.array([each], np.uint64) for each in (key, off))
    where, waits, comes = (np.array([each], np.int64) for each in (pair, ordered, moving))
    return [OpenSupply(doc, name, where, waits, comes, last)]


def to_be_told(
    waits: np.ndarray, is_new: np.ndarray, first: np.ndarray, *, again: bool
) -> np.ndarray:
    """Return the numbers of the lines that wait for something, or did before the batch.

    Parameters
    ----------
    waits
        What the line waits for after each of its events.
    first
        Index of each line's first row.
    again
        As in `streams.logic.deltas.Deltas`: then all, for the tables may say that they wait.
    """
    if again:
        return np.arange(len(first))
    last = np.append(first[1:], len(waits)) - 1
    olds = np.add.reduceat(~is_new, first, dtype=np.int64)
    was_open = (olds > 0) & (waits[np.maximum(first + olds - 1, 0)] > 0)
    return np.flatnonzero(was_open | (waits[last] > 0))


def is_open(effects: Effects) -> bool:
    """Tell whether a line waits for goods by what its law says."""
    names = (Field.ON_ORDER, Field.IN_TRANSIT)
    return any(q for (_, name), q in effects.items() if name in names)
