# SPDX-License-Identifier: AGPL-3.0-or-later
"""All counts of some item-locations, worked out anew from the journal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streams.logic.anchors import Count, Moment, variances
from streams.logic.kinds import Kind
from streams.logic.movements import movements
from streams.logic.runs import Block, take

if TYPE_CHECKING:
    import numpy as np

    from streams.logic.positions import PartitionState


def recount(state: PartitionState, pairs: np.ndarray) -> dict[int, list[Count]]:
    """Return all standing counts of `pairs` in order, with their variances."""
    rows = state.lookback.scan(state, pairs)
    moved = movements(rows)
    counts = {}
    for pair in pairs.tolist():
        mine = moved.pair == pair
        moving = take(rows, moved.at[mine])
        counted = take(rows, (rows["pair"] == pair) & (rows["kind"] == Kind.COUNTED))
        counts[pair] = variances(
            state.journal.read(counted, state.sources, {}),
            moving["time"],
            moved.on_hand[mine],
            partial(_moments, state, moving),
        )
    return counts


def _moments(state: PartitionState, rows: Block, at: np.ndarray) -> list[Moment]:
    return state.moments(take(rows, at))
