# SPDX-License-Identifier: AGPL-3.0-or-later
"""Purchase orders from the desk to the supplier: drawn up, approved, released or refused."""

from collections.abc import Callable, Sequence
from functools import partial

from sightline.sim.engine.facts import money
from sightline.sim.engine.moments import DAY, MINUTE, stamp
from sightline.sim.engine.world import World
from sightline.sim.office.approvals import Request
from sightline.sim.procure.dates import iso
from sightline.sim.procure.order import PurchaseLine, Statement
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.procure.sayings import post, say

SURCHARGE = 10  # percent on the price of an emergency order
CANCEL_DAYS = 2  # for nothing
TO_RELEASE = (2, 40)  # minutes from the last signature

Order = list[PurchaseLine]


class Purchases:
    """Draws up orders and brings them to the supplier.

    Parameters
    ----------
    released
        Called with the lines of a released order and the moment.
    dropped
        Called with a line that will not be ordered after all.
    """

    def __init__(
        self,
        world: World,
        released: Callable[[Order, int], None],
        dropped: Callable[[PurchaseLine], None],
    ) -> None:
        self._world = world
        self._released = released
        self._dropped = dropped
        self.open: dict[str, PurchaseLine] = {}

    def draw_up(self, po: str, wanted: Sequence[Recommendation], at: int) -> None:
        """Make an order of what was decided; two below the limit when it is to be split."""
        order = [self._line(po, each, at) for each in wanted]
        amount = _amount(order)
        region = order[0].region
        violation = self._world.hooks.violation(po, region, amount, at)
        orders = _split(order) if violation == "split" else [order]
        for each in orders:
            self._submit(each, violation, at)

    def _line(self, po: str, each: Recommendation, at: int) -> PurchaseLine:
        cast = self._world.cast
        article, there = cast.items[each.item], cast.places[each.place]
        supplier = cast.suppliers[each.supplier].code
        name = f"{po}/{article.code}"
        price = article.cost * (100 + SURCHARGE * each.is_emergency) // 100
        about = {"po_line": name, "po": po, "item": article.code, "loc": there.code}
        about["supplier"] = supplier
        return PurchaseLine(
            id=name,
            po=po,
            item=each.item,
            place=each.place,
            supplier=each.supplier,
            region=each.region,
            il=self._world.il(each.item, each.place),
            pack=article.pack,
            price=price,
            ordered=each.final_units,
            need_day=each.final_day,
            created_at=at,
            is_emergency=each.is_emergency,
            requester=each.planner or cast.people_of("planner", each.region)[0].id,
            about=about,
            base=about | {"region": cast.regions[each.region]},
            recommendation=each,
        )

    def _submit(self, order: Order, violation: str, at: int) -> None:
        amount, first = _amount(order), max(order, key=lambda line: line.ordered * line.price)
        labels = self._world.hooks.violation_labels(first.po) if violation else ()
        has_to_ask = self._world.approvals.needs(amount) and violation != "bypass"
        request = f"APR-{first.po}" if has_to_ask else ""
        for line in order:
            line.violation, line.approval = violation, request
            self.open[line.id] = line
            self._created(line, labels)
        release = partial(self._answered, order)
        if not has_to_ask:
            release(at, True)  # noqa: FBT003  the answer that nobody had to give
            return
        self._world.approvals.ask(
            Request(
                id=request,
                object_type="po",
                object_id=first.po,
                region=first.region,
                amount=amount,
                requester=first.requester,
                then=release,
                flow=first.po,
                violation="self_approval" if violation == "self_approval" else "",
                is_urgent=first.is_emergency,
                labels=labels,
            )
        )

    def _created(self, line: PurchaseLine, labels: tuple[str, ...]) -> None:
        say(
            self._world,
            line,
            "supply.po_created",
            line.created_at,
            name=f"po_created/{line.id}",
            units=line.ordered,
            labels=labels,
            version=1,
            price=money(line.price),
            need_date=iso(line.need_day),
            cancel_until=iso(line.created_at // DAY + CANCEL_DAYS),
            emergency=line.is_emergency,
            actor={"id": line.requester, "role": "planner"},
        )

    def _answered(self, order: Order, at: int, is_approved: bool) -> None:  # noqa: FBT001
        dice = self._world.draws.dice("release", order[0].po)
        due = at + round(dice.uniform(*TO_RELEASE) * 60) * (MINUTE // 60)
        step = self._release if is_approved else self._refuse
        self._world.agenda.at(due, f"release/{order[0].po}", partial(step, order))

    def _release(self, order: Order, at: int) -> None:
        for line in order:
            before = line.state()
            line.released_at = at
            line.statements.append(Statement(at, 1, line.ordered, False, line.need_day))  # noqa: FBT003
            bypassed = line.violation == "bypass"
            say(
                self._world,
                line,
                "supply.po_released",
                at,
                name=f"po_released/{line.id}",
                units=line.ordered,
                labels=self._world.hooks.violation_labels(line.po) if bypassed else (),
                version=1,
                price=money(line.price),
                need_date=iso(line.need_day),
                release_time=stamp(at),
            )
            post(self._world, line, at, before)
        self._released(order, at)

    def _refuse(self, order: Order, at: int) -> None:
        for line in order:
            line.refused_at = line.closed_at = at
            say(
                self._world,
                line,
                "supply.po_changed",
                at,
                name=f"po_changed/{line.id}/2",
                units=0,
                version=2,
                reason_code="NOT_APPROVED",
            )
            del self.open[line.id]
            self._dropped(line)
            self._world.ended(line)


def _amount(order: Order) -> int:
    return sum(line.ordered * line.price for line in order)


def _split(order: Order) -> list[Order]:
    """Return two orders with about half of every line each, in pieces if it must be."""
    halves: tuple[Order, Order] = ([], [])
    for turn, line in enumerate(order):
        small, large = line.ordered // 2, line.ordered - line.ordered // 2
        shares = (small, large) if turn % 2 else (large, small)
        for half, units, suffix in zip(halves, shares, ("", "B"), strict=True):
            if units:
                half.append(_part(line, units, suffix))
    return [half for half in halves if half]


def _part(line: PurchaseLine, units: int, suffix: str) -> PurchaseLine:
    if not suffix:
        line.ordered = units
        return line
    po = line.po + suffix
    name = po + line.id.removeprefix(line.po)
    own = {"po": po, "po_line": name}
    return PurchaseLine(
        id=name,
        po=po,
        item=line.item,
        place=line.place,
        supplier=line.supplier,
        region=line.region,
        il=line.il,
        pack=line.pack,
        price=line.price,
        ordered=units,
        need_day=line.need_day,
        created_at=line.created_at,
        is_emergency=line.is_emergency,
        requester=line.requester,
        about=line.about | own,
        base=line.base | own,
        recommendation=line.recommendation,
    )
