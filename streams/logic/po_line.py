# SPDX-License-Identifier: AGPL-3.0-or-later
"""The law of a purchase-order line: on order, in transit, over-received (RULINGS 4 and 5)."""

from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.rows import Effects, Row, standing, winner

_STATED = (Kind.PO_RELEASED, Kind.PO_CHANGED)


def effects(rows: list[Row]) -> Effects:
    """Return the line's share of on_order, in_transit and over_received, at its home.

    Nothing counts before a release. Goods on an open ASN are in transit, the rest of the open
    quantity is on order. A line closed short has nothing on order; what is in transit stays.
    """
    alive = standing(rows)
    if not any(row.kind is Kind.PO_RELEASED for row in alive):
        return {}
    line = winner(row for row in alive if row.kind in _STATED)
    assert line is not None  # noqa: S101 - a release is a statement
    received = sum(row.q for row in alive if row.kind is Kind.RECEIPT)
    still_open = max(0, line.q - received)
    announced = unreceived(alive)
    in_transit = announced if line.closes else min(announced, still_open)
    on_order = 0 if line.closes else still_open - in_transit
    return {
        (line.pair, Field.ON_ORDER): on_order,
        (line.pair, Field.IN_TRANSIT): in_transit,
        (line.pair, Field.OVER_RECEIVED): max(0, received - line.q),
    }


def unreceived(rows: list[Row]) -> int:
    """Return what was announced by ASN and neither received nor closed.

    A receipt consumes the ASN that it names, otherwise the oldest open one; a final receipt
    closes the ASN that it consumed last.
    """
    left = _announced(rows)
    receipts = sorted(
        (row for row in rows if row.kind is Kind.RECEIPT), key=lambda row: row.moment
    )
    for row in receipts:
        if row.asn in left:
            left[row.asn] -= row.q
    for row in receipts:
        if row.asn in left and row.closes:
            left[row.asn] = 0
    left = {asn: max(0, q) for asn, q in left.items()}
    for row in receipts:
        if not row.asn:
            _consume_oldest(left, row)
    return sum(left.values())


def _announced(rows: list[Row]) -> dict[int, int]:
    """Return the quantity per ASN line, oldest first; its highest version counts."""
    lines: dict[int, list[Row]] = {}
    for row in sorted((r for r in rows if r.kind is Kind.ASN), key=lambda r: r.moment):
        lines.setdefault(row.asn, []).append(row)
    return {asn: latest.q for asn, some in lines.items() if (latest := winner(some))}


def _consume_oldest(left: dict[int, int], receipt: Row) -> None:
    q = receipt.q
    for asn, open_q in left.items():
        if not open_q:
            continue
        taken = min(q, open_q)
        q -= taken
        left[asn] -= taken
        if not q:
            if receipt.closes:
                left[asn] = 0
            return
