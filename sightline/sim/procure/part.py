# SPDX-License-Identifier: AGPL-3.0-or-later
"""How stock comes in, as one part of the world: reviewed, decided, ordered, delivered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.engine.world import World
from sightline.sim.procure.advising import Advising
from sightline.sim.procure.basket import Basket
from sightline.sim.procure.deliveries import Deliveries
from sightline.sim.procure.followup import Followup
from sightline.sim.procure.inspection import Inspection
from sightline.sim.procure.model import Model
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.procure.params import Params
from sightline.sim.procure.planners import Planners
from sightline.sim.procure.purchases import Purchases
from sightline.sim.procure.receiving import Dock
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.procure.records import Records
from sightline.sim.procure.review import Review

if TYPE_CHECKING:
    from sightline.sim.demand.rates import Rates

ASLEEP_DAYS = 3  # after a refusal


class Procure:
    """Keeps places supplied.

    Attributes
    ----------
    dock
        Where deliveries come in.
    """

    def __init__(self, world: World, rates: "Rates", params: Params) -> None:
        del rates  # all that planning knows of demand is in `params`
        self._world = world
        self._model = Model(world)
        self._records = Records(world, params)
        self._review = Review(world, params)
        self._advising = Advising(world, self._model)
        self._planners = Planners(world, params, self._decided)
        self._purchases = Purchases(world, self._released, self._dropped)
        self._basket = Basket(world, self._order)
        self._followup = Followup(world, self._purchases.open)
        inspection = Inspection(world, self._followup.settle)
        self.dock = Dock(world, inspection, self._followup.received)
        self._deliveries = Deliveries(world, self._followup.answered, self.dock.take)

    def tick(self, at: int) -> None:
        """Follow model and parameters; review the places that open."""
        self._model.look(at)
        if at % DAY == 0:
            self._records.tell(at)
        for place in range(len(self._world.cast.places)):
            if self._opens(place, at):
                self._look_at(place, at)

    def within(self, at: int) -> None:
        """Let the agenda carry every order."""

    def open_lines(self) -> list[PurchaseLine]:
        """Return lines of purchase orders that are not closed, in order of id."""
        return [self._purchases.open[each] for each in sorted(self._purchases.open)]

    def open_recommendations(self) -> list[Recommendation]:
        """Return recommendations without a resolution, in order of id."""
        return self._planners.open()

    def _opens(self, place: int, at: int) -> bool:
        calendar = self._world.cast.calendar_of(place)
        day = at // DAY
        return calendar.is_open(day) and at <= calendar.opens(day) < at + HOUR

    def _look_at(self, place: int, at: int) -> None:
        found = self._review.of_place(place, at, self._model.state)
        made = self._advising.made(found, place, at)
        for each in made:
            self._plan(each.item, each.place, each.units)
            self._review.is_waiting[self._world.il(each.item, each.place)] = True
        self._planners.take(made, at)

    def _plan(self, item: int, place: int, units: int) -> None:
        self._review.planned[self._world.il(item, place)] += units

    def _decided(self, each: Recommendation, at: int) -> None:
        self._plan(each.item, each.place, each.final_units - each.units)
        if each.final_units:
            po = self._basket.put(each, at)
            each.order_line = f"{po}/{self._world.cast.items[each.item].code}"
            return
        il = self._world.il(each.item, each.place)
        self._review.is_waiting[il] = False
        if each.outcome == "rejected":
            self._review.asleep_until[il] = at // DAY + ASLEEP_DAYS

    def _order(self, po: str, wanted: Sequence[Recommendation], at: int) -> None:
        for each in wanted:
            self._review.is_waiting[self._world.il(each.item, each.place)] = False
        self._purchases.draw_up(po, wanted, at)

    def _released(self, order: Sequence[PurchaseLine], at: int) -> None:
        for line in order:
            self._plan(line.item, line.place, -line.ordered)
            line.labels = self._world.hooks.supplier_labels(line.supplier, at)
        self._deliveries.begin(order, at)
        self._followup.watch(order, at)

    def _dropped(self, line: PurchaseLine) -> None:
        self._plan(line.item, line.place, -line.ordered)
