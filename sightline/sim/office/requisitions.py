# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is bought and not stocked, such as repairs and packaging: approved all the same."""

from typing import TYPE_CHECKING

from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import DAY, SECOND, date_of
from sightline.sim.office.policy import needs_approval
from sightline.sim.office.request import Request

if TYPE_CHECKING:
    from sightline.sim.engine.world import World
    from sightline.sim.office.approvals import Approvals

MOST_PER_DAY, ITEMS_PER_MORE = 2, 600
"""Most of a region on a working day, and items of a world by which there is one more."""

MEDIAN_CENTS, SPREAD = 1_200_000, 1.1
LEFT_OF_SHIFT = 0.9  # nobody asks for anything in the last tenth


class Requisitions:
    """Asks for what the regions' offices want, each working day."""

    def __init__(self, world: "World", approvals: "Approvals") -> None:
        self._world = world
        self._approvals = approvals

    def tick(self, at: int) -> None:
        """Plan the requests of the day that begins at `at`."""
        if at % DAY:
            return
        for region in range(len(self._world.cast.regions)):
            if self._world.cast.office_of(region).is_open(at // DAY):
                self._plan(region, at // DAY)

    def _plan(self, region: int, day: int) -> None:
        most = MOST_PER_DAY + len(self._world.cast.items) // ITEMS_PER_MORE
        dice = self._world.draws.dice("requisitions", region, day)
        for nth in range(dice.whole(0, most)):
            self._ask(region, day, nth)

    def _ask(self, region: int, day: int, nth: int) -> None:
        dice = self._world.draws.dice("requisition", region, day, nth)
        amount = round(dice.lognormal(MEDIAN_CENTS, SPREAD))
        if not needs_approval(amount):
            return
        name = f"PR-{self._world.cast.regions[region]}-{date_of(day):%y%m%d}-{nth}"
        people = self._world.cast.people_of("planner", region)
        request = Request(
            id=f"APR-{name}",
            object_type="requisition",
            object_id=name,
            region=region,
            amount=amount,
            requester=dice.choice(people).id,
        )
        self._approvals.ask(request, self._moment(region, day, dice))

    def _moment(self, region: int, day: int, dice: Dice) -> int:
        office = self._world.cast.office_of(region)
        opens, closes = office.opens(day), office.closes(day)
        return (
            opens + int(dice.uniform(0.0, LEFT_OF_SHIFT) * (closes - opens) / SECOND) * SECOND
        )
