# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documents that become events, by the name of their transaction set or message."""

from sightline.imports.edi.document import Document
from sightline.imports.edi.documents.despatch import Despatch
from sightline.imports.edi.documents.inventory_advice import InventoryAdvice
from sightline.imports.edi.documents.inventory_report import InventoryReport
from sightline.imports.edi.documents.order import Order
from sightline.imports.edi.documents.order_acknowledgement import OrderAcknowledgement
from sightline.imports.edi.documents.purchase_order import PurchaseOrder
from sightline.imports.edi.documents.resale import Resale
from sightline.imports.edi.documents.ship_notice import ShipNotice

DOCUMENTS: dict[str, type[Document]] = {
    "846": InventoryAdvice,
    "850": PurchaseOrder,
    "855": OrderAcknowledgement,
    "856": ShipNotice,
    "867": Resale,
    "DESADV": Despatch,
    "INVRPT": InventoryReport,
    "ORDERS": Order,
}
