# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock as money, and demand that met an empty shelf."""

from typing import Any

import numpy as np

from sightline.sim.engine.book import MEASURES
from sightline.sim.engine.moments import DAY, Ints
from sightline.sim.fulfil.returns import ReturnBatch
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.truth.kpi.stock import Stock
from sightline.sim.truth.kpi.tally import Dimensions, ratio

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS
HELD = ("on_hand", "in_transit", "on_order")


class Worth:
    """K08, K11 and K54."""

    def __init__(self, dimensions: Dimensions, cost: Ints) -> None:
        self._cost = cost
        self._unmet = dimensions.tally("month", "region", "place", "channel")
        self._shipped = 0

    def lines(self, batch: LineBatch, stock: Stock) -> None:
        """Take in order lines, of which every one comes once."""
        columns = batch.columns
        self._shipped += int((columns["shipped"] * self._cost[columns["item"]]).sum())
        units = columns["first_units"]
        out = stock.flips.were_out(columns["il"], columns["placed_at"])
        self._unmet.add(
            np.where(out, units, 0),
            units,
            month=columns["placed_at"] // DAY,
            **{name: columns[name] for name in ("region", "place", "channel")},
        )

    def returned(self, batch: ReturnBatch) -> None:
        """Take in what customers sent back."""
        columns = batch.columns
        self._shipped -= int((columns["units"] * self._cost[columns["item"]]).sum())

    def told(self, stock: Stock) -> dict[str, Any]:
        """Return the KPI by number; money in cents."""
        held = {
            f"{name}_cents": int((stock.level[:, MEASURES.index(name)] * stock.cost).sum())
            for name in HELD
        }
        return {
            "K08": self._unmet.told(),
            "K09.unit_days": ratio(stock.backorder_time, DAY_MS),
            "K11": ratio(YEAR_MS * self._shipped, stock.value_time),
            "K54": held | {"total_cents": sum(held.values())},
            "K54.days_in_stock": ratio(stock.value_time, DAY_MS * self._shipped),
        }
