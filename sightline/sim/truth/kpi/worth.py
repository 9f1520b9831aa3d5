# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock as money, and demand that met an empty shelf."""

from typing import Any

import numpy as np

from sightline.sim.engine.book import MEASURES
from sightline.sim.engine.moments import DAY
from sightline.sim.fulfil.returns import ReturnBatch
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.truth.kpi.stock import Stock
from sightline.sim.truth.kpi.tally import Dimensions, ratio

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS
HELD = ("on_hand", "in_transit", "on_order")


class Worth:
    """K08, K11 and K54."""

    def __init__(self, dimensions: Dimensions, stock: Stock) -> None:
        self._stock = stock
        self._unmet = dimensions.tally("month", "region", "place", "channel")
        self._shipped = 0

    def lines(self, batch: LineBatch) -> None:
        """Take in order lines, of which every one comes once."""
        columns = batch.columns
        self._shipped += int((columns["shipped"] * self._stock.cost[columns["il"]]).sum())
        units = columns["first_units"]
        out = self._stock.flips.were_out(columns["il"], columns["placed_at"])
        self._unmet.add(
            np.where(out, units, 0),
            units,
            month=columns["placed_at"] // DAY,
            **{name: columns[name] for name in ("region", "place", "channel")},
        )

    def returned(self, batch: ReturnBatch) -> None:
        """Take in what customers sent back."""
        columns = batch.columns
        cost = self._stock.cost_of_item[columns["item"]]
        self._shipped -= int((columns["units"] * cost).sum())

    def told(self) -> dict[str, Any]:
        """Return the KPI by number; money in cents."""
        stock = self._stock
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
