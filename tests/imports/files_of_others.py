# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: E501  lines of files are as long as they are
"""Files as other systems write them, made up by hand, and what they mean."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Case:
    """One file, and what a person who knows its system would say.

    Attributes
    ----------
    meanings
        Column → meaning, of every column that matters; the others are further details.
    events
        Short event type → how many of them.
    units
        Short event type → sum of the quantities, in base units.
    refused
        Reason → rows.
    """

    name: str
    text: str
    kind: str
    meanings: dict[str, str]
    events: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    encoding: str = "utf-8"
    says: dict[str, object] = field(default_factory=dict)

    @property
    def sums(self) -> dict[str, Decimal]:
        """Return the sums as numbers."""
        return {kind: Decimal(units) for kind, units in self.units.items()}


SAP = Case(
    name="mb51_export.csv",
    encoding="cp1252",
    text="""\
Material;Materialkurztext;Werk;Bewegungsart;Menge in ErfassungsME;ErfassungsME;Buchungsdatum;Uhrzeit;Materialbeleg;Position;Betrag Hauswähr;Benutzer
100-200;Kugellager groß;1000;101;1.250,000;ST;31.01.2024;08:15:00;5000000123;0001;3.125,00;MEIER
100-200;Kugellager groß;1000;601;40,000-;ST;01.02.2024;09:10:11;4900000456;0001;100,00-;HUBER
100-300;Dichtung;1000;101;500,500;KG;01.02.2024;10:00:00;5000000124;0001;750,75;MEIER
100-300;Dichtung;1000;102;100,500-;KG;02.02.2024;11:30:00;5000000125;0001;150,75-;MEIER
100-200;Kugellager groß;1000;261;10,000-;ST;02.02.2024;12:00:00;4900000457;0001;25,00-;KURZ
100-200;Kugellager groß;1000;702;3,000-;ST;03.02.2024;07:00:00;4900000458;0001;7,50-;KURZ
100-200;Kugellager groß;1000;653;2,000;ST;05.02.2024;07:00:00;4900000459;0001;5,00;HUBER
""",
    kind="movements",
    meanings={
        "Material": "item",
        "Materialkurztext": "description",
        "Werk": "loc",
        "Bewegungsart": "code",
        "Menge in ErfassungsME": "qty",
        "ErfassungsME": "uom",
        "Buchungsdatum": "time",
        "Uhrzeit": "time_of_day",
        "Materialbeleg": "order",
        "Position": "line",
        "Betrag Hauswähr": "amount",
        "Benutzer": "person",
    },
    events={
        "inventory.receipt": 2,
        "inventory.shipment": 1,
        "inventory.issue": 1,
        "inventory.adjusted": 2,
        "inventory.returned": 1,
    },
    units={
        "inventory.receipt": "1750.5",
        "inventory.shipment": "40",
        "inventory.issue": "10",
        "inventory.adjusted": "-103.5",
        "inventory.returned": "2",
    },
    says={"number": "1.234,56", "encoding": "cp1252", "zone": "Europe/Berlin"},
)
US_SALES = Case(
    name="sales_2024.csv",
    text="""\
OrderID,LineNum,OrderDate,SKU,ProductName,Qty,UnitPrice,Customer
7001,1,1/5/2024,AB-1,"Desk, oak",2,"$1,234.50",ACME
7001,2,1/5/2024,AB-2,Chair,4,$99.00,ACME
7002,1,1/15/2024,AB-2,Chair,-1,$99.00,Bolt Inc
7003,1,2/1/2024,AB-3,Lamp,10,$12.25,ACME
7004,1,2/28/2024,AB-1,"Desk, oak",1,"$1,234.50",Cog LLC
""",
    kind="sales",
    meanings={
        "OrderID": "order",
        "LineNum": "line",
        "OrderDate": "time",
        "SKU": "item",
        "ProductName": "description",
        "Qty": "qty",
        "UnitPrice": "price",
        "Customer": "customer",
    },
    events={"demand.line_placed": 4, "inventory.shipment": 4, "inventory.returned": 1},
    units={
        "demand.line_placed": "17",
        "inventory.shipment": "17",
        "inventory.returned": "1",
    },
    says={"number": "1,234.56", "currency": "USD"},
)
ODOO = Case(
    name="stock.move.line.csv",
    text="""\
