# SPDX-License-Identifier: AGPL-3.0-or-later
"""All KPIs of a run: hands each thing that ended to whoever counts it."""

from collections.abc import Callable
from typing import Any

from sightline.sim.cast.kinds import CHANNELS
from sightline.sim.demand.forecasts import ForecastBatch
from sightline.sim.engine.moments import DAY, stamp
from sightline.sim.engine.world import Hour, World
from sightline.sim.fulfil.allocation import AllocationRun
from sightline.sim.fulfil.counts import CountBatch
from sightline.sim.fulfil.returns import ReturnBatch
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.office.calls import Operation
from sightline.sim.office.episode import Episode
from sightline.sim.office.request import Trail
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.procure.transfer import Transfer
from sightline.sim.truth.kpi.approvals import ApprovalTimes
from sightline.sim.truth.kpi.backlog import Backlog
from sightline.sim.truth.kpi.calls import CallFailures
from sightline.sim.truth.kpi.counting import CountAccuracy
from sightline.sim.truth.kpi.exceptions import ExceptionTimes
from sightline.sim.truth.kpi.forecasts import ForecastErrors
from sightline.sim.truth.kpi.left_out import LEFT_OUT
from sightline.sim.truth.kpi.lines import Lines
from sightline.sim.truth.kpi.overrides import Overrides
from sightline.sim.truth.kpi.rules import Rules
from sightline.sim.truth.kpi.stock import Stock
from sightline.sim.truth.kpi.suppliers import Suppliers
from sightline.sim.truth.kpi.tally import Dimensions
from sightline.sim.truth.kpi.transfers import TransferTimes
from sightline.sim.truth.kpi.worth import Worth
from sightline.sim.truth.states import States


class Figures:
    """The KPIs that the world determines; told as of the end of the run."""

    def __init__(self, world: World) -> None:
        cast, run = world.cast, world.run
        by = Dimensions(cast.regions, [each.code for each in cast.places], CHANNELS)
        end_day = run.end // DAY
        self._run = run
        self._stock = Stock(by, cast.item_cost, len(cast.places), run.start)
        self._lines, self._backlog = Lines(by, end_day), Backlog(by, end_day - 1)
        self._worth = Worth(by, cast.item_cost)
        self._inversions = by.tally()
        self._approvals = ApprovalTimes(by, run.end)
        self._overrides = Overrides(cast, by)
        self._suppliers = Suppliers(cast, run.end)
        self._transfers = TransferTimes(by)
        self._counts = CountAccuracy(by, cast.item_cost, run.start)
        self._exceptions, self._calls = ExceptionTimes(by, run.end), CallFailures()
        self._rules = Rules()
        cells = len(cast.items) * len(cast.places)
        self._forecasts = ForecastErrors(by, cells, (run.start // DAY, end_day))
        self._takers: dict[type, Callable[..., None]] = {
            LineBatch: self._take_lines,
            AllocationRun: self._take_allocation,
            ReturnBatch: self._worth.returned,
            CountBatch: self._counts.take,
            Trail: self._take_request,
            Recommendation: self._overrides.take,
            PurchaseLine: self._take_purchase,
            Transfer: self._transfers.take,
            Episode: self._exceptions.take,
            Operation: self._calls.take,
            ForecastBatch: self._forecasts.take,
        }

    def take(self, hour: Hour, states: States) -> None:
        """Take in an hour and the states that began in it."""
        self._stock.take(hour.at, states)
        for thing in hour.ended:
            self.count(thing)

    def count(self, thing: object) -> None:
        """Count a thing at its end, or what is still open in the end."""
        taker = self._takers.get(type(thing))
        if taker is not None:
            taker(thing)

    def close(self, left: list[object]) -> None:
        """Take in what is left open after the last hour."""
        self._stock.close(self._run.end)
        for thing in left:
            self.count(thing)
            if isinstance(thing, LineBatch):
                self._backlog.take(thing)

    def told(self) -> dict[str, Any]:
        """Return everything as it is written; a KPI of several parts has several names."""
        counted = (
            self._lines, self._stock, self._backlog, self._approvals, self._overrides,
            self._suppliers, self._transfers, self._counts, self._exceptions, self._calls,
            self._rules, self._forecasts,
        )  # fmt: skip
        kpis: dict[str, Any] = {"K49": self._inversions.told()}
        for each in counted:
            kpis |= each.told()
        kpis |= self._worth.told(self._stock)
        return {
            "start": stamp(self._run.start),
            "as_of": stamp(self._run.end),
            "kpis": dict(sorted(kpis.items())),
            "left_out": LEFT_OUT,
        }

    def _take_lines(self, batch: LineBatch) -> None:
        self._lines.take(batch)
        self._worth.lines(batch, self._stock)
        self._forecasts.lines(batch)

    def _take_request(self, trail: Trail) -> None:
        self._approvals.take(trail)
        self._rules.request(trail)

    def _take_purchase(self, line: PurchaseLine) -> None:
        self._suppliers.take(line)
        self._rules.purchase(line)

    def _take_allocation(self, run: AllocationRun) -> None:
        self._inversions.one(run.inversions, run.under_shortage)
