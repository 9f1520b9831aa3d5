# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways of order lines by their milestones; thousands at once."""

from collections import Counter
from typing import Final

import numpy as np

from sightline.sim.engine.moments import Ints
from sightline.sim.fulfil.rows import NEVER, LineBatch

MILESTONES: Final = (
    "placed",
    "changed",
    "cancelled",
    "allocated",  # for the first time in full
    "released",  # for the last time
    "shipped",  # the last unit
    "shipped in part",  # and nothing since
)
ABSENT = np.iinfo(np.int64).max
BASE = len(MILESTONES) + 1


def counted(batch: LineBatch) -> Counter[tuple[str, ...]]:
    """Return how many lines reached their milestones in which order.

    What happens several times counts once, so these are fewer steps than a line's events tell.
    """
    moments = _moments(batch)
    order = np.argsort(moments, axis=0, kind="stable")
    reached = np.take_along_axis(moments, order, axis=0) != ABSENT
    code = np.zeros(len(batch), dtype=np.int64)
    for step, is_there in zip(order[::-1], reached[::-1], strict=True):
        code = np.where(is_there, code * BASE + step + 1, code)
    found, counts = np.unique(code, return_counts=True)
    ways = zip(found.tolist(), counts.tolist(), strict=True)
    return Counter({_named(way): count for way, count in ways})


def _moments(batch: LineBatch) -> Ints:
    """Return when each milestone was reached, one row for each."""
    columns = batch.columns
    is_gone = columns["ordered"] == 0
    is_whole = columns["shipped"] >= columns["ordered"]
    rows = (
        columns["placed_at"],
        np.where(is_gone, NEVER, columns["changed_at"]),
        np.where(is_gone, columns["changed_at"], NEVER),
        columns["allocated_at"],
        columns["released_at"],
        np.where(is_whole, columns["shipped_at"], NEVER),
        np.where(is_whole, NEVER, columns["shipped_at"]),
    )
    moments = np.stack(rows)
    return np.where(moments == NEVER, ABSENT, moments)


def _named(way: int) -> tuple[str, ...]:
    """Return the milestones of a code, of which the last digit is the first step."""
    steps = []
    while way:
        way, step = divmod(way, BASE)
        steps.append(MILESTONES[step - 1])
    return tuple(steps)
