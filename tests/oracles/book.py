# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the oracle writes down for a place and for an order line."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.oracles.events import Place

ZERO = Decimal(0)


@dataclass(kw_only=True)
class Position:
    """Every bucket of table `positions`."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    hold: Decimal = ZERO
    on_order: Decimal = ZERO
    in_transit: Decimal = ZERO
    outstanding: Decimal = ZERO
    backordered: Decimal = ZERO
    over_received: Decimal = ZERO
    in_transit_loss: Decimal = ZERO
    last_count_time: datetime | None = None
    last_count_variance: Decimal | None = None

    @property
    def available(self) -> Decimal:
        """Return what nobody has a claim on."""
        return self.on_hand - self.reserved - self.hold

    @property
    def position(self) -> Decimal:
        """Return the textbook inventory position."""
        return self.on_hand + self.on_order + self.in_transit - self.backordered

    @property
    def position_net(self) -> Decimal:
        """Return the position without reserved and held stock."""
        return self.position - self.reserved - self.hold

    @property
    def flags(self) -> set[str]:
        """Return what a person should know before trusting the numbers."""
        claims = {
            "no_anchor": self.last_count_time is None,
            "negative": self.on_hand < 0,
            "over_allocated": self.reserved + self.hold > self.on_hand,
            "over_received": self.over_received > 0,
            "hold_negative": self.hold < 0,
        }
        return {name for name, holds in claims.items() if holds}


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """What one order line still waits for."""

    loc: str
    outstanding: Decimal
    reserved: Decimal
    due: str | None


Book = dict[Place, Position]
