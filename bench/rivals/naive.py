# SPDX-License-Identifier: AGPL-3.0-or-later
"""Positions as an engineer would write them first: Bytewax `stateful_map`, event by event.

Incremental, in plain integers, with one dataclass per item-location and one per open line.
It assumes that events arrive in order of time and once; it has no reversals and no history.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink
from bytewax.testing import TestingSource


class Event(NamedTuple):
    """One event of one item-location; the quantity in ten-thousandths."""

    kind: str
    line: str
    qty: int


class Row(NamedTuple):
    """What the position is after an event."""

    on_hand: int
    reserved: int
    outstanding: int
    on_order: int
    over_received: int
    available: int
    backordered: int
    position: int
    position_net: int


@dataclass(slots=True)
class OrderLine:
    """One order line: what was ordered, allocated and shipped."""

    ordered: int = 0
    allocated: int = 0
    shipped: int = 0

    @property
    def outstanding(self) -> int:
        """Return what is still to be shipped."""
        return max(0, self.ordered - self.shipped)

    @property
    def reserved(self) -> int:
        """Return what is set aside for it."""
        return min(max(0, self.allocated - self.shipped), self.outstanding)


@dataclass(slots=True)
class PurchaseLine:
    """One purchase-order line: what was ordered and received."""

    ordered: int = 0
    received: int = 0
    is_released: bool = False

    @property
    def on_order(self) -> int:
        """Return what is still to come."""
        return max(0, self.ordered - self.received) if self.is_released else 0

    @property
    def over_received(self) -> int:
        """Return what came beyond the order."""
        return max(0, self.received - self.ordered) if self.is_released else 0


@dataclass(slots=True)
class Position:
    """One item-location with its lines."""

    on_hand: int = 0
    reserved: int = 0
    outstanding: int = 0
    on_order: int = 0
    over_received: int = 0
    backordered: int = 0
    order_lines: dict[str, OrderLine] = field(default_factory=dict)
    purchase_lines: dict[str, PurchaseLine] = field(default_factory=dict)

    def row(self) -> Row:
        """Return what a table would show."""
        position = self.on_hand + self.on_order - self.backordered
        return Row(
            self.on_hand,
            self.reserved,
            self.outstanding,
            self.on_order,
            self.over_received,
            self.on_hand - self.reserved,
            self.backordered,
            position,
            position - self.reserved,
        )


def track(position: Position | None, event: Event) -> tuple[Position, Row]:
    """Apply one event; return the state to keep and the row to write."""
    if position is None:
        position = Position()
    kind, name, qty = event
    if kind in ("demand.line_placed", "allocation.changed", "inventory.shipment"):
        _order(position, kind, name, qty)
    elif kind == "supply.po_released" or (kind == "inventory.receipt" and name):
        _purchase(position, kind, name, qty)
    elif kind == "inventory.counted":
        position.on_hand = qty
    elif kind in ("inventory.adjusted", "inventory.receipt"):
        position.on_hand += qty
    return position, position.row()


def _order(position: Position, kind: str, name: str, qty: int) -> None:
    line = position.order_lines.get(name)
    if line is None:
        line = position.order_lines[name] = OrderLine()
    outstanding, reserved = line.outstanding, line.reserved
    if kind == "demand.line_placed":
        line.ordered = qty
    elif kind == "allocation.changed":
        line.allocated += qty
    else:
        line.shipped += qty
        position.on_hand -= qty
    owed, held = line.outstanding - outstanding, line.reserved - reserved
    position.outstanding += owed
    position.reserved += held
    position.backordered += owed - held


def _purchase(position: Position, kind: str, name: str, qty: int) -> None:
    line = position.purchase_lines.get(name)
    if line is None:
        line = position.purchase_lines[name] = PurchaseLine()
    on_order, over_received = line.on_order, line.over_received
    if kind == "supply.po_released":
        line.ordered, line.is_released = qty, True
    else:
        line.received += qty
        position.on_hand += qty
    position.on_order += line.on_order - on_order
    position.over_received += line.over_received - over_received


def flow(
    batches: Iterable[list[tuple[str, Event]]], sink: DynamicSink[tuple[str, Row]]
) -> Dataflow:
    """Wire the dataflow: unpack the batches, track every event, write every row."""
    dataflow = Dataflow("naive")
    events = op.flatten("unpack", op.input("batches", dataflow, TestingSource(batches)))
    tracked = op.stateful_map("track", events, track)
    op.output("rows", tracked, sink)
    return dataflow