Date,Reference,Product,Lot/Serial Number,From,To,Quantity,Unit of Measure,Status
2024-03-01 08:00:00,WH/IN/00001,[FURN_01] Desk,,Partners/Vendors,WH/Stock,20,Units,Done
2024-03-02 09:30:00,WH/OUT/00001,[FURN_01] Desk,,WH/Stock,Partners/Customers,5,Units,Done
2024-03-03 10:00:00,WH/INT/00001,[FURN_01] Desk,,WH/Stock,WH/Shelf 2,4,Units,Done
2024-03-04 10:00:00,WH/RET/00001,[FURN_01] Desk,,Partners/Customers,WH/Stock,1,Units,Done
2024-03-05 10:00:00,Quantity Updated,[FURN_01] Desk,,WH/Stock,Virtual Locations/Inventory adjustment,2,Units,Done
2024-03-06 10:00:00,WH/OUT/00002,[FURN_01] Desk,,WH/Stock,Partners/Customers,9,Units,Cancelled
""",
    kind="routes",
    meanings={
        "Date": "time",
        "Reference": "order",
        "Product": "item",
        "Lot/Serial Number": "skip",
        "From": "from_loc",
        "To": "to_loc",
        "Quantity": "qty",
        "Unit of Measure": "uom",
        "Status": "status",
    },
    events={
        "inventory.receipt": 1,
        "inventory.shipment": 1,
        "inventory.returned": 1,
        "inventory.adjusted": 1,
        "transfer.shipped": 1,
        "transfer.received": 1,
    },
    units={
        "inventory.receipt": "20",
        "inventory.shipment": "5",
        "inventory.returned": "1",
        "inventory.adjusted": "-2",
        "transfer.shipped": "4",
        "transfer.received": "4",
    },
    refused={"cancelled": 1},
)
SHOPIFY = Case(
    name="orders_export_1.csv",
    text="""\
Name,Email,Financial Status,Fulfillment Status,Fulfilled at,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country
#1001,a@example.com,paid,fulfilled,2024-01-16 09:00:00 -0500,USD,59.00,64.00,2024-01-15 10:22:33 -0500,2,Mug,14.50,MUG-W,US
#1001,a@example.com,,,,,,,2024-01-15 10:22:33 -0500,1,Tea,30.00,TEA-1,
#1002,b@example.com,paid,unfulfilled,,USD,14.50,19.50,2024-01-17 18:01:00 -0500,1,Mug,14.50,MUG-W,CA
#1003,c@example.com,voided,,,USD,30.00,35.00,2024-01-18 07:00:00 -0500,1,Tea,30.00,TEA-1,US
""",
    kind="orders",
    meanings={
        "Name": "order",
        "Financial Status": "status",
        "Fulfilled at": "shipped_date",
        "Currency": "currency",
        "Created at": "time",
        "Lineitem quantity": "qty",
        "Lineitem name": "description",
        "Lineitem price": "price",
        "Lineitem sku": "item",
        "Shipping Country": "region",
    },
    events={"demand.line_placed": 3, "inventory.shipment": 1},
    units={"demand.line_placed": "4", "inventory.shipment": "2"},
    refused={"cancelled": 1},
    says={"currency": "USD", "zone": "UTC"},
)
FRENCH_STOCK = Case(
    name="inventaire_2024-03-31.csv",
    text="""\
Code article;Désignation;Dépôt;Stock;Unité;PMP
VIS-M8;Vis M8 x 40;LYON;12 500;U;0,08
VIS-M8;Vis M8 x 40;PARIS;3 200;U;0,08
ECROU-M8;Écrou M8;LYON;9 999;U;0,05
CABLE-3;Câble 3G1,5;PARIS;120,5;M;1,15
""",
    kind="stock_list",
    meanings={
        "Code article": "item",
        "Désignation": "description",
        "Dépôt": "loc",
        "Stock": "on_hand",
        "Unité": "uom",
        "PMP": "cost",
    },
    events={"inventory.counted": 4},
    units={"inventory.counted": "25819.5"},
    says={"number": "1 234,56", "as_of": "2024-03-31"},
)
WMS = Case(
    name="wms_transactions.tsv",
    text="""\
