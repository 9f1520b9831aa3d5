# SPDX-License-Identifier: AGPL-3.0-or-later
"""All KPIs of a run: hands each thing that ended to whoever counts it."""

from collections.abc import Callable
from typing import Any, Protocol

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
from sightline.sim.truth.kpi.contracts import Contracts
from sightline.sim.truth.kpi.counting import CountAccuracy
from sightline.sim.truth.kpi.exceptions import ExceptionTimes
from sightline.sim.truth.kpi.failures import Failures
from sightline.sim.truth.kpi.forecasts import ForecastErrors
from sightline.sim.truth.kpi.left_out import LEFT_OUT
from sightline.sim.truth.kpi.lines import Lines
from sightline.sim.truth.kpi.orders import Orders
from sightline.sim.truth.kpi.overrides import Overrides
from sightline.sim.truth.kpi.rules import Rules
from sightline.sim.truth.kpi.stock import Stock
from sightline.sim.truth.kpi.suppliers import Suppliers
from sightline.sim.truth.kpi.tally import Dimensions
from sightline.sim.truth.kpi.transfers import TransferTimes
from sightline.sim.truth.kpi.worth import Worth
from sightline.sim.truth.states import States


class Counter(Protocol):
    """Something that tells KPIs."""

    def told(self) -> dict[str, Any]:
        """Return them by number."""
        ...


class Figures:
    """The KPIs that the world determines; told as of the end of the run."""

    def __init__(self, world: World) -> None:
        cast, run = world.cast, world.run
        by = Dimensions(cast.regions, [each.code for each in cast.places], CHANNELS)
        days = (run.start // DAY, run.end // DAY)
        self._run = run
        self._stock = stock = Stock(by, cast.item_cost, len(cast.places), run.start)
        self._backlog = Backlog(by, days[1] - 1)
        lines, orders, worth = Lines(by, days[1]), Orders(by, days[1]), Worth(by, stock)
        contracts = Contracts(cast.contracts, len(cast.customers), days[1])
        failures, rules = Failures(world), Rules()
        forecasts = ForecastErrors(by, len(cast.items) * len(cast.places), days)
        requests, overrides = ApprovalTimes(by, run.end), Overrides(cast, by)
        suppliers, transfers = Suppliers(cast, run.end), TransferTimes(by)
        counts = CountAccuracy(by, cast.item_cost, run.start)
        exceptions, calls = ExceptionTimes(by, run.end), CallFailures()
        self._takers: dict[type, tuple[Callable[[Any], None], ...]] = {
            LineBatch: (
                *(each.take for each in (lines, orders, contracts)),
                *(each.lines for each in (failures, worth, forecasts)),
            ),
            AllocationRun: (rules.allocation,),
            ReturnBatch: (worth.returned,),
            CountBatch: (counts.take,),
            Trail: (requests.take, rules.request),
            Recommendation: (overrides.take,),
            PurchaseLine: (suppliers.take, failures.purchase, rules.purchase),
            Transfer: (transfers.take,),
            Episode: (exceptions.take,),
            Operation: (calls.take,),
            ForecastBatch: (forecasts.take,),
        }
        self._counters: tuple[Counter, ...] = (
            *(lines, orders, contracts, failures, stock, self._backlog, worth, requests),
            *(overrides, suppliers, transfers, counts, exceptions, calls, rules, forecasts),
        )

    def take(self, hour: Hour, states: States) -> None:
        """Take in an hour and the states that began in it."""
        self._stock.take(hour.at, states)
        for thing in hour.ended:
            self.count(thing)

    def count(self, thing: object) -> None:
        """Count a thing at its end, or what is still open in the end."""
        for taker in self._takers.get(type(thing), ()):
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
        kpis = {name: told for each in self._counters for name, told in each.told().items()}
        return {
            "start": stamp(self._run.start),
            "as_of": stamp(self._run.end),
            "kpis": dict(sorted(kpis.items())),
            "left_out": LEFT_OUT,
        }
