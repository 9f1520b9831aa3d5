# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for movements told apart by a code."""

import polars as pl

from sightline.imports.suggest import codes
from sightline.imports.suggest.holding import PAIRED, in_transit, on_hold, paired
from sightline.imports.suggest.sides import sides
from sightline.imports.suggest.states import only_done
from sightline.imports.suggest.stocking import by_direction, common
from sightline.imports.suggest.table import Table, Tree

RECEIPT = "inventory.receipt"
IN_TYPES = {
    "receipt": (RECEIPT, {}),
    "blocked_receipt": (RECEIPT, {"bucket": {"value": "blocked"}}),
    "shipment": ("inventory.shipment", {}),
    "returned": ("inventory.returned", {"disposition": {"value": "resalable"}}),
    "consumption": ("inventory.issue", {"purpose": {"value": "consumption"}}),
    "scrap": ("inventory.issue", {"purpose": {"value": "scrap"}}),
    "sample": ("inventory.issue", {"purpose": {"value": "sample"}}),
}
"""Actions that have an event type of their own; its quantity has no sign."""
SIGNED = {
    "receipt_undone": -1,
    "shipment_undone": 1,
    "consumption_undone": 1,
    "scrap_undone": 1,
    "adjusted": 0,
    "adjusted_out": -1,
    "adjusted_in": 1,
    "transfer_out": -1,
    "transfer_in": 1,
    "transit_out": -1,
    "transit_in": 1,
}
"""Actions that become corrections: out, in, or as the quantity says."""
IN_TRANSIT = {"transit_out", "transit_in"}
ON_THE_WAY = {"transfer_out", "transfer_in"} | IN_TRANSIT
HOLDS = {
    "held": ("blocked", 1),
    "released": ("blocked", -1),
    "quality_held": ("quality", 1),
    "quality_released": ("quality", -1),
}
"""Actions that only put on hold or let go → kind of hold, sign."""
OUTWARD = {"shipment", "consumption", "scrap", "sample"}


def movements(table: Table) -> Tree:
    """Write one rule for each action that the codes stand for."""
    column = table.column("code")
    groups: dict[str, list[str]] = {}
    for code in column.counted:
        groups.setdefault(codes.action_of(code), []).append(code)
    _warn_unknown(table, groups.pop("", []))
    rules: list[Tree] = [*table.rejected_states()]
    if table.column("qty").zeros and "counted" not in groups:
        rules.append({"when": {table.known["qty"].column: {"is": 0}}, "reject": "zero"})
    for action, found in groups.items():
        rules += _rules_of(table, action, found)
    return {"time": table.time("time"), "common": common(table), "rules": rules}


def transfers(table: Table) -> Tree:
    """Write the rules of goods that go from one location to another."""
    return {
        "time": table.time(table.first("time", "shipped_date", "received_date")),
        "common": moved(table),
        "rules": only_done(
            table,
            [*table.rejected_states(), *is_zero(table), {"events": both_ways(table)}],
        ),
    }


def _rules_of(table: Table, action: str, found: list[str]) -> list[Tree]:
    """Return the rules for rows whose code is one of `found`."""
    when: Tree = {table.column("code").name: {"in": found}}
    if action == "counted":
        quantity = "on_hand" if table.has("on_hand") else "qty"
        fields = {"qty": table.number(quantity, is_signed=True)}
        return [{"when": when, "events": [{"type": "inventory.counted", "fields": fields}]}]
    if action in HOLDS or action in PAIRED:
        return _held(table, action, when, found)
    if action == "transfer" or (action in IN_TRANSIT and table.has("loc", "to_loc")):
        return _moves(table, when, found, action)
    if action in SIGNED:
        if action in ON_THE_WAY:
            _warn_transit(table, found)
        fields = _signed(table, found, SIGNED[action]) | _reason(table)
        if action == "adjusted" and table.has("sign") and not _some_below(table, found):
            return [
                each | {"when": when | each["when"]}
                for each in by_direction(table, _reason(table))
            ]
        return [{"when": when, "events": [{"type": "inventory.adjusted", "fields": fields}]}]
    kind, more = IN_TYPES[action]
    money = ("unit_cost", "cost", "price") if kind == RECEIPT else ("price", "price")
    event = {"type": kind, "fields": more | table.money(*money)}
    return [*_undone(table, action, when, found), {"when": when, "events": [event]}]


def _held(table: Table, action: str, when: Tree, found: list[str]) -> list[Tree]:
    if action in HOLDS:
        return on_hold(table, when, found, *HOLDS[action])
    return [{"when": when, "events": paired(table, action)}]


def _undone(table: Table, action: str, when: Tree, found: list[str]) -> list[Tree]:
    """Return the rule for the rows of an action whose sign says that they were undone."""
    rows = _rows(table, found)
    below, above = int((rows < 0).sum()), int((rows > 0).sum())
    if not below or not above:
        return []
    is_minus = below >= above and action in OUTWARD
    quantity = table.known["qty"].column
    test = {"above": 0} if is_minus else {"below": 0}
    fields: Tree = {"qty": table.number("qty", is_signed=True)}
    if not is_minus and action in OUTWARD:
        fields = {"qty": table.number("qty")}
    fields["reason_code"] = {"value": f"{action}_undone"}
    event = {"type": "inventory.adjusted", "fields": fields}
    return [{"when": when | {quantity: test}, "events": [event]}]


