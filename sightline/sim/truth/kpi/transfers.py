# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long transfers take, leg by leg."""

from typing import Any

from sightline.sim.procure.transfer import Transfer
from sightline.sim.truth.kpi.spans import Spans
from sightline.sim.truth.kpi.tally import Dimensions


class TransferTimes:
    """K31 of transfers that were received, and how many were not."""

    def __init__(self, dimensions: Dimensions) -> None:
        self._places = dimensions.place
        self._legs = {name: Spans() for name in ("total", "approval", "shipping", "way")}
        self._ends = {"received": 0, "cancelled": 0, "refused": 0, "open": 0}
        self._short = dimensions.tally("place")

    def take(self, transfer: Transfer) -> None:
        """Take in a transfer that came to its end, or is open at the end of the run."""
        self._ends[_end(transfer)] += 1
        if not transfer.received_at:
            return
        place = self._places[transfer.to_place]
        ready = transfer.ready_at or transfer.requested_at
        legs = {
            "total": transfer.received_at - transfer.requested_at,
            "approval": ready - transfer.requested_at,
            "shipping": transfer.shipped_at - ready,
            "way": transfer.received_at - transfer.shipped_at,
        }
        for name, lasted in legs.items():
            self._legs[name].add(lasted, place=place)
        self._short.one(transfer.short, transfer.shipped, place=transfer.to_place)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        return {
            "K31": {name: spans.told() for name, spans in self._legs.items()}
            | {"ends": self._ends, "short": self._short.told()}
        }


def _end(transfer: Transfer) -> str:
    if transfer.received_at:
        return "received"
    if transfer.is_refused:
        return "refused"
    return "cancelled" if transfer.cancelled_at else "open"
