# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each event does to the stock on hand and on hold, as signed changes."""

from typing import NamedTuple

import numpy as np

from streams.logic.deltas import Deltas
from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.rows import HOUR_MS
from streams.logic.runs import Block

_SIGN = np.zeros(256, dtype=np.int64)
_SIGN[[Kind.RECEIPT, Kind.ADJUSTED, Kind.RETURNED, Kind.TRANSFER_RECEIVED]] = 1
_SIGN[[Kind.SHIPMENT, Kind.ISSUE, Kind.TRANSFER_SHIPPED]] = -1


class Movements(NamedTuple):
    """Signed changes in ten-thousandths; `at` names the row that each stems from."""

    at: np.ndarray
    pair: np.ndarray
    on_hand: np.ndarray
    hold: np.ndarray


def movements(rows: Block) -> Movements:
    """Return the changes that `rows` make to on_hand and hold; counts are not among them."""
    sign = _SIGN[rows["kind"]]
    hold = np.where(rows["adds_hold"], rows["q"], 0)
    at = np.flatnonzero((sign != 0) | (hold != 0))
    arrives = rows["kind"][at] == Kind.TRANSFER_RECEIVED
    pair = np.where(arrives, rows["to"][at], rows["pair"][at])
    return Movements(at, pair, (sign * rows["q"])[at], hold[at])


def post(rows: Block, moved: Movements, sign: int, off: np.ndarray, out: Deltas) -> None:
    """Post what `rows` moved: with `sign` -1 to take it back, because of the offsets `off`."""
    hour = rows["time"][moved.at] // HOUR_MS
    changes = {Field.ON_HAND: sign * moved.on_hand, Field.HOLD: sign * moved.hold}
    out.add(moved.pair, hour, off[moved.at], changes)
