# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life-cycles as they should be: normative models of the documents, EVENTS section 6.

Each is a list of activities with what may follow directly; ``start`` and ``end`` are no
activities. A process miner's graph is held against these edges.
"""

from typing import Any, Final

START, END = "start", "end"
Edges = dict[str, tuple[str, ...]]

ORDER_LINE: Final[Edges] = {
    START: ("placed",),
    "placed": ("promised", "allocated", "released", "changed", "cancelled"),
    "promised": ("promised", "allocated", "backordered", "changed", "cancelled"),
    "backordered": ("promised", "allocated", "changed", "cancelled"),
    "changed": ("promised", "allocated", "backordered", "released"),
    "allocated": ("allocated", "promised", "released", "changed", "cancelled"),
    "released": ("shipped", "shipped in part", "promised"),
    "shipped in part": ("allocated", "released", "shipped", "promised", "returned", END),
    "shipped": ("allocated", "released", "shipped", "promised", "returned", END),
    "returned": ("returned", END),
    "cancelled": (END,),
}
PO_LINE: Final[Edges] = {
    START: ("created",),
    "created": ("approval", "released", "cancelled"),
    "approval": ("released", "cancelled"),
    "released": ("acknowledged", "asn", "received", "changed"),
    "acknowledged": ("changed", "asn", "received"),
    "changed": ("acknowledged", "asn", "received", "closed", END),
    "asn": ("asn", "received", "changed"),
    "received": ("asn", "received", "changed", "closed", END),
    "closed": (END,),
    "cancelled": (END,),
}
TRANSFER_LINE: Final[Edges] = {
    START: ("requested",),
    "requested": ("approved", "requested", "shipped", "cancelled"),
    "approved": ("requested", "shipped", "cancelled"),
    "shipped": ("received",),
    "received": (END,),
    "cancelled": (END,),
}
RECOMMENDATION: Final[Edges] = {
    START: ("made",),
    "made": ("accepted", "modified", "rejected", "expired", "auto"),
    "accepted": ("executed", END),
    "modified": ("executed", END),
    "auto": ("executed", END),
    "rejected": (END,),
    "expired": (END,),
    "executed": (END,),
}
APPROVAL_REQUEST: Final[Edges] = {
    START: ("requested",),
    "requested": ("assigned",),
    "assigned": ("opened", "delegated", "escalated"),
    "delegated": ("opened", "escalated"),
    "escalated": ("opened", "delegated", "escalated"),
    "opened": ("approved", "rejected", "returned"),
    "returned": ("assigned",),
    "approved": ("assigned", END),
    "rejected": (END,),
}
EXCEPTION: Final[Edges] = {
    START: ("opened",),
    "opened": ("assigned", "resolved"),
    "assigned": ("acknowledged", "touched", "assigned", "updated", "resolved", "escalated"),
    "acknowledged": ("touched", "paused", "updated", "resolved"),
    "touched": ("touched", "paused", "assigned", "updated", "resolved", "escalated"),
    "paused": ("resumed", "updated", "resolved"),
    "resumed": ("touched", "paused", "assigned", "updated", "resolved"),
    "escalated": ("acknowledged", "touched", "assigned", "updated", "resolved"),
    "updated": ("acknowledged", "touched", "paused", "resumed", "assigned", "resolved"),
    "resolved": ("reopened", END),
    "reopened": ("assigned", "acknowledged", "touched", "resolved"),
}

MODELS: Final = {
    "order_line": ORDER_LINE,
    "po_line": PO_LINE,
    "transfer_line": TRANSFER_LINE,
    "recommendation": RECOMMENDATION,
    "approval_request": APPROVAL_REQUEST,
    "exception": EXCEPTION,
}
FORBIDDEN: Final = {
    "order_line": (
        "shipped before placed",
        "moved after release without an approval",
        "promised anew after the last shipment",
    ),
    "po_line": (
        "released without approval when the amount needs one",
        "received before released",
        "approved by who asked for it",
        "split below a threshold",
    ),
    "transfer_line": ("received more than shipped",),
    "recommendation": ("resolved twice",),
    "approval_request": ("decided finally twice",),
    "exception": (),
}


def told(process: str) -> dict[str, Any]:
    """Return the model of a process as it is written."""
    edges = [
        [before, after] for before, following in MODELS[process].items() for after in following
    ]
    return {"edges": edges, "forbidden": list(FORBIDDEN[process])}