TRANS_ID\tTRANS_TYPE\tTRANS_TIME\tITEM_NO\tLPN\tQTY\tUOM\tWHSE\tORDER_NO\tREASON\tUSER_ID
1\tRCV\t2024-05-01T06:00:01Z\tA1\tL1\t100\tCS\tDC1\tPO-9\t\tjd
2\tPICK\t2024-05-01T07:00:01Z\tA1\tL1\t7\tCS\tDC1\tSO-1\t\tjd
3\tPICK\t2024-05-01T07:05:01Z\tA1\tL1\t3\tCS\tDC1\tSO-2\t\tkl
4\tADJ\t2024-05-01T08:00:01Z\tA1\tL1\t-2\tCS\tDC1\t\tBROKEN\tkl
5\tCYCLE COUNT\t2024-05-01T09:00:01Z\tA1\tL1\t88\tCS\tDC1\t\t\tkl
6\tRTN\t2024-05-01T09:30:01Z\tA1\tL1\t1\tCS\tDC1\tSO-1\t\tkl
7\tRET\t2024-05-01T10:00:01Z\tA1\tL1\t1\tCS\tDC1\tSO-1\t\tkl
""",
    kind="movements",
    meanings={
        "TRANS_TYPE": "code",
        "TRANS_TIME": "time",
        "ITEM_NO": "item",
        "QTY": "qty",
        "UOM": "uom",
        "WHSE": "loc",
        "ORDER_NO": "order",
        "REASON": "reason",
        "USER_ID": "person",
    },
    events={
        "inventory.receipt": 1,
        "inventory.shipment": 2,
        "inventory.adjusted": 1,
        "inventory.counted": 1,
        "inventory.returned": 2,
    },
    units={
        "inventory.receipt": "100",
        "inventory.shipment": "10",
        "inventory.adjusted": "-2",
        "inventory.counted": "88",
        "inventory.returned": "2",
    },
)
TRANSFERS = Case(
    name="traspasos_abril.csv",
    text="""\
Fecha;Traspaso;Artículo;Almacén origen;Almacén destino;Cantidad;Unidad
02/04/2024;T-100;AZ-1;MAD;BCN;12;ud
15/04/2024;T-101;AZ-2;MAD;VLC;30;ud
28/04/2024;T-102;AZ-1;BCN;VLC;5;ud
""",
    kind="transfers",
    meanings={
        "Fecha": "time",
        "Traspaso": "transfer",
        "Artículo": "item",
        "Almacén origen": "from_loc",
        "Almacén destino": "to_loc",
        "Cantidad": "qty",
        "Unidad": "uom",
    },
    events={"transfer.shipped": 3, "transfer.received": 3},
    units={"transfer.shipped": "47", "transfer.received": "47"},
    says={"zone": "Europe/Madrid"},
)
PURCHASES = Case(
    name="open_purchase_orders.csv",
    text="""\
PO Number,PO Line,PO Date,Vendor Name,Item Number,Ordered Qty,Received Qty,Receipt Date,Required Date,Unit Cost,Warehouse
4500001,10,2024-01-02,Bolt & Co,B-1,1000,1000,2024-01-20,2024-01-19,0.12,W1
4500001,20,2024-01-02,Bolt & Co,B-2,500,200,2024-01-22,2024-01-19,0.30,W1
4500002,10,2024-01-05,Nut GmbH,B-3,250,0,,2024-02-15,1.05,W2
""",
    kind="purchase_orders",
    meanings={
        "PO Number": "po",
        "PO Line": "line",
        "PO Date": "time",
        "Vendor Name": "supplier",
        "Item Number": "item",
        "Ordered Qty": "qty",
        "Received Qty": "received_qty",
        "Receipt Date": "received_date",
        "Required Date": "requested",
        "Unit Cost": "cost",
        "Warehouse": "loc",
    },
    events={"supply.po_released": 3, "inventory.receipt": 2},
    units={"supply.po_released": "1750", "inventory.receipt": "1200"},
)
GERMAN_LOG = Case(
    name="reklamationen.csv",
    text="""\
