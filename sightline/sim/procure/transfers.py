# SPDX-License-Identifier: AGPL-3.0-or-later
"""Transfers between places: asked for every morning, approved when dear, shipped, received."""

from typing import TYPE_CHECKING

from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import DAY, HOUR, SECOND, day_of
from sightline.sim.engine.world import World
from sightline.sim.fulfil.shelves import truly_free
from sightline.sim.office.request import Request
from sightline.sim.procure.imbalance import Imbalance, Move
from sightline.sim.procure.transfer import Transfer, code
from sightline.sim.procure.transfer_facts import TransferFacts

if TYPE_CHECKING:
    from sightline.sim.procure.params import Params

REVIEW_HOUR = 5  # UTC, before the shifts begin
FIRST_S, LAST_S = 42, 56  # within the first minute, once allocation and waves are done
ATTENTION = 0.8  # chance that a planner follows up on an imbalance on a day
CHANGED, CANCELLED = 0.08, 0.03  # of those that are ready to leave
PICKED_HOURS = (2.0, 6.0)  # working hours from ready to the dock
ENOUGH = 0.5  # less than this part of the request is not worth the way
LATE_SIGMA, UNLOADED_HOURS = 0.18, (0.5, 2.5)
DELAYED = 6 * HOUR  # so late that the carrier tells
SHORT, LOST = 0.06, 0.08  # chance of a loss; its largest part of the goods
TRIP, EXPRESS = 15_00, 1.5  # cents a line; factor when urgent


