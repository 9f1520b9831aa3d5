# SPDX-License-Identifier: AGPL-3.0-or-later
"""What lines of orders, purchase orders and transfers add to a book: RULINGS 2-6 and 12."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tests.oracles.book import ZERO, Book
from tests.oracles.events import Event, Line, Place, World, base

# --- order lines --------------------------------------------------------------------------


def orders(world: World, book: Book) -> None:
    for line, winner, outstanding, reserved in order_lines(world):
        for loc, qty in reserved.items():
            book[Place(line.tenant, line.item, loc)].reserved += qty
        if winner is not None:
            home = book[winner.at()]
            home.outstanding += outstanding
            home.backordered += max(ZERO, outstanding - sum(reserved.values(), ZERO))


def order_lines(
    world: World,
) -> list[tuple[Line, Event | None, Decimal, dict[str, Decimal]]]:
    """Return every line with its winning document, what is outstanding and reserved where."""
    kinds = (
        "demand.line_placed",
        "demand.line_changed",
        "demand.line_cancelled",
        "inventory.shipment",
        "allocation.changed",
    )
    lines = _by_line(world.of(*kinds), "order_line")
    result = []
    for line, events in lines.items():
        documents = _only(events, "demand.line_placed", "demand.line_changed")
        winner = _winner(documents)
        outstanding = _outstanding(line, events, winner, world.undone)
        result.append((line, winner, outstanding, _reserved(events, outstanding)))
    return result


def _outstanding(
    line: Line,
    events: list[Event],
    winner: Event | None,
    undone: list[tuple[Event, datetime]],
) -> Decimal:
    """Return ordered - cancelled - shipped, 0 for good once a cancel brought it to 0.

    RULINGS 3. A cancel sees the shipments up to its own time, also those that were reversed
    only after it.
    """
    if winner is None:
        return ZERO
    shipments = _only(events, "inventory.shipment")
    reversed_shipments = [
        (event, when)
        for event, when in undone
        if event.kind == "inventory.shipment" and event.line("order_line") == line
    ]
    left = winner.qty
    for cancel in _only(events, "demand.line_cancelled"):
        if cancel.version < winner.version:
            continue
        left -= cancel.qty
        shipped = _total(event for event in shipments if event.time <= cancel.time)
        shipped += _total(
            event
            for event, when in reversed_shipments
            if event.time <= cancel.time and when > cancel.time
        )
        if left - shipped <= 0:
            return ZERO
    return max(ZERO, left - _total(shipments))


def _reserved(events: list[Event], outstanding: Decimal) -> dict[str, Decimal]:
    """Clip allocations less shipments per location, by policy rank, then name (RULINGS 2)."""
    allocations = _only(events, "allocation.changed")
    shipments = _only(events, "inventory.shipment")
    ranks: dict[str, int] = {}
    for event in allocations:
        loc, rank = event.data["loc"], int(event.data["policy_rank"])
        ranks[loc] = min(rank, ranks.get(loc, rank))
    reserved: dict[str, Decimal] = {}
    left = outstanding
    for loc in sorted(ranks, key=lambda loc: (ranks[loc], loc)):
        wanted = _total(_there(allocations, loc)) - _total(_there(shipments, loc))
        reserved[loc] = min(max(ZERO, wanted), left)
        left -= reserved[loc]
    return reserved


# --- purchase order lines -----------------------------------------------------------------


def purchases(world: World, book: Book) -> None:
    """Split what is open between order and transit, at the home of the line (RULINGS 4)."""
    receipts = [event for event in world.of("inventory.receipt") if event.data.get("po_line")]
    others = world.of("supply.po_released", "supply.po_changed", "supply.asn")
    for events in _by_line(receipts + others, "po_line").values():
        if not _only(events, "supply.po_released"):
            continue
        winner = _winner(_only(events, "supply.po_released", "supply.po_changed"))
        assert winner is not None
        received = _total(_only(events, "inventory.receipt"))
        unreceived = _unreceived(events)
        home = book[winner.at()]
        home.over_received += max(ZERO, received - winner.qty)
        if winner.data.get("closed_short"):
            home.in_transit += unreceived
        else:
            still_open = max(ZERO, winner.qty - received)
            home.in_transit += min(unreceived, still_open)
            home.on_order += still_open - min(unreceived, still_open)


def _unreceived(events: list[Event]) -> Decimal:
    """Return what the supplier's notices announced and no receipt has taken (RULINGS 5).

    Receipts that name their notice come first; the others take from the oldest open notice.
    A notice sent again keeps its age and takes the newer quantity.
    """
    notices: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(_only(events, "supply.asn"), key=lambda event: event.order):
        notices[event.data["asn_line"]].append(event)
    rest = {name: winner.qty for name, again in notices.items() if (winner := _winner(again))}
    receipts = sorted(_only(events, "inventory.receipt"), key=lambda event: event.order)
    for receipt in receipts:
        named = receipt.data.get("asn_line")
        if named in rest:
            rest[named] = max(ZERO, rest[named] - receipt.qty)
    for receipt in receipts:
        named = receipt.data.get("asn_line")
        if named in rest and receipt.data.get("final"):
            rest[named] = ZERO
    for receipt in receipts:
        if not receipt.data.get("asn_line"):
            _take_oldest(rest, receipt)
    return sum(rest.values(), ZERO)


def _take_oldest(rest: dict[str, Decimal], receipt: Event) -> None:
    left, last = receipt.qty, None
    for notice, there in rest.items():
        taken = min(left, there)
        if taken > 0:
            rest[notice] -= taken
            left -= taken
            last = notice
    if last is not None and receipt.data.get("final"):
        rest[last] = ZERO


# --- transfer lines -----------------------------------------------------------------------


def transfers(world: World, book: Book) -> None:
    """Move requested to shipped to received at the destination (RULINGS 6)."""
    kinds = ("transfer.requested", "transfer.shipped", "transfer.received")
    for events in _by_line(world.of(*kinds), "transfer_line").values():
        winner = _winner(_only(events, "transfer.requested"))
        shipped = _total(_only(events, "transfer.shipped"))
        received = _only(events, "transfer.received")
        short = sum((_short(event) for event in received), ZERO)
        home = book[events[0].at("to_loc")]
        home.in_transit += max(ZERO, shipped - _total(received) - short)
        home.in_transit_loss += short
        if winner is not None:
            home.on_order += max(ZERO, winner.qty - shipped)


def _short(event: Event) -> Decimal:
    return base(event.data["short_q"]) if event.data.get("short_q") else ZERO


# --- words used above ---------------------------------------------------------------------


def _winner(documents: list[Event]) -> Event | None:
    """Return the document that holds now: RULINGS 12, sequences only inside one source."""
    one_source = len({event.source for event in documents}) == 1
    return max(
        documents,
        key=lambda event: (
            event.version,
            event.sequence if one_source else "",
            event.recorded,
            event.id,
        ),
        default=None,
    )


def _total(events: Iterable[Event]) -> Decimal:
    return sum((event.qty for event in events), ZERO)


def _only(events: Iterable[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def _there(events: Iterable[Event], loc: str) -> list[Event]:
    return [event for event in events if event.data["loc"] == loc]


def _by_line(events: Iterable[Event], name: str) -> dict[Line, list[Event]]:
    lines: dict[Line, list[Event]] = defaultdict(list)
    for event in events:
        lines[event.line(name)].append(event)
    return lines
