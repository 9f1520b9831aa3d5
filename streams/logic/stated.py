# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of table reconciliations: what was stated, what we work out, and how far they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from streams.logic.arrays import decimals
from streams.logic.report import keys, version

if TYPE_CHECKING:
    from streams.logic.past import Compared
    from streams.logic.positions import PartitionState

_TIME = pa.timestamp("ms", "UTC")
_NONE = pa.schema([])


def reconciliations(state: PartitionState, found: Compared | None) -> pa.Table:
    """Return one row of table reconciliations per statement."""
    if found is None:
        return _NONE.empty_table()
    rows = found.rows
    off = state.seen.off[rows["pair"]]
    times = list(zip(*state.moments(rows), strict=True)) or [(), (), (), (), ()]
    columns = keys(state, rows["pair"], off)
    columns["source"] = pa.array(times[2], pa.string())
    columns["event_id"] = pa.array([id_.decode() for id_ in times[4]], pa.string())
    columns["time"] = pa.array(rows["time"]).cast(_TIME)
    columns["recordedtime"] = pa.array(times[1], pa.int64()).cast(_TIME)
    columns["stated"] = decimals(rows["q"])
    columns["computed"] = decimals(found.computed)
    columns["drift"] = decimals(rows["q"] - found.computed)
    columns["low"] = decimals(found.low)
    columns["high"] = decimals(found.high)
    columns["ver"] = version(state.gen, off)
    columns["is_deleted"] = pa.array((~found.stands).astype(np.uint8))
    return pa.table(columns)