def _signed(table: Table, found: list[str], sign: int) -> Tree:
    """Return the quantity of a correction: as it is where rows have a sign, else by `sign`."""
    if sign == 0 or _some_below(table, found):
        return {"qty": table.number("qty", is_signed=True)}
    return {"qty": table.number("qty", negate=sign < 0)}


def _some_below(table: Table, found: list[str]) -> bool:
    return bool((_rows(table, found) < 0).any())


def _rows(table: Table, found: list[str]) -> pl.Series:
    """Return the quantities of the rows with one of these codes."""
    mask = table.column("code").texts.is_in(found).fill_null(value=False)
    return table.values("qty").filter(mask).drop_nulls()


def _moves(table: Table, when: Tree, found: list[str], action: str) -> list[Tree]:
    """Return the rules for movements between locations."""
    if action in IN_TRANSIT:
        return in_transit(table, when, found, is_out=action == "transit_out")
    has_two = table.has("loc", "to_loc") and bool(sides(table, found))
    if has_two and table.has("order") and table.column("order").filled == 1:
        return _two_lines(table, when, found)
    if not has_two and table.has("to_loc") and table.first("from_loc", "loc"):
        events = [event | {"fields": _between(table)} for event in both_ways(table)]
        return [{"when": when, "events": events}]
    if _some_below(table, found):
        fields = {"qty": table.number("qty", is_signed=True)} | _reason(table)
        return [{"when": when, "events": [{"type": "inventory.adjusted", "fields": fields}]}]
    if table.has("sign"):
        return [
            each | {"when": when | each["when"]} for each in by_direction(table, _reason(table))
        ]
    table.asked.warn(
        f"{', '.join(found[:4])} move goods between locations, but no column says where to: "
        "such rows will be refused."
    )
    return [{"when": when, "reject": "transfer_without_target"}]


def _two_lines(table: Table, when: Tree, found: list[str]) -> list[Tree]:
    """Return the rules where each move has two lines: one leaves, one arrives, as in SAP."""
    out, back = sides(table, found)
    here, there = table.column("loc").name, table.column("to_loc").name
    line = {"transfer_line": table.template("order", "item")}
    shipped = line | {"from_loc": table.text("loc"), "to_loc": table.text("to_loc")}
    received = line | {"from_loc": table.text("to_loc"), "to_loc": table.text("loc")}
    nowhere = {there: {"empty": True}}
    gone = {"qty": table.number("qty", negate=True)} | _reason(table)
    come = {"qty": table.number("qty")} | _reason(table)
    return [
        {"when": when | {here: {"same": there}}, "skip": "within_location"},
        _rule(when | out | nowhere, "inventory.adjusted", gone),
        _rule(when | back | nowhere, "inventory.adjusted", come),
        _rule(when | out, "transfer.shipped", shipped),
        _rule(when | back, "transfer.received", received),
    ]


def _rule(when: Tree, kind: str, fields: Tree) -> Tree:
    return {"when": when, "events": [{"type": kind, "fields": fields}]}


def both_ways(table: Table) -> list[Tree]:
    """Return what a transfer is: sent, and arrived where and when that is known."""
    received: Tree = {"type": "transfer.received"}
    if table.has("received_date") and table.first("time", "shipped_date"):
        received |= {"optional": True, "time": table.time("received_date")}
    else:
        said = table.asked.ask(
            "arrived",
            "Have the goods of each transfer arrived?",
            "yes",
            "no column says when they did",
            ("yes", "no"),
        )
        if said == "no":
            return [{"type": "transfer.shipped"}]
    if table.has("received_qty"):
        received["fields"] = {"qty": table.number("received_qty")}
    return [{"type": "transfer.shipped"}, received]


def moved(table: Table) -> Tree:
    """Return what all moves from place to place share."""
    quantity = table.first("qty", "shipped_qty", "received_qty")
    fields: Tree = {"item": table.text("item"), "qty": table.number(quantity)}
    fields |= {"uom": table.unit()} | _between(table) | table.texts(lot="lot", actor="person")
    return fields | table.texts(shipment="delivery")


def _between(table: Table) -> Tree:
    fields = {
        "from_loc": table.text(table.first("from_loc", "loc")),
        "to_loc": table.text("to_loc"),
        "transfer_line": table.line_id("transfer", "order", "delivery"),
    }
    return fields | table.texts(transfer="transfer")


def _reason(table: Table) -> Tree:
    return {} if table.has("reason") else {"reason_code": table.text("code")}


def is_zero(table: Table) -> list[Tree]:
    """Return the rule for rows that move nothing, where there are any."""
    quantity = table.first("qty", "shipped_qty", "received_qty")
    if not table.column(quantity).zeros:
        return []
    return [{"when": {table.known[quantity].column: {"is": 0}}, "reject": "zero"}]


def _warn_transit(table: Table, found: list[str]) -> None:
    table.asked.warn(
        f"{', '.join(found[:4])} move goods that are on their way for a while, but not every "
        "row can say where from and where to: they become corrections out and in, and what "
        "is on its way is in no stock and not in transit."
    )


def _warn_unknown(table: Table, unknown: list[str]) -> None:
    if unknown:
        counted = table.column("code").counted
        shown = ", ".join(f"{code} ({counted[code]} rows)" for code in unknown[:6])
        table.asked.warn(
            f"Nobody knows what these kinds of movement are: {shown}. Their rows will be "
            "refused as no_rule until a rule names them."
        )
