# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for what lies where: counts, corrections, and columns for in and out."""

from sightline.imports.mapping import places
from sightline.imports.suggest import codes
from sightline.imports.suggest.table import Table, Tree, slug

MEANINGS_OF_MOVES = ("receipts and shipments", "corrections")


def stock_list(table: Table) -> Tree:
    """Write the rules of a stock list: every row is a count."""
    quantity = table.first("on_hand", "qty")
    fields: Tree = {"count_id": {"value": f"stock list {table.name}"[:60]}}
    fields |= table.texts(counter="person") | table.money("unit_cost", "cost")
    found: Tree = {
        "time": table.time("time") if table.has("time") else {"as_of": True},
        "common": {
            "item": table.text("item"),
            "loc": _place(table),
            "qty": table.number(quantity, is_signed=True),
            "uom": table.unit(),
        }
        | table.texts(lot="lot", region="region"),
        "rules": [{"events": [{"type": "inventory.counted", "fields": fields}]}],
    }
    keys = [each for each in ("item", "loc") if table.has(each)]
    if not table.has("time") and table.is_unique(*keys):
        found |= {"unique": [table.known[each].column for each in keys]}
        found |= {"unique_reason": "second_count"}
    _warn(table, quantity, keys)
    return found


def adjustments(table: Table) -> Tree:
    """Write the rules of corrections, signed by their quantity or by a column."""
    fields: Tree = {}
    if not table.has("reason"):
        fields = {"reason_code": {"value": "correction"}} | fields
    rules = [*table.rejected_states(), *_zero(table, "qty")]
    if table.has("sign") and not table.column("qty").below:
        rules += by_direction(table, fields)
    else:
        quantity = {"qty": table.number("qty", is_signed=True)}
        rules.append({"events": [{"type": "inventory.adjusted", "fields": quantity | fields}]})
    return {"time": table.time("time"), "common": common(table), "rules": rules}


def in_out(table: Table) -> Tree:
    """Write the rules of rows with one column for what came in and one for what went out."""
    said = table.asked.ask(
        "moves",
        "What are the quantities in and out?",
        MEANINGS_OF_MOVES[0],
        "no column says what moved them",
        MEANINGS_OF_MOVES,
    )
    rules: list[Tree] = table.rejected_states()
    for meaning, kind, negate in (
        ("qty_in", "inventory.receipt", False),
        ("qty_out", "inventory.shipment", True),
    ):
        is_correction = said == MEANINGS_OF_MOVES[1]
        quantity = table.number(
            meaning, is_signed=is_correction, negate=negate and is_correction
        )
        fields: Tree = {"qty": quantity}
        if is_correction and not table.has("reason"):
            fields["reason_code"] = {"value": "correction"}
        event = {"type": "inventory.adjusted" if is_correction else kind, "fields": fields}
        above = {table.known[meaning].column: {"above": 0}}
        rules.append({"when": above, "events": [event]})
    found = common(table)
    found.pop("qty", None)
    return {"time": table.time("time"), "common": found, "rules": rules}


def common(table: Table) -> Tree:
    """Return what all movements of stock share."""
    fields: Tree = {
        "item": table.text("item"),
        "loc": table.place("loc", "from_loc"),
        "uom": table.unit(),
        "order_line": _order_line(table),
    }
    if table.has("qty"):
        fields["qty"] = table.number("qty")
    fields |= table.texts(reason_code="reason", lot="lot", actor="person", region="region")
    fields |= table.texts(
        customer="customer", supplier="supplier", po="po", shipment="delivery"
    )
    if table.has("po"):
        fields["po_line"] = table.line_id("po")
    return fields


def _order_line(table: Table) -> object:
    """Return the line of an order; where a row names none, that of a delivery or its own."""
    line = table.line_id("order", "delivery")
    named = [table.columns[name] for name in places(line) if name in table.columns]
    if all(column.filled == 1 for column in named):
        return line
    own = f"{slug(table.name.lower())}/{{row}}"
    is_sent = table.has("order", "delivery") and table.column("delivery").filled == 1
    return {"text": line, "default": table.template("delivery", "row") if is_sent else own}


def by_direction(table: Table, fields: Tree) -> list[Tree]:
    """Return one rule for what came in and one for what went out, by a column."""
    column = table.column("sign")
    rules = []
    for direction, negate in (("in", False), ("out", True)):
        texts = [text for text in column.counted if codes.direction(text) == direction]
        quantity = {"qty": table.number("qty", negate=negate)}
        event = {"type": "inventory.adjusted", "fields": quantity | fields}
        if texts:
            rules.append({"when": {column.name: {"in": texts}}, "events": [event]})
    return rules


def _place(table: Table) -> object:
    """Return the location of a count; with the bin where several bins hold one item."""
    if table.has("loc", "bin") and not table.is_unique("item", "loc"):
        table.asked.warn(
            "Items lie in several bins of a location: each bin is a location of its own, "
            "because a count says all that there is at a place."
        )
        return table.template("loc", "bin")
    return table.place("loc", "bin", "from_loc")


def _warn(table: Table, quantity: str, keys: list[str]) -> None:
    below = table.values(quantity) < 0
    if below.any():
        table.asked.warn(
            f"{int(below.sum())} rows have a stock below 0: nothing can be counted below 0, so "
            "they will be refused."
        )
    is_open = not table.has("time") and not table.has("bin")
    if is_open and not table.is_unique(*keys):
        table.asked.warn(
            "Some items occur more than once: of several counts at one place and time only "
            "one holds. Add what tells them apart as location, or sum them up before."
        )


def _zero(table: Table, quantity: str) -> list[Tree]:
    if not table.column(quantity).zeros:
        return []
    return [{"when": {table.known[quantity].column: {"is": 0}}, "reject": "zero"}]
