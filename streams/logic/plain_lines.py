# SPDX-License-Identifier: AGPL-3.0-or-later
"""The laws of the three documents for plain lines, thousands at a time.

A line is plain when its events arrived in business order, name one item-location, state the
ordered quantity once, and none was cancelled or reversed. For those the laws reduce to
running sums; `lines` sends every other line to the laws themselves, and a property test
holds the two together.
"""

from collections.abc import Callable

import numpy as np

from streams.logic.fields import Field
from streams.logic.kinds import Doc, Kind
from streams.logic.runs import Block

States = dict[Field, np.ndarray]
_STATED = {
    Doc.ORDER_LINE: (Kind.LINE_PLACED, Kind.LINE_CHANGED),
    Doc.PO_LINE: (Kind.PO_RELEASED, Kind.PO_CHANGED),
    Doc.TRANSFER_LINE: (Kind.TRANSFER_REQUESTED,),
}


def is_plain(doc: Doc, rows: Block, first: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return per line whether running sums describe it.

    Parameters
    ----------
    rows
        Events sorted by line, each line's in order of arrival.
    first, group
        Index of each line's first row; number of the line of each row.
    """
    kind = rows["kind"]
    place = rows["to"] if doc is Doc.TRANSFER_LINE else rows["pair"]
    late = np.diff(rows["time"], prepend=rows["time"][:1]) < 0
    late[first] = False
    odd = late | rows["reversed"] | (place != place[first][group])
    odd |= kind == Kind.LINE_CANCELLED
    odd |= (kind == Kind.PO_CHANGED) & rows["closes"]
    if doc is Doc.PO_LINE:
        odd |= (kind == Kind.RECEIPT) & ~_names_the_only_asn(rows, first, group)
        odd |= (np.add.reduceat(kind == Kind.ASN, first, dtype=np.int64) > 1)[group]
    stated = np.isin(kind, _STATED[doc])
    times_stated = np.add.reduceat(stated, first, dtype=np.int64)
    return np.asarray((times_stated <= 1) & ~np.maximum.reduceat(odd, first))


def order_line_states(rows: Block, first: np.ndarray, group: np.ndarray) -> States:
    """Return reserved, outstanding and backordered after each event of plain order lines."""

    def running(*kinds: Kind) -> np.ndarray:
        return _running(np.where(np.isin(rows["kind"], kinds), rows["q"], 0), first, group)

    shipped = running(Kind.SHIPMENT)
    owed = np.maximum(running(*_STATED[Doc.ORDER_LINE]) - shipped, 0)
    reserved = np.clip(running(Kind.ALLOCATED) - shipped, 0, owed)
    return {
        Field.RESERVED: reserved,
        Field.OUTSTANDING: owed,
        Field.BACKORDERED: owed - reserved,
    }


def po_line_states(rows: Block, first: np.ndarray, group: np.ndarray) -> States:
    """Return on_order, in_transit and over_received after each event of plain PO lines."""
    kind = rows["kind"]

    def running(values: np.ndarray) -> np.ndarray:
        return _running(values, first, group)

    ordered = running(np.where(np.isin(kind, _STATED[Doc.PO_LINE]), rows["q"], 0))
    is_released = running((kind == Kind.PO_RELEASED).astype(np.int64)) > 0
    received = running(np.where(kind == Kind.RECEIPT, rows["q"], 0))
    closed = running(((kind == Kind.RECEIPT) & rows["closes"]).astype(np.int64)) > 0
    announced = running(np.where(kind == Kind.ASN, rows["q"], 0))
    still_open = np.maximum(ordered - received, 0)
    on_the_way = np.where(closed, 0, np.maximum(announced - received, 0))
    in_transit = np.minimum(on_the_way, still_open)
    return {
        Field.ON_ORDER: np.where(is_released, still_open - in_transit, 0),
        Field.IN_TRANSIT: np.where(is_released, in_transit, 0),
        Field.OVER_RECEIVED: np.where(is_released, np.maximum(received - ordered, 0), 0),
    }


def transfer_line_states(rows: Block, first: np.ndarray, group: np.ndarray) -> States:
    """Return on_order, in_transit and in_transit_loss after each event of plain transfers."""

    def running(kind: Kind, name: str = "q") -> np.ndarray:
        return _running(np.where(rows["kind"] == kind, rows[name], 0), first, group)

    shipped = running(Kind.TRANSFER_SHIPPED)
    lost = running(Kind.TRANSFER_RECEIVED, "short")
    closed = running(Kind.TRANSFER_RECEIVED) + lost
    return {
        Field.ON_ORDER: np.maximum(running(Kind.TRANSFER_REQUESTED) - shipped, 0),
        Field.IN_TRANSIT: np.maximum(shipped - closed, 0),
        Field.IN_TRANSIT_LOSS: lost,
    }


STATES: dict[Doc, Callable[[Block, np.ndarray, np.ndarray], States]] = {
    Doc.ORDER_LINE: order_line_states,
    Doc.PO_LINE: po_line_states,
    Doc.TRANSFER_LINE: transfer_line_states,
}


def steps(states: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the change that each row made; every line starts at 0.

    >>> steps(np.array([5, 7, 1]), np.array([0, 2])).tolist()
    [5, 2, 1]
    """
    changes = np.diff(states, prepend=0)
    changes[first] = states[first]
    return changes


def _running(values: np.ndarray, first: np.ndarray, group: np.ndarray) -> np.ndarray:
    total = np.cumsum(values)
    return np.asarray(total - (total[first] - values[first])[group])


def _names_the_only_asn(rows: Block, first: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return which rows name no ASN, or the one that their line has announced."""
    announced = np.where(rows["kind"] == Kind.ASN, rows["asn"], np.uint64(0))
    known = np.maximum.reduceat(announced, first)[group]
    named = rows["asn"]
    return np.asarray((named == known) | ((named == 0) & ~rows["closes"]))
