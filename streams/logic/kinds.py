# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which events move a position, and which document each of them belongs to."""

from enum import IntEnum


class Kind(IntEnum):
    """What an event does to positions; 0 is reserved for "nothing"."""

    RECEIPT = 1
    SHIPMENT = 2
    ISSUE = 3
    ADJUSTED = 4
    COUNTED = 5
    HOLD = 6
    RETURNED = 7
    REVERSED = 8
    TRANSFER_REQUESTED = 9
    TRANSFER_SHIPPED = 10
    TRANSFER_RECEIVED = 11
    ALLOCATED = 12
    LINE_PLACED = 13
    LINE_CHANGED = 14
    LINE_CANCELLED = 15
    PO_RELEASED = 21
    PO_CHANGED = 22
    ASN = 24
    STATED = 25  # inventory.counted of a source that is no authority


class Doc(IntEnum):
    """The kind of document line whose state an event changes."""

    NONE = 0
    ORDER_LINE = 1
    PO_LINE = 2
    TRANSFER_LINE = 3


_SHORT = {
    "inventory.receipt": Kind.RECEIPT,
    "inventory.shipment": Kind.SHIPMENT,
    "inventory.issue": Kind.ISSUE,
    "inventory.adjusted": Kind.ADJUSTED,
    "inventory.counted": Kind.COUNTED,
    "inventory.hold_changed": Kind.HOLD,
    "inventory.returned": Kind.RETURNED,
    "inventory.reversed": Kind.REVERSED,
    "transfer.requested": Kind.TRANSFER_REQUESTED,
    "transfer.shipped": Kind.TRANSFER_SHIPPED,
    "transfer.received": Kind.TRANSFER_RECEIVED,
    "allocation.changed": Kind.ALLOCATED,
    "demand.line_placed": Kind.LINE_PLACED,
    "demand.line_changed": Kind.LINE_CHANGED,
    "demand.line_cancelled": Kind.LINE_CANCELLED,
    "supply.po_released": Kind.PO_RELEASED,
    "supply.po_changed": Kind.PO_CHANGED,
    "supply.asn": Kind.ASN,
}
OF_TYPE = {f"io.sightline.{short}.v1": kind for short, kind in _SHORT.items()}

DOC_OF_KIND = {
    Kind.SHIPMENT: Doc.ORDER_LINE,
    Kind.ALLOCATED: Doc.ORDER_LINE,
    Kind.LINE_PLACED: Doc.ORDER_LINE,
    Kind.LINE_CHANGED: Doc.ORDER_LINE,
    Kind.LINE_CANCELLED: Doc.ORDER_LINE,
    Kind.RECEIPT: Doc.PO_LINE,
    Kind.PO_RELEASED: Doc.PO_LINE,
    Kind.PO_CHANGED: Doc.PO_LINE,
    Kind.ASN: Doc.PO_LINE,
    Kind.TRANSFER_REQUESTED: Doc.TRANSFER_LINE,
    Kind.TRANSFER_SHIPPED: Doc.TRANSFER_LINE,
    Kind.TRANSFER_RECEIVED: Doc.TRANSFER_LINE,
}
LINE_COLUMN = {
    Doc.ORDER_LINE: "order_line",
    Doc.PO_LINE: "po_line",
    Doc.TRANSFER_LINE: "transfer_line",
}
REVERSIBLE = frozenset(
    {
        Kind.RECEIPT,
        Kind.SHIPMENT,
        Kind.ISSUE,
        Kind.ADJUSTED,
        Kind.COUNTED,
        Kind.STATED,
        Kind.HOLD,
        Kind.RETURNED,
        Kind.TRANSFER_REQUESTED,
        Kind.TRANSFER_SHIPPED,
        Kind.TRANSFER_RECEIVED,
        Kind.ALLOCATED,
    }
)
