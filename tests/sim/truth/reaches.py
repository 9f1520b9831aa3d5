# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each injector may touch, directly and by what people and shelves have in common.

Only what is listed may differ from the world without it; everything else is byte-equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]
Scopes = list[dict[str, Any]]
Fits = Callable[[Data, Scopes], bool]

ORDERS = {"demand.line_placed"}
LINES = {
    "demand.line_changed",
    "demand.line_cancelled",
    "demand.line_promised",
    "demand.line_backordered",
    "allocation.changed",
    "workflow.wave",
    "inventory.shipment",
    "inventory.returned",
}
"""Order lines share shelves and pickers: what one gets another goes without."""

BUYING = {
    "decision.recommended",
    "decision.resolved",
    "supply.po_created",
    "supply.po_released",
    "supply.po_changed",
    "supply.po_acknowledged",
    "supply.asn",
    "supply.milestone",
    "supply.quality_reported",
    "inventory.receipt",
}
"""What is missing is bought, in orders of several items, by planners and docks with a queue."""

SHELVES = {
    "inventory.counted",
    "inventory.adjusted",
    "inventory.reversed",
    "inventory.issue",
    "inventory.hold_changed",
    "constraint.snapshot",
}
"""Counts, corrections, holds and looks at limits see what lies there."""

HELP = {"transfer.requested", "transfer.shipped", "transfer.received"}
"""Places help out where something is missing, from what they can spare."""

DESKS = {
    "approval.requested",
    "approval.step_changed",
    "approval.decided",
    "exception.opened",
    "exception.changed",
    "exception.resolved",
}
"""Requests and exceptions wait behind each other on the same desks."""

STOCK = LINES | BUYING | SHELVES | HELP | DESKS
"""Whatever follows from what lies where."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What an injector may touch.

    Attributes
    ----------
    first
        Event types of which the very first difference may be.
    fits
        What the data of the first difference must say, given the scopes of the labels.
    causes
        Types that differ by the injector's own doing only, and what their data must say.
    ripples
        Types that may differ because of the above.
    is_early
        Whether something may be missing before the first label, which tells of something
        that came too late.
    """

    first: set[str]
    fits: Fits
    causes: dict[str, Fits] = field(default_factory=dict)
    ripples: set[str] = field(default_factory=set)
    is_early: bool = False

    @property
    def types(self) -> set[str]:
        """Return the types that may differ."""
        return self.first | set(self.causes) | self.ripples


def at_place(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is at a place of the labels."""
    places = {scope.get("loc") for scope in scopes}.union(*(s.get("locs", ()) for s in scopes))
    return bool({data.get("loc"), data.get("to_loc")} & places)


def by_supplier(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of a supplier of the labels; shipments are named after it."""
    named = data.get("supplier") or data.get("shipment", "")
    return any(scope["supplier"] in named for scope in scopes)


def by_customer(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of a customer of the labels."""
    return data["customer"] in {scope["customer"] for scope in scopes}


def in_region(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is in a region of the labels."""
    return data["region"] in {scope["region"] for scope in scopes}


def of_family(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of a family in a region of the labels."""
    family = data.get("family") or data["item"].split("-")[0]
    return in_region(data, scopes) and family in {scope["family"] for scope in scopes}


def of_line(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of an order line of the labels."""
    return data["order_line"] in {scope["order_line"] for scope in scopes}


def sent_again(data: Data, scopes: Scopes) -> bool:
    """Tell whether an order is a copy by a customer of the labels."""
    return by_customer(data, scopes) and int(data["order"].split("-")[-1]) >= 900


def grabbed(data: Data, scopes: Scopes) -> bool:
    """Tell whether an order came by the channel of the labels to their place."""
    return at_place(data, scopes) and data["channel"] in {s["channel"] for s in scopes}


def of_feed(data: Data, scopes: Scopes) -> bool:
    """Tell whether a report is of a feed or service of the labels."""
    named = {scope.get("feed") or scope.get("service") for scope in scopes}
    return bool({data.get("feed"), data.get("service")} & named)


def on_desk(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of a request that waited for the person of the labels."""
    return data["request_id"] in {each for scope in scopes for each in scope["requests"]}


def of_order(data: Data, scopes: Scopes) -> bool:
    """Tell whether an event is of a purchase order of the labels, or of its approval."""
    orders = {po for scope in scopes for po in scope["po"]}
    return data.get("po") in orders or data.get("request_id", "")[4:] in orders


def of_parameters(data: Data, scopes: Scopes) -> bool:
    """Tell whether a record is a planning parameter at a place of the labels."""
    return data["entity"] == "planning_param" and at_place(data["fields"], scopes)


def anything(data: Data, scopes: Scopes) -> bool:
    """Accept everything."""
    del data, scopes
    return True


SUPPLIER = {"supply.po_acknowledged", "supply.asn", "supply.milestone", "inventory.receipt"}
APPROVALS = {"approval.step_changed", "approval.decided"}

REACH = {
    "X1": Reach(first=SUPPLIER, fits=by_supplier, ripples=STOCK),
    "X2": Reach(
        first={"demand.signal"},
        fits=of_family,
        causes={"demand.signal": of_family, "demand.line_placed": of_family},
        ripples=STOCK,
    ),
    "X3": Reach(
        first=ORDERS, fits=of_line, causes={"demand.line_placed": of_line}, ripples=STOCK
    ),
    "X4": Reach(
        first=ORDERS,
        fits=by_customer,
        causes={"demand.line_placed": by_customer},
        ripples=STOCK,
    ),
    "X5": Reach(
        first=ORDERS, fits=sent_again, causes={"demand.line_placed": sent_again}, ripples=STOCK
    ),
    "X6": Reach(
        first={"integration.feed_status", "integration.call"},
        fits=of_feed,
        causes={"integration.feed_status": of_feed, "integration.call": of_feed},
    ),
    "X7a": Reach(first={"decision.resolved"}, fits=in_region, ripples=STOCK),
    "X7b": Reach(
        first=ORDERS, fits=in_region, causes={"demand.line_placed": in_region}, ripples=STOCK
    ),
    "X7c": Reach(
        first={"master.record_changed"},
        fits=of_parameters,
        causes={"master.record_changed": of_parameters},
        ripples=STOCK,
    ),
    "X8": Reach(first=APPROVALS, fits=on_desk, ripples=STOCK),
    "X9": Reach(first=APPROVALS | {"supply.po_created"}, fits=of_order, ripples=STOCK),
    "X10": Reach(
        first=ORDERS | {"allocation.changed"},
        fits=at_place,
        causes={"demand.line_placed": grabbed},
        ripples=STOCK,
    ),
    "X11": Reach(first={"allocation.changed"}, fits=at_place, ripples=LINES | SHELVES),
    "X12": Reach(first={"inventory.receipt"}, fits=at_place, ripples=STOCK),
    "X13": Reach(first={"inventory.counted"}, fits=at_place, ripples=STOCK),
    "X14": Reach(
        first={"model.event"}, fits=anything, causes={"model.event": anything}, ripples=STOCK
    ),
    "X15": Reach(
        first={"forecast.published"},
        fits=at_place,
        causes={"forecast.published": at_place},
        ripples=STOCK,
    ),
    "X16": Reach(first=HELP, fits=at_place, ripples=STOCK, is_early=True),
    "X17": Reach(first=SUPPLIER, fits=by_supplier, ripples=STOCK),
}
