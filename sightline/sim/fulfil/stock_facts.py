# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a warehouse system records of a single movement: data of the event and the change."""

from typing import Any, NamedTuple

from sightline.sim.engine.facts import Fact, money, quantity
from sightline.sim.engine.moments import SECOND
from sightline.sim.engine.world import World


class Hold(NamedTuple):
    """Pieces of a shelf that may not be used; `name` is unique among its place's movements."""

    il: int
    units: int
    kind: str
    lot: str
    name: str


class Correction(NamedTuple):
    """What the books are corrected by: signed pieces, and why."""

    il: int
    units: int
    reason: str
    name: str


class StockFacts:
    """Posts a movement and puts down its fact, so that neither is there without the other."""

    def __init__(self, world: World) -> None:
        self._world = world

    def issued(  # noqa: PLR0913  as many as the event has
        self, at: int, il: int, units: int, name: str, *, purpose: str, lot: str = ""
    ) -> None:
        """Take `units` off the shelf."""
        self._world.book.post(at, il, on_hand=-units)
        batch = {"lot": lot} if lot else {}
        cost = self._cost(il)
        self._put(at, il, "issue", name, units, purpose=purpose, unit_cost=cost, **batch)

    def held(self, at: int, hold: Hold) -> None:
        """Put something on hold."""
        self._world.book.post(at, hold.il, hold=hold.units)
        kind, lot = hold.kind, hold.lot
        self._put(at, hold.il, "hold_changed", hold.name, hold.units, hold=kind, lot=lot)

    def let_go(self, at: int, hold: Hold, *, is_bad: bool) -> None:
        """End a hold; what is bad is thrown away in the second after."""
        il, units, kind, lot, name = hold
        self._world.book.post(at, il, hold=-units)
        self._put(at, il, "hold_changed", f"{name}/end", -units, hold=kind, lot=lot)
        if is_bad:
            self.issued(at + SECOND, il, units, f"{name}/scrap", purpose="scrap", lot=lot)

    def adjusted(self, at: int, correction: Correction) -> None:
        """Correct the books."""
        self._world.book.post(at, correction.il, on_hand=correction.units)
        self._put_correction(at, correction)

    def entered_twice(self, at: int, undone: int, correction: Correction) -> None:
        """Enter a correction once more by mistake at `at`, and take that back at `undone`.

        Nothing moved, so nothing is posted: the two events together never happened.
        """
        again = correction._replace(name=f"{correction.name}/again")
        mistake = self._put_correction(at, again)
        undoing = {"reverses": mistake.event_id, "reason": "ENTERED_TWICE"}
        self._world.facts.one(
            Fact(
                at=undone,
                kind="inventory.reversed",
                source=mistake.source,
                name=f"reversed/{again.name}",
                data=mistake.about | undoing | {"q": quantity(again.units)},
                about=mistake.about,
                key=mistake.key,
                cause=mistake.event_id,
            )
        )

    def _put_correction(self, at: int, correction: Correction) -> Fact:
        il, units, reason, name = correction
        cost = self._cost(il)
        return self._put(at, il, "adjusted", name, units, reason_code=reason, unit_cost=cost)

    def _put(self, at: int, il: int, step: str, name: str, units: int, **more: Any) -> Fact:
        item, place = divmod(il, self._world.book.places)
        code, where = self._world.cast.items[item].code, self._world.cast.places[place]
        about = {"item": code, "loc": where.code}
        fact = Fact(
            at=at,
            kind=f"inventory.{step}",
            source=where.source,
            name=f"{step}/{name}",
            data=about | {"q": quantity(units)} | more,
            about=about,
            key=code,
        )
        self._world.facts.one(fact)
        return fact

    def _cost(self, il: int) -> dict[str, str]:
        return money(self._world.cast.items[il // self._world.book.places].cost)
