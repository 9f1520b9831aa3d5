# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counts leave open, and what statements of others compare with, by brute force.

EVENTS §5: a movement within ten minutes of a count from another source may or may not have
been in what was counted. A statement (`authoritative: false`) moves nothing and is compared
with the position of its moment.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from tests.oracles.book import ZERO
from tests.oracles.events import Event, Place, read, world_of

WINDOW = timedelta(minutes=10)


class Comparison(NamedTuple):
    """One statement that stands, and the position that it is held against."""

    place: Place
    source: str
    event_id: str
    time: datetime
    stated: Decimal
    computed: Decimal
    low: Decimal
    high: Decimal


def is_statement(event: Event) -> bool:
    return event.kind == "inventory.counted" and event.data.get("authoritative") is False


def is_count(event: Event) -> bool:
    return event.kind == "inventory.counted" and not is_statement(event)


def comparisons(clouds: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], Comparison]:
    """Return every statement that stands, by place, source and id."""
    events = world_of(read(clouds), None).events
    found = [_compared(events, event) for event in events if is_statement(event)]
    return {(*each.place, each.source, each.event_id): each for each in found}


def ranges(clouds: Iterable[dict[str, Any]]) -> dict[Place, tuple[Decimal, Decimal]]:
    """Return the lowest and the highest that on hand could be now, by place."""
    events = world_of(read(clouds), None).events
    places = {place for event in events for place, _ in moves(event)}
    places |= {event.at() for event in events if is_count(event)}
    return {place: _range(events, place, None) for place in places}


def moves(event: Event) -> Iterator[tuple[Place, Decimal]]:
    """Yield what an event adds to the stock on hand and where, by the table of EVENTS §3."""
    sign = {
        "inventory.receipt": 1,
        "inventory.adjusted": 1,
        "inventory.returned": 1,
        "inventory.shipment": -1,
        "inventory.issue": -1,
        "transfer.shipped": -1,
        "transfer.received": 1,
    }.get(event.kind)
    if sign is not None:
        end = {"transfer.shipped": "from_loc", "transfer.received": "to_loc"}
        yield event.at(end.get(event.kind, "loc")), sign * event.qty


def _compared(events: list[Event], statement: Event) -> Comparison:
    place, time = statement.at(), statement.time
    low, high = _range(events, place, time)
    here = (place, statement.source, statement.id, time, statement.qty)
    return Comparison(*here, _on_hand(events, place, time), low, high)


def _on_hand(events: list[Event], place: Place, until: datetime | None) -> Decimal:
    on_hand = ZERO
    for event in _until(events, until):
        if is_count(event) and event.at() == place:
            on_hand = event.qty
        on_hand += sum((change for where, change in moves(event) if where == place), ZERO)
    return on_hand


def _range(
    events: list[Event], place: Place, until: datetime | None
) -> tuple[Decimal, Decimal]:
    """Move each doubtful movement to the other side of the latest count and see."""
    low = high = on_hand = _on_hand(events, place, until)
    then = _until(events, until)
    counts = [event for event in then if is_count(event) and event.at() == place]
    if not counts or _is_settled(events, place, counts[-1], until):
        return on_hand, on_hand
    count = counts[-1]
    for event in then:
        is_near = abs(event.time - count.time) <= WINDOW and event.source != count.source
        for where, change in moves(event) if is_near else ():
            if where == place:
                other_way = change if event.order < count.order else -change
                low, high = low + min(other_way, ZERO), high + max(other_way, ZERO)
    return low, high


def _is_settled(
    events: list[Event], place: Place, count: Event, until: datetime | None
) -> bool:
    """Return whether a statement beyond the window found exactly what we work out."""
    return any(
        event.qty == _on_hand(events, place, event.time)
        for event in _until(events, until)
        if is_statement(event) and event.at() == place and event.time > count.time + WINDOW
    )


def _until(events: list[Event], until: datetime | None) -> list[Event]:
    return [event for event in events if until is None or event.time <= until]
