# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words in the names of files that speak for what kind of file it is."""

WORDS: dict[str, tuple[str, ...]] = {
    "sales": ("sales", "sale", "invoice", "invoices", "umsatz", "verkauf", "verkaeufe",
              "rechnung",
              "rechnungen", "ventes", "factures", "ventas", "facturas", "pos", "till", "bons",
              "transactions", "kasse", "retail"),
    "orders": ("order", "orders", "auftrag", "auftraege", "commandes", "pedidos", "so"),
    "shipments": ("shipment", "shipments", "deliveries", "despatch", "dispatch", "lieferungen",
                  "lieferscheine", "versand", "warenausgang", "expeditions", "livraisons",
                  "envios", "albaranes", "shipped"),
    "returns": ("returns", "return", "rma", "retouren", "retoure", "retours", "devoluciones"),
    "receipts": ("receipts", "receipt", "received", "grn", "wareneingang", "wareneingaenge",
                 "receptions", "recepciones", "inbound"),
    "purchase_orders": ("purchase", "purchases", "po", "pos", "bestellungen", "bestellung",
                        "achats", "compras", "procurement", "einkauf"),
    "stock_list": ("stock", "inventory", "bestand", "bestaende", "lagerbestand", "inventaire",
                   "inventur", "existencias", "inventario", "onhand", "soh", "count",
                   "snapshot"),
    "movements": ("movements", "movement", "bewegungen", "lagerbewegungen", "mouvements",
                  "movimientos", "transactions", "mb51", "ledger", "moves", "journal"),
    "adjustments": ("adjustments", "adjustment", "korrekturen", "ajustements", "ajustes",
                    "corrections"),
    "transfers": ("transfer", "transfers", "umlagerung", "umlagerungen", "transferts",
                  "traspasos", "sto"),
}  # fmt: skip
"""Kind → words in the name of a file that speak for it."""
