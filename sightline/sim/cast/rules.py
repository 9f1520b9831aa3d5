# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the company has written down: duties kept apart, reason codes, links to its systems."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Apart:
    """Two activities of one case that nobody may do both."""

    code: str
    first: str
    second: str
    process: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What a reason code means and where it is used."""

    code: str
    name: str
    group: str
    process: str


@dataclass(frozen=True, slots=True)
class Link:
    """How to reach an object of a type in the system that it comes from."""

    code: str
    object_type: str
    system: str
    label: str
    url: str


APART = (
    Apart("SOD-APPROVAL", "approval.requested", "approval.decided", "approval"),
    Apart("SOD-DELIVERY", "supply.po_released", "inventory.receipt", "supply"),
)

REASONS = (
    Reason("SUPPLIER_CAPACITY", "Supplier cannot deliver more", "supply", "decision"),
    Reason("PROMO_NOT_IN_FORECAST", "Promotion missing in the forecast", "demand", "decision"),
    Reason("MOQ_ROUNDING", "Rounded to the least order or the pack", "supply", "decision"),
    Reason("CUSTOMER_PRIORITY", "A customer comes first", "demand", "decision"),
    Reason("LOCAL_KNOWLEDGE", "Known on site only", "demand", "decision"),
    Reason("DATA_ERROR", "Master data or stock are wrong", "data", "decision"),
    Reason("OTHER", "Other, see note", "other", "decision"),
    Reason("WITHIN_POLICY", "Within policy", "policy", "approval"),
    Reason("NOT_JUSTIFIED", "Not justified", "policy", "approval"),
    Reason("NOT_APPROVED", "Approval refused", "policy", "purchase"),
    Reason("SUPPLIER_CHANGE", "Supplier changed quantity or date", "supply", "purchase"),
    Reason("SUPPLIER_REJECTED", "Supplier declined", "supply", "purchase"),
    Reason("REST", "Rest of a part delivery given up", "supply", "purchase"),
    Reason("PASSED", "Passed inspection", "quality", "receipt"),
    Reason("REJECTED", "Refused by inspection", "quality", "receipt"),
    Reason("INVOICE_CLEARED", "Invoice cleared by finance", "finance", "receipt"),
    Reason("DAMAGED", "Arrived damaged", "quality", "receipt"),
    Reason("WRONG_ITEM", "Wrong item delivered", "quality", "receipt"),
    Reason("OUT_OF_SPEC", "Out of specification", "quality", "receipt"),
    Reason("EXPIRED", "Shelf life too short", "quality", "receipt"),
    Reason("LABEL", "Wrong or missing label", "quality", "receipt"),
    Reason("NO_STOCK", "Not enough stock", "supply", "order"),
    Reason("BREAKAGE", "Broken in the warehouse", "handling", "stock"),
    Reason("DAMAGE", "Found damaged", "handling", "stock"),
    Reason("FOUND", "Found again", "handling", "stock"),
    Reason("ENTERED_TWICE", "Entered twice", "data", "stock"),
    Reason("WRONG_QTY", "Wrong quantity entered", "data", "stock"),
)

LINKS = (
    Link("LINK-PO", "po", "erp", "Purchase order", "https://erp.example/purchase/{id}"),
    Link("LINK-ORDER", "order", "erp", "Order", "https://erp.example/sales/{id}"),
    Link("LINK-ITEM", "item", "erp", "Item", "https://erp.example/items/{id}"),
    Link("LINK-STOCK", "loc", "wms", "Stock", "https://wms.example/sites/{id}"),
    Link("LINK-TRANSFER", "transfer", "wms", "Transfer", "https://wms.example/transfers/{id}"),
    Link("LINK-SHIPMENT", "shipment", "tms", "Shipment", "https://tms.example/shipments/{id}"),
    Link(
        "LINK-APPROVAL", "approval", "workflow", "Request", "https://flow.example/requests/{id}"
    ),
    Link("LINK-CUSTOMER", "customer", "crm", "Customer", "https://crm.example/accounts/{id}"),
)
