# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for what customers order, get and send back."""

from sightline.imports.suggest.table import Table, Tree

DISPOSITIONS = ("resalable", "inspect", "damaged", "scrap")


def sales(table: Table) -> Tree:
    """Write the rules of rows that were ordered and shipped at once."""
    placed = _placed(table)
    events = [placed, {"type": "inventory.shipment"}]
    return {
        "time": table.time("time"),
        "common": _common(table, "qty"),
        "rules": [*_refused(table, "qty"), *_returned(table, "qty"), {"events": events}],
    }


def orders(table: Table) -> Tree:
    """Write the rules of ordered rows, with what was shipped of them."""
    quantity = table.first("qty", "shipped_qty")
    placed = [_placed(table), *_promised(table)]
    shipped: Tree = {"type": "inventory.shipment"}
    if table.has("shipped_date"):
        shipped |= {"optional": True, "time": table.time("shipped_date")}
    rules: list[Tree] = [*_refused(table, quantity), *_returned(table, quantity)]
    if table.has("shipped_qty") and quantity == "qty":
        shipped["fields"] = {"qty": table.number("shipped_qty")}
        some = {table.known["shipped_qty"].column: {"above": 0}}
        rules += [{"when": some, "events": [*placed, shipped]}, {"events": placed}]
    elif table.has("shipped_date"):
        rules.append({"events": [*placed, shipped]})
    else:
        rules.append({"events": placed})
        table.asked.warn(
            "Nothing says what was shipped: the orders stay open until shipments come in. If "
            "each row was shipped at once, choose sales."
        )
    return {
        "time": table.time("time"),
        "common": _common(table, quantity),
        "rules": rules,
    }


def shipments(table: Table) -> Tree:
    """Write the rules of rows that say what was shipped."""
    quantity = table.first("shipped_qty", "qty")
    fields = table.texts(shipment="delivery", carrier="carrier") | table.money("price", "price")
    event = {"type": "inventory.shipment", "fields": fields}
    return {
        "time": table.time(table.first("shipped_date", "time")),
        "common": _common(table, quantity),
        "rules": [*_refused(table, quantity), *_returned(table, quantity), {"events": [event]}],
    }


def returns(table: Table) -> Tree:
    """Write the rules of rows that say what came back."""
    fields = {"disposition": {"value": _disposition(table)}}
    return {
        "time": table.time("time"),
        "common": _common(table, "qty"),
        "rules": [
            *_refused(table, "qty"),
            {"events": [{"type": "inventory.returned", "fields": fields}]},
        ],
    }


def _common(table: Table, quantity: str) -> Tree:
    party = table.first("customer", "partner")
    fields: Tree = {
        "item": table.text("item"),
        "loc": table.place("loc", "from_loc"),
        "qty": table.number(quantity),
        "uom": table.unit(),
        "order_line": table.line_id("order", "delivery"),
    }
    fields |= table.texts(order="order", region="region", lot="lot", actor="person")
    fields |= table.texts(reason_code="reason")
    return fields | ({"customer": table.text(party)} if party else {})


def _placed(table: Table) -> Tree:
    fields: Tree = {"version": {"value": 1}} | table.money("price", "price")
    if table.has("requested"):
        fields["requested_date"] = table.day("requested")
    fields |= table.texts(channel="channel")
    return {"type": "demand.line_placed", "fields": fields}


def _promised(table: Table) -> list[Tree]:
    if not table.has("promised") or table.column("promised").filled < 1:
        return []
    fields = {"promise_date": table.day("promised"), "version": {"value": 1}}
    return [{"type": "demand.line_promised", "fields": fields}]


def _refused(table: Table, quantity: str) -> list[Tree]:
    """Return rules for rows that mean nothing: cancelled, priced below 0, of no quantity."""
    rules = table.rejected_states()
    if table.has("price") and table.column("price").below:
        rules.append(
            {"when": {table.known["price"].column: {"below": 0}}, "reject": "negative_price"}
        )
    if table.column(quantity).zeros:
        rules.append({"when": {table.known[quantity].column: {"is": 0}}, "reject": "zero"})
    return rules


def _returned(table: Table, quantity: str) -> list[Tree]:
    """Return the rule for quantities below 0 where there are any: they came back."""
    if not table.column(quantity).below:
        return []
    fields = {"disposition": {"value": _disposition(table)}} | table.money("price", "price")
    below = {table.known[quantity].column: {"below": 0}}
    return [{"when": below, "events": [{"type": "inventory.returned", "fields": fields}]}]


def _disposition(table: Table) -> str:
    return table.asked.ask(
        "disposition",
        "In what state are goods that come back?",
        "resalable",
        "no column says it",
        DISPOSITIONS,
    )
