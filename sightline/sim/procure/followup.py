# SPDX-License-Identifier: AGPL-3.0-or-later
"""What buyers do about suppliers: take a changed promise, cancel, chase, close short."""

from collections.abc import Sequence

from sightline.sim.engine.moments import DAY, MINUTE
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import iso
from sightline.sim.procure.order import PurchaseLine, Statement
from sightline.sim.procure.sayings import post, say

TAKES_CHANGE = 0.65  # of changes by a supplier are entered into the order
REACTION = (2.0, 9.0)  # hours of work
ANSWERS_WITHIN = 4 * DAY  # of the release, if ever
GIVES_UP = (20.0, 60.0)  # hours of work until a rest is written off


class Followup:
    """Buyers' answers to what suppliers do; opens exceptions and ends lines.

    Attributes
    ----------
    open
        Released and unreleased lines by id; a line leaves when it is closed.
    """

    def __init__(self, world: World, lines: dict[str, PurchaseLine]) -> None:
        self._world = world
        self.open = lines
        self._late: dict[str, int] = {}

    def watch(self, order: Sequence[PurchaseLine], at: int) -> None:
        """Look at the lines of an order when their due day is over."""
        days = {line.due_day for line in order}
        for day in sorted(days):
            self._look_after(order, max(day, at // DAY))

    def answered(self, line: PurchaseLine, at: int) -> None:
        """Act upon a supplier's answer."""
        reply = line.replies[-1]
        dice = self._world.draws.dice("buyer", line.id)
        office = self._world.cast.office_of(line.region)
        takes, due = dice.chance(TAKES_CHANGE), office.add_work(at, dice.uniform(*REACTION))
        if reply.status == "reject":
            self._refused(line, at)
            self._world.agenda.at(due, f"cancel/{line.id}", lambda now: self._cancel(line, now))
        elif reply.status == "change":
            if takes:
                self._world.agenda.at(due, f"take/{line.id}", lambda now: self._take(line, now))
            if reply.day > line.need_day:
                self._look_after([line], reply.day)

    def received(self, line: PurchaseLine, at: int) -> None:
        """Act upon a delivery that came in, whole or not."""
        receipt = line.receipts[-1]
        if receipt.is_final:
            self._compare(line, receipt.asn, at)
        self.settle(line, at)

    def settle(self, line: PurchaseLine, at: int) -> None:
        """Close the line when nothing more is to come, or write off what is missing."""
        if line.closed_at or line.awaited or line.on_inspection:
            return
        if line.is_complete or line.is_closed_short:
            self._close(line, at)
            return
        dice = self._world.draws.dice("give up", line.id)
        office = self._world.cast.office_of(line.region)
        due = office.add_work(max(at, line.due_day * DAY), dice.uniform(*GIVES_UP))
        self._world.agenda.at(due, f"give_up/{line.id}", lambda now: self._give_up(line, now))

    def _refused(self, line: PurchaseLine, at: int) -> None:
        self._world.exceptions.open(
            at,
            "ack_rejected",
            "high",
            f"ack_rejected/{line.id}",
            item=line.item,
            place=line.place,
            object=f"po_line/{line.id}",
            money=line.units * line.price,
            region=line.region,
        )

    def _compare(self, line: PurchaseLine, asn: str, at: int) -> None:
        advised = next((each.units for each in line.advices if each.asn == asn), 0)
        came = sum(each.units for each in line.receipts if each.asn == asn)
        if came < advised:
            self._world.exceptions.open(
                at,
                "asn_short",
                "medium",
                f"asn_short/{asn}",
                item=line.item,
                place=line.place,
                object=f"asn_line/{asn}",
                money=(advised - came) * line.price,
                region=line.region,
                labels=line.labels,
            )

    def _take(self, line: PurchaseLine, at: int) -> None:
        """Enter the supplier's change into the order."""
        if line.closed_at or line.received:
            return
        reply = line.replies[-1]
        self._state(line, at, reply.units, reply.day, reason="SUPPLIER_CHANGE")

    def _cancel(self, line: PurchaseLine, at: int) -> None:
        self._state(line, at, 0, line.need_day, reason="SUPPLIER_REJECTED")
        self._world.exceptions.settle(at, f"ack_rejected/{line.id}", "cancelled")
        self._close(line, at)

    def _give_up(self, line: PurchaseLine, at: int) -> None:
        if line.closed_at or line.is_closed_short:
            return
        self._state(line, at, line.units, line.statements[-1].day, reason="REST", closes=True)
        for advice in line.advices:
            self._world.exceptions.settle(at, f"asn_short/{advice.asn}", "closed_short")
        self.settle(line, at)

    def _state(  # noqa: PLR0913  a statement has that many parts
        self,
        line: PurchaseLine,
        at: int,
        units: int,
        day: int,
        *,
        reason: str,
        closes: bool = False,
    ) -> None:
        before, version = line.state(), line.statements[-1].version + 1
        line.statements.append(Statement(at, version, units, closes, day))
        say(
            self._world,
            line,
            "supply.po_changed",
            at,
            name=f"po_changed/{line.id}/{version}",
            units=units,
            version=version,
            date=iso(day),
            closed_short=closes,
            reason_code=reason,
        )
        post(self._world, line, at, before)

    def _look_after(self, order: Sequence[PurchaseLine], day: int) -> None:
        due = (day + 1) * DAY + MINUTE
        name = f"late/{order[0].po}/{order[0].id}"
        self._world.agenda.at(due, name, lambda now: self._look(order, day, now))

    def _look(self, order: Sequence[PurchaseLine], day: int, at: int) -> None:
        late = [line for line in order if _is_late(line, day)]
        waits = [line for line in late if _may_still_answer(line, at)]
        if waits:
            self._look_after(waits, day + 1)
        late = [line for line in late if line not in waits]
        if not late:
            return
        head = late[0]
        self._late[head.po] = self._late.get(head.po, 0) + len(late)
        for line in late:
            line.late_since = (line.due_day + 1) * DAY
            self._note(line)
        self._world.exceptions.open(
            at,
            "late_po",
            "high" if head.is_emergency else "medium",
            f"late_po/{head.po}",
            item=head.item if len(late) == 1 else -1,
            place=head.place,
            object=f"po/{head.po}",
            money=sum((line.units - line.received) * line.price for line in late),
            region=head.region,
            labels=head.labels,
        )

    def _note(self, line: PurchaseLine) -> None:
        """Tell the labels of a line that it is truly late."""
        found = {"po_line": line.id, "due": iso(line.due_day)}
        for label in line.labels:
            self._world.labels.all[label].expected.setdefault("late_lines", []).append(found)

    def _close(self, line: PurchaseLine, at: int) -> None:
        line.closed_at = at
        del self.open[line.id]
        if line.late_since:
            self._late[line.po] -= 1
            if not self._late[line.po]:
                del self._late[line.po]
                self._world.exceptions.settle(at, f"late_po/{line.po}", "delivered")
        self._world.ended(line)


def _is_late(line: PurchaseLine, day: int) -> bool:
    is_over = line.due_day <= day and not line.late_since
    return is_over and not line.closed_at and not line.is_complete


def _may_still_answer(line: PurchaseLine, at: int) -> bool:
    """Tell whether the supplier may yet confirm a day; until then no day is its own."""
    return not line.replies and at < line.released_at + ANSWERS_WITHIN