class Transfers:
    """Decides last in the hour, so that what it ships is free for sure."""

    def __init__(self, world: World, params: "Params") -> None:
        self._world = world
        self._facts = TransferFacts(world)
        self._imbalance = Imbalance(world, params)
        self._open: dict[str, Transfer] = {}
        self._leaving: dict[int, list[Transfer]] = {}

    def open(self) -> list[Transfer]:
        """Return the transfers that have not come to their end, in order of id."""
        return [self._open[each] for each in sorted(self._open)]

    def tick(self, at: int) -> None:
        """Ship what leaves in this hour; look for imbalances in the morning."""
        for transfer in sorted(self._leaving.pop(at, []), key=lambda each: each.id):
            if transfer.is_waiting:
                self._ship(transfer, at)
        self._imbalance.watch(at)
        if at % DAY == REVIEW_HOUR * HOUR:
            self._review(at)

    def within(self, at: int) -> None:
        """Do nothing: what happens within the hour is on the agenda."""

    def _review(self, at: int) -> None:
        for move in self._imbalance.moves(at, list(self._open.values())):
            name = self._name(move, at)
            dice = self._world.draws.dice("transfer", name)
            if dice.chance(ATTENTION):
                self._request(move, name, at + dice.whole(FIRST_S, LAST_S) * SECOND, dice)

    def _name(self, move: Move, at: int) -> str:
        item, to_place = divmod(move.il, self._world.book.places)
        places, donor = self._world.cast.places, move.donor % self._world.book.places
        transfer = code(places[donor].code, places[to_place].code, at)
        return f"{transfer}/{self._world.cast.items[item].code}"

    def _request(self, move: Move, name: str, at: int, dice: Dice) -> None:
        cast = self._world.cast
        item, to_place = divmod(move.il, len(cast.places))
        from_place = move.donor % len(cast.places)
        region = cast.places[to_place].regions[0]
        is_late = self._world.hooks.transfer_wait_hours(to_place, at) > 0
        article = cast.items[item].code
        labels = self._world.hooks.late_transfer(name, article, to_place, at) if is_late else ()
        transfer = Transfer(
            id=name,
            transfer=name.rpartition("/")[0],
            item=item,
            from_place=from_place,
            to_place=to_place,
            il=move.il,
            donor=move.donor,
            region=region,
            requested_at=at,
            cover_days=move.cover_days,
            out_since=move.out_since,
            is_urgent=move.out_since > 0,
            requester=dice.choice(cast.people_of("planner", region)).id,
            carrier=cast.lane(from_place, to_place).carrier,
            labels=labels,
        )
        for label in labels:
            self._world.labels.all[label].start = move.out_since
        self._open[name] = transfer
        self._facts.requested(transfer, at, move.units)
        self._get_approved(transfer)

    def _get_approved(self, transfer: Transfer) -> None:
        amount = transfer.units * self._world.cast.items[transfer.item].cost
        if not self._world.approvals.needs(amount, "transfer"):
            self._get_ready(transfer, transfer.requested_at)
            return
        transfer.approval = f"APR-{transfer.id}"

        def answered(at: int, is_approved: bool) -> None:  # noqa: FBT001  told by position
            if is_approved:
                self._get_ready(transfer, at)
            else:
                transfer.is_refused = True
                self._cancel(transfer, at)

        self._world.approvals.ask(
            Request(
                id=transfer.approval,
                object_type="transfer",
                object_id=transfer.id,
                region=transfer.region,
                amount=amount,
                requester=transfer.requester,
                then=answered,
                flow=transfer.transfer,
                is_urgent=transfer.is_urgent,
                labels=transfer.labels,
            ),
            transfer.requested_at,
        )

    def _get_ready(self, transfer: Transfer, at: int) -> None:
        """Have it picked for the first full hour after some hours of work."""
        transfer.ready_at = at
        dice = self._world.draws.dice("transfer/pick", transfer.id)
        calendar = self._world.cast.calendar_of(transfer.from_place)
        done = calendar.add_work(at, dice.uniform(*PICKED_HOURS))
        leaves = (done // HOUR + 1) * HOUR
        self._leaving.setdefault(leaves, []).append(transfer)
        second_thoughts = at + int(dice.uniform(0.1, 0.9) * (leaves - at)) // SECOND * SECOND
        if dice.chance(CANCELLED):
            self._world.agenda.at(
                second_thoughts, transfer.id, lambda now: self._cancel(transfer, now)
            )
        elif dice.chance(CHANGED):
            units = max(1, round(transfer.units * dice.uniform(0.5, 0.95)))
            self._world.agenda.at(
                second_thoughts,
                transfer.id,
                lambda now: self._facts.requested(transfer, now, units),
            )

    def _cancel(self, transfer: Transfer, at: int) -> None:
        self._facts.requested(transfer, at, 0)
        transfer.cancelled_at = at
        self._end(transfer)

    def _end(self, transfer: Transfer) -> None:
        del self._open[transfer.id]
        self._world.ended(transfer)

    def _ship(self, transfer: Transfer, at: int) -> None:
        """Ship what the donor can still spare, or nothing."""
        dice = self._world.draws.dice("transfer/ship", transfer.id)
        when = at + dice.whole(FIRST_S, LAST_S) * SECOND
        free = truly_free(self._world.book, transfer.donor)
        if free < transfer.units:
            if free < ENOUGH * transfer.units or free < 1:
                self._cancel(transfer, when)
                return
            self._facts.requested(transfer, when - SECOND, free)
        lane = self._world.cast.lane(transfer.from_place, transfer.to_place)
        cost = TRIP + lane.cost * transfer.units
        eta = when + round(lane.days * DAY / HOUR) * HOUR
        self._facts.shipped(
            transfer, when, eta, round(cost * EXPRESS) if transfer.is_urgent else cost
        )
        self._travel(transfer, when, eta, dice)

    def _travel(self, transfer: Transfer, at: int, eta: int, dice: Dice) -> None:
        arrives = at + int((eta - at) * dice.lognormal(1.0, LATE_SIGMA)) // SECOND * SECOND
        self._facts.milestone(transfer, at + SECOND, "departed", eta)
        if arrives - eta > DELAYED:
            self._world.agenda.at(
                eta,
                f"{transfer.id}/delayed",
                lambda now: self._facts.milestone(transfer, now, "delayed", arrives),
            )
        calendar = self._world.cast.calendar_of(transfer.to_place)
        booked = calendar.add_work(arrives, dice.uniform(*UNLOADED_HOURS))
        short = 0
        if dice.chance(SHORT):
            short = max(1, int(dice.uniform(0, LOST) * transfer.shipped))
        self._world.agenda.at(
            booked, transfer.id, lambda now: self._receive(transfer, now, short)
        )

    def _receive(self, transfer: Transfer, at: int, short: int) -> None:
        self._facts.milestone(transfer, at - SECOND, "delivered", at - SECOND)
        self._facts.received(transfer, at, short)
        for label in transfer.labels:
            over = (day_of(at) + 1) * DAY
            self._world.labels.all[label].end = min(over, self._world.run.end)
        if short:
            item = self._world.cast.items[transfer.item]
            self._world.exceptions.open(
                at,
                "transfer_short",
                "medium",
                f"transfer_short/{transfer.id}",
                item=transfer.item,
                place=transfer.to_place,
                object=f"transfer_line/{transfer.id}",
                money=short * item.cost,
                region=transfer.region,
                labels=transfer.labels,
            )
        self._end(transfer)
