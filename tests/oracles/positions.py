# SPDX-License-Identifier: AGPL-3.0-or-later
"""Positions by the book: EVENTS §4-5 and RULINGS 1-16 read aloud, slowly, in plain Python.

Nothing here is incremental, clever or fast. Every answer is worked out from all events again,
so that it can be checked against the documents line by line.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracles.book import ZERO, Book, OpenLine, Position
from tests.oracles.documents import order_lines, orders, purchases, transfers
from tests.oracles.events import Event, Line, Place, World, read, world_of

HOUR = timedelta(hours=1)
SILENT = {"inventory.reversed", "supply.po_created", "demand.line_promised"}


def reduce(clouds: Iterable[dict[str, Any]], *, until: datetime | None = None) -> Book:
    """Return the position of every place that an event names, as of `until` (inclusive)."""
    return _reduce(read(clouds), until)


def _reduce(events: list[Event], until: datetime | None) -> Book:
    world = world_of(events, until)
    book: Book = defaultdict(Position)
    _name_places(world, book)
    _stock(world, book)
    _holds(world, book)
    orders(world, book)
    purchases(world, book)
    transfers(world, book)
    return dict(book)


def history(
    clouds: Iterable[dict[str, Any]],
) -> dict[Place, dict[datetime, Position]]:
    """Return the state of every place at the end of every hour that has an event anywhere.

    A superset of what is worth a row: hours without a change repeat the state before.
    """
    events = read(clouds)
    hours = sorted({_hour(event.time) for event in events})
    closing: dict[Place, dict[datetime, Position]] = defaultdict(dict)
    for hour in hours:
        until = hour + HOUR - timedelta(milliseconds=1)
        for place, position in _reduce(events, until).items():
            closing[place][hour] = position
    return dict(closing)


def open_lines(clouds: Iterable[dict[str, Any]]) -> dict[Line, OpenLine]:
    """Return what every order line with an order waits for, closed lines with 0."""
    world = world_of(read(clouds), None)
    return {
        line: OpenLine(
            loc=winner.data["loc"],
            outstanding=outstanding,
            reserved=sum(reserved.values(), ZERO),
            due=winner.data.get("requested_date"),
        )
        for line, winner, outstanding, reserved in order_lines(world)
        if winner is not None
    }


def _name_places(world: World, book: Book) -> None:
    for event in world.events:
        if event.kind not in SILENT:
            for name in ("loc", "from_loc", "to_loc"):
                if name in event.data:
                    book[event.at(name)]


# --- on hand and holds --------------------------------------------------------------------


def _stock(world: World, book: Book) -> None:
    """Walk through the movements; a count sets the balance and notes the variance."""
    for event in world.events:
        if event.kind == "inventory.counted" and event.data.get("authoritative") is not False:
            position = book[event.at()]
            position.last_count_time = event.time
            position.last_count_variance = event.qty - position.on_hand
            position.on_hand = event.qty
        for place, delta in _movement(event):
            book[place].on_hand += delta


def _movement(event: Event) -> list[tuple[Place, Decimal]]:
    match event.kind:
        case "inventory.receipt" | "inventory.adjusted" | "inventory.returned":
            return [(event.at(), event.qty)]
        case "inventory.shipment" | "inventory.issue":
            return [(event.at(), -event.qty)]
        case "transfer.shipped":
            return [(event.at("from_loc"), -event.qty)]
        case "transfer.received":
            return [(event.at("to_loc"), event.qty)]
        case _:
            return []


def _holds(world: World, book: Book) -> None:
    """Sum holds with their signs (RULINGS 7); no count ever touches them."""
    for event in world.events:
        held = (
            event.kind == "inventory.hold_changed"
            or (
                event.kind == "inventory.receipt"
                and event.data.get("bucket") in ("quality", "blocked")
            )
            or (
                event.kind == "inventory.returned"
                and event.data.get("disposition") != "resalable"
            )
        )
        if held:
            book[event.at()].hold += event.qty


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)
