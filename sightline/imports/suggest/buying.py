# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for what is bought from suppliers and what of it came."""

from sightline.imports.suggest.table import Table, Tree


def purchase_orders(table: Table) -> Tree:
    """Write the rules of purchase order lines, with what was received of them."""
    quantity = table.first("qty", "received_qty")
    fields: Tree = {"version": {"value": 1}} | table.money("price", "price", "cost")
    if table.has("requested"):
        fields["need_date"] = table.day("requested")
    released: Tree = {"type": "supply.po_released", "fields": fields}
    ordered = [released, *_acknowledged(table)]
    return {
        "time": table.time(table.first("time", "received_date", "requested")),
        "common": _common(table, quantity),
        "rules": [
            *table.rejected_states(),
            *_zero(table, quantity),
            *_received(table, ordered, quantity),
        ],
    }


def receipts(table: Table) -> Tree:
    """Write the rules of rows that say what was received."""
    quantity = table.first("received_qty", "qty")
    fields = _receipt_fields(table)
    rules = [*table.rejected_states(), *_zero(table, quantity)]
    if table.column(quantity).below:
        undone = {
            "type": "inventory.adjusted",
            "fields": {
                "qty": table.number(quantity, is_signed=True),
                "reason_code": {"value": "receipt_undone"},
            },
        }
        rules.append({"when": {table.known[quantity].column: {"below": 0}}, "events": [undone]})
    rules.append({"events": [{"type": "inventory.receipt", "fields": fields}]})
    return {
        "time": table.time(table.first("received_date", "time")),
        "common": _common(table, quantity),
        "rules": rules,
    }


def _common(table: Table, quantity: str) -> Tree:
    party = table.first("supplier", "partner")
    document = table.first("po", "order")
    fields: Tree = {
        "item": table.text("item"),
        "loc": table.place("loc", "to_loc", "customer"),
        "qty": table.number(quantity),
        "uom": table.unit(),
    }
    if document:
        fields |= {"po": table.text(document), "po_line": table.line_id(document)}
    elif not table.has("received_date", "time"):
        fields["po_line"] = table.line_id("delivery")
    fields |= table.texts(region="region", lot="lot", actor="person", reason_code="reason")
    return fields | ({"supplier": table.text(party)} if party else {})


def _acknowledged(table: Table) -> list[Tree]:
    if not table.has("promised") or table.column("promised").filled < 1:
        return []
    fields = {"status": {"value": "accept"}, "confirmed_date": table.day("promised")}
    return [{"type": "supply.po_acknowledged", "fields": fields}]


def _received(table: Table, ordered: list[Tree], quantity: str) -> list[Tree]:
    """Return the rules for ordered lines of which something came, and of which nothing did."""
    receipt: Tree = {"type": "inventory.receipt", "fields": _receipt_fields(table)}
    if table.has("received_date"):
        receipt |= {"optional": True, "time": table.time("received_date")}
    if table.has("received_qty") and quantity == "qty":
        receipt["fields"] = {"qty": table.number("received_qty")} | receipt["fields"]
        some = {table.known["received_qty"].column: {"above": 0}}
        return [{"when": some, "events": [*ordered, receipt]}, {"events": ordered}]
    if table.has("received_date") and table.has("time"):
        return [{"events": [*ordered, receipt]}]
    return [{"events": ordered}]


def _receipt_fields(table: Table) -> Tree:
    return table.texts(shipment="delivery") | table.money("unit_cost", "cost", "price")


def _zero(table: Table, quantity: str) -> list[Tree]:
    if not table.column(quantity).zeros:
        return []
    return [{"when": {table.known[quantity].column: {"is": 0}}, "reject": "zero"}]
