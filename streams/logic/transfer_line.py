# SPDX-License-Identifier: AGPL-3.0-or-later
"""The law of a transfer line: requested, on its way, lost on the way (RULINGS 6)."""

from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.rows import Effects, Row, standing, winner


def effects(rows: list[Row]) -> Effects:
    """Return the line's share of on_order, in_transit and loss, at its destination."""
    alive = standing(rows)
    if not alive:
        return {}
    request = winner(row for row in alive if row.kind is Kind.TRANSFER_REQUESTED)
    requested = request.q if request else 0
    destination = (request or min(alive, key=lambda row: row.moment)).to
    shipped = sum(row.q for row in alive if row.kind is Kind.TRANSFER_SHIPPED)
    received = [row for row in alive if row.kind is Kind.TRANSFER_RECEIVED]
    closed = sum(row.q + row.short for row in received)
    return {
        (destination, Field.ON_ORDER): max(0, requested - shipped),
        (destination, Field.IN_TRANSIT): max(0, shipped - closed),
        (destination, Field.IN_TRANSIT_LOSS): sum(row.short for row in received),
    }
