# SPDX-License-Identifier: AGPL-3.0-or-later
"""How suppliers deliver, line by line of purchase orders."""

from collections.abc import Iterator
from typing import Any

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.moments import DAY, SECOND
from sightline.sim.procure.order import Advice, PurchaseLine
from sightline.sim.truth.kpi.spans import Spans
from sightline.sim.truth.kpi.tally import Tally, ratio

NEARLY = 100  # K30: an ASN is accurate within one part of so many


class Suppliers:
    """K27 to K30, K35, K47, K53 and K57, from purchase order lines that were released.

    A line is due on the day that the supplier confirmed, or by which the company needs it.
    What comes before midnight UTC of that day is in time.
    """

    def __init__(self, cast: Cast, end: int) -> None:
        self._codes = [each.code for each in cast.suppliers]
        self._end, self._end_day = end, end // DAY
        self._tallies = {
            name: Tally(month=None, supplier=self._codes)
            for name in (
                "K27.original", "K27.latest", "K27.units", "K29.changed", "K29.silent",
                "K30.partial", "K30.late", "K30.accurate", "K30.missing", "K57.rejected",
            )
        }  # fmt: skip
        self._lead, self._ack, self._cycle = Spans(), Spans(), Spans()
        self._slip_days = Tally(supplier=self._codes)
        self._emergency = Tally(month=None, supplier=self._codes)
        self._open_value = dict.fromkeys(self._codes, 0)
        self._unfinished = 0

    def take(self, line: PurchaseLine) -> None:
        """Take in a line that came to its end, or is open at the end of the run."""
        if not line.released_at:
            return
        where = {"month": line.released_at // DAY, "supplier": line.supplier}
        value = line.ordered * line.price
        self._emergency.one(value * line.is_emergency, value, **where)
        self._punctuality(line)
        self._replies(line)
        self._notices(line)
        self._lead_time(line)
        self._tallies["K57.rejected"].one(line.rejected, line.received, **where)
        on_order, in_transit = line.state()
        self._open_value[self._codes[line.supplier]] += (on_order + in_transit) * line.price
        if line.recommendation:
            self._cycle.add(line.released_at - line.recommendation.at)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        told: dict[str, Any] = {name: each.told() for name, each in self._tallies.items()}
        total = sum(self._open_value.values())
        squares = sum(value * value for value in self._open_value.values())
        return told | {
            "K28": self._lead.told() | {"open": self._unfinished},
            "K29.latency": self._ack.told(),
            "K29.slip_days": self._slip_days.told(),
            "K35.emergency_share": self._emergency.told(),
            "K47": self._cycle.told(),
            "K53": ratio(squares, total * total),
        }

    def _punctuality(self, line: PurchaseLine) -> None:
        latest = next((each.day for each in line.replies[::-1] if each.status != "reject"), -1)
        bases = {"original": line.due_day, "latest": latest if latest >= 0 else line.need_day}
        for basis, day in bases.items():
            if day >= self._end_day or not line.units:
                continue
            came = _received_by(line, day)
            where = {"month": day, "supplier": line.supplier}
            self._tallies[f"K27.{basis}"].one(int(came >= line.units), 1, **where)
            if basis == "original":
                self._tallies["K27.units"].one(min(came, line.units), line.units, **where)

    def _replies(self, line: PurchaseLine) -> None:
        where = {"month": line.released_at // DAY, "supplier": line.supplier}
        self._tallies["K29.silent"].one(int(not line.replies), 1, **where)
        if not line.replies:
            return
        first = line.replies[0]
        self._ack.add(first.at - line.released_at, supplier=self._codes[line.supplier])
        self._tallies["K29.changed"].one(int(first.status == "change"), 1, **where)
        if first.status != "reject":
            self._slip_days.one(first.day - line.need_day, 1, supplier=line.supplier)

    def _notices(self, line: PurchaseLine) -> None:
        expected = (
            line.replies[0].units if line.replies and line.replies[0].units else line.units
        )
        for advice in line.advices:
            where = {"month": advice.at // DAY, "supplier": line.supplier}
            self._tallies["K30.partial"].one(int(advice.units < expected), 1, **where)
            expected -= advice.units
            late = advice.eta // DAY > line.due_day
            self._tallies["K30.late"].one(int(late), 1, **where)
            came = list(_of_notice(line, advice))
            if came:
                off = abs(sum(came) - advice.units)
                exact = int(off * NEARLY <= advice.units)
                self._tallies["K30.accurate"].one(exact, 1, **where)
        for receipt in line.receipts:
            where = {"month": receipt.at // DAY, "supplier": line.supplier}
            self._tallies["K30.missing"].one(int(not receipt.asn), 1, **where)

    def _lead_time(self, line: PurchaseLine) -> None:
        """Add the quantity-weighted time from release to dock of a complete line."""
        if not line.received or not line.is_complete:
            self._unfinished += not line.is_closed_short
            return
        moments = sum((r.at - line.released_at) // SECOND * r.units for r in line.receipts)
        supplier = self._codes[line.supplier]
        self._lead.add(moments // line.received * SECOND, supplier=supplier)


def _received_by(line: PurchaseLine, day: int) -> int:
    """Return what came up to the end of `day`."""
    return sum(receipt.units for receipt in line.receipts if receipt.at // DAY <= day)


def _of_notice(line: PurchaseLine, advice: Advice) -> Iterator[int]:
    return (receipt.units for receipt in line.receipts if receipt.asn == advice.asn)
