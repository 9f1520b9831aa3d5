# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accepted events that a record gives another quantity."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from streams.logic.runs import Block, concat, take
from streams.logic.units.readings import Readings, read
from streams.logic.units.turns import Turns


@dataclass(frozen=True, slots=True)
class Restatement:
    """What one record changes: rows of one item, as they were and as they now are.

    Attributes
    ----------
    rows
        As `streams.logic.units.memory` keeps them.
    at
        Row of the chunk with the record.
    """

    rows: Block
    before: Readings
    after: Readings
    at: int


def restated(turns: Turns, accepted: Block) -> list[Restatement]:
    """Return what the records of a chunk change, record by record.

    Parameters
    ----------
    accepted
        Rows that may change, with ``came``: the row of the chunk after which they were known,
        -1 for those of before.
    """
    found = []
    for owner in np.unique(accepted["owner"]).tolist():
        if owner in turns.within:
            mine = take(accepted, accepted["owner"] == np.uint64(owner))
            found += _of_item(turns, owner, mine)
    return sorted(found, key=lambda each: each.at)


def _of_item(turns: Turns, owner: int, rows: Block) -> list[Restatement]:
    found = []
    steps = turns.known(owner)
    for (_, known), (turn, then) in pairwise(steps):
        there = take(rows, rows["came"] < turn)
        if not len(there["came"]):
            continue
        before, after = read(known, there), read(then, there)
        changed = before.differs(after)
        if changed.any():
            was, now = _among(before, changed), _among(after, changed)
            found.append(Restatement(take(there, changed), was, now, turn))
    return found


def _among(found: Readings, wanted: np.ndarray) -> Readings:
    return Readings(*(column[wanted] for column in found))


def came(rows: Block, at: np.ndarray | int) -> Block:
    """Return `rows` with the row of the chunk after which they were known."""
    return rows | {"came": np.broadcast_to(np.asarray(at, np.int64), len(rows["off"]))}


def all_of(parts: list[Block | None]) -> Block | None:
    """Return the rows of all `parts` that there are."""
    found = [each for each in parts if each is not None and len(each["off"])]
    return concat(found) if found else None