Fallnummer;Aktivität;Zeitstempel;Bearbeiter;Betrag
R-1;Eingang;02.05.2024 08:00;Portal;120,50
R-1;Prüfung;02.05.2024 11:20;Kern;120,50
R-2;Eingang;03.05.2024 09:00;Portal;35,00
R-1;Gutschrift;13.05.2024 10:00;Lenz;120,50
R-2;Ablehnung;04.05.2024 10:00;Kern;35,00
""",
    kind="event_log",
    meanings={
        "Fallnummer": "case",
        "Aktivität": "activity",
        "Zeitstempel": "time",
        "Bearbeiter": "person",
        "Betrag": "amount",
    },
    events={"process.activity": 5},
    says={"zone": "Europe/Berlin"},
)
ERPNEXT = Case(
    name="Stock Ledger Entry.csv",
    text="""\
ID,Posting Date,Posting Time,Item Code,Warehouse,Actual Qty,Qty After Transaction,Stock UOM,Voucher Type,Voucher No,Valuation Rate
SLE-1,2024-06-01,09:00:00,ITM-1,Stores - A,50,50,Nos,Purchase Receipt,PR-1,10.5
SLE-2,2024-06-02,10:15:30,ITM-1,Stores - A,-8,42,Nos,Delivery Note,DN-1,10.5
SLE-3,2024-06-03,11:00:00,ITM-1,Stores - A,-2,40,Nos,Sales Invoice,SI-1,10.5
SLE-4,2024-06-04,12:00:00,ITM-1,Stores - A,0,39,Nos,Stock Reconciliation,SR-1,10.5
""",
    kind="movements",
    meanings={
        "Posting Date": "time",
        "Posting Time": "time_of_day",
        "Item Code": "item",
        "Warehouse": "loc",
        "Actual Qty": "qty",
        "Qty After Transaction": "on_hand",
        "Stock UOM": "uom",
        "Voucher Type": "code",
        "Voucher No": "order",
        "Valuation Rate": "cost",
    },
    events={"inventory.receipt": 1, "inventory.shipment": 2, "inventory.counted": 1},
    units={
        "inventory.receipt": "50",
        "inventory.shipment": "10",
        "inventory.counted": "39",
    },
)
RETURNS = Case(
    name="rma_report.csv",
    text="""\
RMA,Return Date,Order Number,Product Code,Return Quantity,Return Reason,Customer Name
R1,2024-07-01,SO-1,P-1,1,too small,Ada
R2,2024-07-02,SO-4,P-2,3,damaged,Bob
""",
    kind="returns",
    meanings={
        "Return Date": "time",
        "Order Number": "order",
        "Product Code": "item",
        "Return Quantity": "qty",
        "Return Reason": "reason",
        "Customer Name": "customer",
    },
    events={"inventory.returned": 2},
    units={"inventory.returned": "4"},
)
GOODS_IN = Case(
    name="goods_receipts_week_12.csv",
    text="""\
GRN No,Received On,Supplier,Part No,Quantity Received,PO Number,Batch No,Bin Location,Site
G-1,18-Mar-2024,Omega,PX-1,40,PO-7,B44,A-01,LEEDS
G-2,19-Mar-2024,Omega,PX-2,25,PO-7,B45,A-02,LEEDS
G-3,22-Mar-2024,Sigma,PX-1,60,PO-8,B46,A-01,LEEDS
""",
    kind="receipts",
    meanings={
        "GRN No": "delivery",
        "Received On": "received_date",
        "Supplier": "supplier",
        "Part No": "item",
        "Quantity Received": "received_qty",
        "PO Number": "po",
        "Batch No": "lot",
        "Bin Location": "bin",
        "Site": "loc",
    },
    events={"inventory.receipt": 3},
    units={"inventory.receipt": "125"},
)
ITEMS = Case(
    name="item_master.csv",
    text="""\
item_code,description,item_group,stock_uom,net_weight_kg,unit_cost,safety_stock,lead_time_days,supplier
S-1,Bracket,Steel,pcs,0.25,1.10,50,14,Omega
S-2,Panel,Steel,pcs,4.5,18.00,10,30,Omega
S-3,Glue,Chemicals,kg,1,6.40,5,21,Sigma
""",
    kind="items",
    meanings={
        "item_code": "item",
        "description": "description",
        "item_group": "family",
        "stock_uom": "uom",
        "net_weight_kg": "weight",
        "unit_cost": "cost",
        "safety_stock": "safety",
        "lead_time_days": "lead_time",
        "supplier": "supplier",
    },
    events={"master.record_changed": 9},
)
CORRECTIONS = Case(
    name="stock_adjustments.csv",
    text="""\
