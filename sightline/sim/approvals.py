# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a purchase gets its signatures: manager, finance above a limit, rework, rejection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sightline.sim.assortment import FINANCE, FINANCE_FROM, LOCATIONS, Location
from sightline.sim.world import ERP, World, money, stamp

PROCESS = "purchase_approval"
SENT_BACK, REFUSED, REFUSED_BY_FINANCE = 0.10, 0.05, 0.06
SATURDAY = 5
PRICES = (12_000, 45_000, 90_000, 180_000, 320_000, 760_000, 1_200_000)  # cents


@dataclass(slots=True)
class Request:
    """A request to buy something; `amount` in cents."""

    case: str
    loc: Location
    amount: int
    then: Callable[[], None]
    otherwise: Callable[[], None]


class Approvals:
    """The office through which every request goes.

    Parameters
    ----------
    pace
        Factor on every waiting time; a show is quicker than life.
    series
        Keeps ids apart, see `World.emit`.
    """

    def __init__(
        self, world: World, dice: Random, *, pace: float = 1, series: str = ""
    ) -> None:
        self.world = world
        self.dice = dice
        self.pace = pace
        self.series = series

    def ask(self, request: Request) -> None:
        """Begin a case now; it ends with `request.then` or `request.otherwise`."""
        self._act(request, "Request purchase", request.loc.buyer, "buyer")
        self._after(1, 6, lambda: self._manager(request))

    def _manager(self, request: Request) -> None:
        chance = self.dice.random()
        who = (request.loc.manager, "manager")
        if chance < SENT_BACK:
            self._act(request, "Send back", *who)
            self._after(2, 10, lambda: self._change(request))
        elif chance < SENT_BACK + REFUSED:
            self._act(request, "Reject", *who)
            request.otherwise()
        else:
            self._act(request, "Approve by manager", *who)
            if request.amount >= FINANCE_FROM:
                self._after(14, 54, lambda: self._finance(request))
            else:
                self._after(0.2, 1.5, lambda: self._release(request))

    def _change(self, request: Request) -> None:
        self._act(request, "Change request", request.loc.buyer, "buyer")
        self._after(1, 6, lambda: self._manager(request))

    def _finance(self, request: Request) -> None:
        if self.dice.random() < REFUSED_BY_FINANCE:
            self._act(request, "Reject", FINANCE, "finance")
            request.otherwise()
        else:
            self._act(request, "Approve by finance", FINANCE, "finance")
            self._after(0.2, 1.5, lambda: self._release(request))

    def _release(self, request: Request) -> None:
        self._act(request, "Release order", request.loc.buyer, "buyer")
        request.then()

    def _after(self, low: float, high: float, step: Callable[[], None]) -> None:
        self.world.after(self.pace * self.dice.uniform(low, high), step)

    def _act(self, request: Request, activity: str, who: str, role: str) -> None:
        minutes = self.pace * self.dice.uniform(4, 25)
        began = self.world.now - timedelta(minutes=minutes)
        self.world.emit(
            "process.activity",
            ERP,
            {
                "process": PROCESS,
                "case": request.case,
                "activity": activity,
                "lifecycle": "complete",
                "resource": who,
                "role": role,
                "region": request.loc.region,
                "start": stamp(began),
                "attributes": {"amount": money(request.amount)["amount"], "currency": "EUR"},
            },
            about={"purchase": request.case},
            key=request.case,
            flow=request.case,
            series=self.series,
        )


class Services:
    """Purchases of what is not stocked: repairs, packaging, rent of a forklift."""

    def __init__(self, office: Approvals) -> None:
        self.office = office
        self.world = office.world

    def open_day(self, midnight: datetime) -> None:
        """Schedule the requests of the working day that begins at `midnight`, and the next."""
        dice = self.world.dice("services", midnight.date())
        if midnight.weekday() < SATURDAY:
            for _ in range(dice.randint(3, 7)):
                when = midnight + timedelta(hours=dice.uniform(7, 16))
                request = partial(self.ask, dice.choice(LOCATIONS), dice.choice(PRICES))
                self.world.at(when, request)
        tomorrow = midnight + timedelta(days=1)
        self.world.at(tomorrow, partial(self.open_day, tomorrow))

    def ask(self, loc: Location, amount: int) -> None:
        """Ask now for something that costs `amount` cents; nothing follows from the answer."""
        case = (
            f"PR-{self.office.series}{self.world.number(f'service{self.office.series}', 501)}"
        )
        self.office.ask(Request(case, loc, amount, then=_nothing, otherwise=_nothing))


def _nothing() -> None:
    """Do nothing: a service leaves no trace in stock."""
