# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a warehouse does besides buying and selling: count, correct, use up, move elsewhere."""

from datetime import timedelta
from typing import Any

from sightline.sim.shelf import Shelf
from sightline.sim.world import ERP, WMS, quantity, stamp

COUNT, CORRECT, USE, MOVE, SHORT = 0.03, 0.03, 0.01, 0.5, 0.15  # chances a day
MISCOUNTS = (0, 0, 0, 0, -1, 1, -2)
BREAKAGES, TWICE = (1, 1, 2, 3), 0.3
NEEDY_DAYS, PLENTY_DAYS, MOVED_DAYS = 4, 9, 2.5


def open_books(shelf: Shelf, units: int) -> None:
    """Count `units` on the shelf: where its history begins."""
    shelf.on_hand = units
    _count(shelf)


def look_after(shelf: Shelf) -> None:
    """Do a day's small chores, by chance, and come back tomorrow."""
    dice = shelf.world.dice("upkeep", *shelf.names().values(), shelf.world.now.date())
    if dice.random() < COUNT:
        shelf.on_hand += dice.choice(MISCOUNTS) if shelf.free > 2 else 0  # noqa: PLR2004
        _count(shelf)
    if dice.random() < CORRECT and shelf.free > 2 * max(BREAKAGES):
        _correct(shelf, dice.choice(BREAKAGES), twice=dice.random() < TWICE)
    if dice.random() < USE and shelf.free > 1:
        shelf.on_hand -= 1
        shelf.move("inventory.issue", 1, purpose="sample")
    shelf.world.after(24, lambda: look_after(shelf))


def balance(shelves: list[Shelf]) -> None:
    """Move stock of one item from where it is plenty to where it runs short; again tomorrow."""
    world = shelves[0].world
    dice = world.dice("balance", shelves[0].item.code, world.now.date())
    needy = min(shelves, key=_cover)
    donor = max(shelves, key=_cover)
    called_for = _cover(needy) < NEEDY_DAYS and _cover(donor) > PLENTY_DAYS
    if called_for and dice.random() < MOVE:
        Transfer(donor, needy, max(2, round(MOVED_DAYS * needy.daily))).request()
    world.after(24, lambda: balance(shelves))


class Transfer:
    """Goods of one item on their way between two locations."""

    def __init__(self, donor: Shelf, to: Shelf, units: int) -> None:
        self.donor, self.to, self.units = donor, to, units
        self.world = donor.world
        self.code = f"TR-{self.world.number('transfer', 701)}"
        self.dice = self.world.dice("transfer", self.code)

    def request(self) -> None:
        """Ask for the goods now; they leave later today and arrive tomorrow."""
        self.to.pipeline += self.units
        self.donor.reserved += self.units
        need = self.world.now + timedelta(days=2)
        self._say("requested", ERP, version=1, need_by=need.date().isoformat())
        self.world.after(self.dice.uniform(3, 8), self._ship)

    def _ship(self) -> None:
        self.donor.on_hand -= self.units
        self.donor.reserved -= self.units
        hours = self.dice.uniform(14, 26)
        self._say("shipped", WMS, eta=stamp(self.world.now + timedelta(hours=hours)))
        self.world.after(hours, self._receive)

    def _receive(self) -> None:
        short = 1 if self.dice.random() < SHORT else 0
        self.to.on_hand += self.units - short
        self.to.pipeline -= self.units
        missing = {"short_q": quantity(short)} if short else {}
        self._say("received", WMS, units=self.units - short, **missing)
        self.to.serve()

    def _say(self, step: str, source: str, *, units: int = 0, **more: Any) -> None:
        line = f"{self.code}/1"
        data = {
            "transfer": self.code,
            "transfer_line": line,
            "item": self.donor.item.code,
            "from_loc": self.donor.loc.code,
            "to_loc": self.to.loc.code,
            "q": quantity(units or self.units),
        }
        about = {"item": self.donor.item.code, "transfer": self.code, "transfer_line": line}
        self.world.emit(
            f"transfer.{step}",
            source,
            data | more,
            about=about,
            key=self.donor.item.code,
            flow=self.code,
        )


def _cover(shelf: Shelf) -> float:
    return max(0, shelf.free) / shelf.daily


def _count(shelf: Shelf) -> None:
    code = f"CNT-{shelf.world.number('count', 301)}"
    shelf.move(
        "inventory.counted",
        shelf.on_hand,
        count_id=code,
        counter=f"{shelf.loc.code.lower()}.counter",
        about={"count": code},
    )


def _correct(shelf: Shelf, units: int, *, twice: bool) -> None:
    _write_off(shelf, units)
    if twice:
        again = _write_off(shelf, units)
        shelf.world.after(2, lambda: _undo(shelf, units, again))


def _write_off(shelf: Shelf, units: int) -> str:
    shelf.on_hand -= units
    return str(shelf.move("inventory.adjusted", -units, reason_code="BREAKAGE")["id"])


def _undo(shelf: Shelf, units: int, event_id: str) -> None:
    shelf.on_hand += units
    data = shelf.names() | {"reverses": event_id, "reason": "ENTERED_TWICE"}
    shelf.world.emit("inventory.reversed", WMS, data, about=shelf.names(), key=shelf.item.code)
