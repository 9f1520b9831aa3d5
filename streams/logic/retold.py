# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables released, restated_quantities and suspects.

Facts never change: that a dead letter was released, or that an event counts for another
quantity, is told beside them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from streams.logic.arrays import decimals
from streams.logic.report import version
from streams.logic.runs import Block
from streams.logic.suspect.rows import Moved
from streams.logic.suspect.rows import table as suspects
from streams.logic.units.prices import repriced

_TIME = pa.timestamp("ms", "UTC")


def tables(
    released: Block | None,
    restated: Block | None,
    moved: Sequence[Moved],
    part: int,
    gen: int,
) -> dict[str, pa.Table]:
    """Return the rows of the tables that have any."""
    found = {}
    if released is not None:
        found["released"] = _released(released, part, gen)
    if restated is not None:
        found["restated_quantities"] = _restated(restated, part, gen)
    if moved:
        found["suspects"] = suspects(moved, part, gen)
    return found


def _released(rows: Block, part: int, gen: int) -> pa.Table:
    return pa.table(
        {
            "letter": pa.array(rows["letter"], pa.uint64()),
            **_who(rows, "id"),
            **_cause(rows, part, gen),
        }
    )


def _restated(rows: Block, part: int, gen: int) -> pa.Table:
    amount, has_amount = _amounts(rows)
    return pa.table(
        {
            **_who(rows, "event_id"),
            "item": pa.array(rows["item"], pa.string()),
            "loc": _text(rows["loc"]),
            "time": pa.array(rows["time"]).cast(_TIME),
            "base_qty": decimals(rows["q"], rows["has_q"] & ~rows["gone"]),
            "short_qty": decimals(rows["short"], rows["has_short"] & ~rows["gone"]),
            "base_uom": pa.array(rows["uom"], pa.string()),
            "amount": decimals(amount, has_amount),
            "was": decimals(rows["was"], rows["has_q"] & ~rows["was_gone"]),
            "counts": pa.array(~rows["gone"]),
            "why": pa.array(rows["why"], pa.string()),
            **_cause(rows, part, gen),
        }
    )


def _amounts(rows: Block) -> tuple[np.ndarray, np.ndarray]:
    """Return what one of the units that now hold costs, where a price per unit is stated."""
    priced = rows["has_amount"] & ~rows["gone"] & (rows["q"] != 0) & (rows["stated"] != 0)
    amount = rows["amount"].copy()
    amount[priced], _ = repriced(amount[priced], rows["stated"][priced], rows["q"][priced])
    return amount, rows["has_amount"]


def _who(rows: Block, name: str) -> dict[str, Any]:
    of = {"tenant": "tenant", "source": "source", name: "id"}
    return {column: _text(rows[field]) for column, field in of.items()}


def _cause(rows: Block, part: int, gen: int) -> dict[str, Any]:
    count = len(rows["off"])
    return {
        "cause": pa.array(rows["cause"], pa.string()),
        "cause_source": pa.array(rows["cause_source"], pa.string()),
        "at": pa.array(rows["at"]).cast(_TIME),
        "recordedtime": pa.array(rows["known"]).cast(_TIME),
        "part": pa.array(np.full(count, part, np.uint8)),
        "off": pa.array(rows["off"], pa.uint64()),
        "gen": pa.array(np.full(count, gen, np.uint32)),
        "ver": version(gen, rows["off"]),
    }


def _text(column: np.ndarray) -> pa.Array:
    """Return bytes as texts."""
    return pa.array(column.tolist(), pa.binary()).cast(pa.string())