Adjustment Date,SKU,Warehouse,Adjustment Qty,Unit,Reason Code,Entered By
2024-08-01 10:00,K-1,EAST,-3,EA,DAMAGED,ann
2024-08-01 10:05,K-2,EAST,5,EA,FOUND,ann
2024-08-02 09:00,K-1,WEST,-1,EA,EXPIRED,bob
""",
    kind="adjustments",
    meanings={
        "Adjustment Date": "time",
        "SKU": "item",
        "Warehouse": "loc",
        "Adjustment Qty": "qty",
        "Unit": "uom",
        "Reason Code": "reason",
        "Entered By": "person",
    },
    events={"inventory.adjusted": 3},
    units={"inventory.adjusted": "1"},
)
IN_AND_OUT = Case(
    name="mouvements_stock.csv",
    text="""\
Date;Référence article;Magasin;Entrée;Sortie;Unité
03/09/2024;PEINT-1;NICE;24;;U
04/09/2024;PEINT-1;NICE;;6;U
17/09/2024;PEINT-2;NICE;;2;U
""",
    kind="in_out",
    meanings={
        "Date": "time",
        "Référence article": "item",
        "Magasin": "loc",
        "Entrée": "qty_in",
        "Sortie": "qty_out",
        "Unité": "uom",
    },
    events={"inventory.receipt": 1, "inventory.shipment": 2},
    units={"inventory.receipt": "24", "inventory.shipment": "8"},
)
OPEN_ORDERS = Case(
    name="salesorders.ndjson",
    text="""\
{"orderId": "S1", "lineNo": 1, "orderedAt": "2024-09-01T10:00:00+02:00", "sku": "Q-1", "orderQty": 10, "shippedQty": 10, "shippedAt": "2024-09-02T08:00:00+02:00", "requestedDate": "2024-09-03", "customerId": "C1", "unitPrice": 2.5}
{"orderId": "S1", "lineNo": 2, "orderedAt": "2024-09-01T10:00:00+02:00", "sku": "Q-2", "orderQty": 4, "shippedQty": 0, "shippedAt": null, "requestedDate": "2024-09-03", "customerId": "C1", "unitPrice": 7.25}
{"orderId": "S2", "lineNo": 1, "orderedAt": "2024-09-04T16:30:00+02:00", "sku": "Q-1", "orderQty": 6, "shippedQty": 2, "shippedAt": "2024-09-05T08:00:00+02:00", "requestedDate": "2024-09-09", "customerId": "C2", "unitPrice": 2.5}
""",
    kind="orders",
    meanings={
        "orderId": "order",
        "lineNo": "line",
        "orderedAt": "time",
        "sku": "item",
        "orderQty": "qty",
        "shippedQty": "shipped_qty",
        "shippedAt": "shipped_date",
        "requestedDate": "requested",
        "customerId": "customer",
        "unitPrice": "price",
    },
    events={"demand.line_placed": 3, "inventory.shipment": 2},
    units={"demand.line_placed": "20", "inventory.shipment": "12"},
)
DELIVERIES = Case(
    name="lieferscheine_q1.csv",
    text="""\
Lieferschein;Pos;Versanddatum;Artikelnummer;Liefermenge;ME;Kundennummer;Lager;Spediteur
LS-1;1;05.01.2024;T-100;12;Stk;K77;HH;DHL
LS-1;2;05.01.2024;T-200;3;Krt;K77;HH;DHL
LS-2;1;19.01.2024;T-100;40;Stk;K80;HH;DPD
""",
    kind="shipments",
    meanings={
        "Lieferschein": "delivery",
        "Pos": "line",
        "Versanddatum": "shipped_date",
        "Artikelnummer": "item",
        "Liefermenge": "qty",
        "ME": "uom",
        "Kundennummer": "customer",
        "Lager": "loc",
        "Spediteur": "carrier",
    },
    events={"inventory.shipment": 3},
    units={"inventory.shipment": "55"},
    says={"zone": "Europe/Berlin"},
)
CASES = (
    SAP, US_SALES, ODOO, SHOPIFY, FRENCH_STOCK, WMS, TRANSFERS, PURCHASES, GERMAN_LOG, ERPNEXT,
    RETURNS, GOODS_IN, ITEMS, CORRECTIONS, IN_AND_OUT, OPEN_ORDERS, DELIVERIES,
)  # fmt: skip
