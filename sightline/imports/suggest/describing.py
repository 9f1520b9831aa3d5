# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for what is no movement: master data, and steps of processes."""

from collections.abc import Callable
from typing import Any

from sightline.imports.suggest.table import Table, Tree, slug

ITEM_FIELDS = {
    "description": "description",
    "family": "family",
    "base_uom": "uom",
    "supplier": "supplier",
    "weight_kg": "weight",
}
PLAIN_FIELDS = {
    "supplier": {"name": "description", "country": "region"},
    "customer": {"name": "description", "region": "region", "channel": "channel"},
    "location": {"name": "description", "region": "region"},
}


def items(table: Table) -> Tree:
    """Write the rules of items: what they are, what they cost, when to order them."""
    fields = {name: _of(table, meaning) for name, meaning in ITEM_FIELDS.items()}
    records = [_record("item", table.text("item"), fields)]
    if table.first("cost", "price"):
        costs: Tree = {"item": table.text("item")}
        costs |= table.money("unit_cost", "cost") | table.money("unit_price", "price")
        if len(costs) > 1:
            currency = table.text("currency") if table.has("currency") else None
            costs["currency"] = currency or {"value": _currency(table)}
            records.append(_record("cost", table.text("item"), costs))
    planned = {
        "reorder_point": _of(table, "reorder"),
        "safety_stock": _of(table, "safety"),
        "lead_time_days": _of(table, "lead_time"),
    }
    if any(planned.values()):
        told = {"item": table.text("item")} | planned
        records.append(_record("planning_param", table.text("item"), told))
    return _since(records)


def party(entity: str, meaning: str) -> Callable[[Table], Tree]:
    """Return what writes the rules of suppliers, customers or locations."""

    def write(table: Table) -> Tree:
        fields = {name: _of(table, told) for name, told in PLAIN_FIELDS[entity].items()}
        return _since([_record(entity, table.text(meaning), fields)])

    return write


def event_log(table: Table) -> Tree:
    """Write the top of a mapping for an event log: there are no rules."""
    time = table.first("end", "time", "start")
    process = table.asked.ask(
        "process",
        "What is the process called?",
        slug(table.name.lower()) or "process",
        "the file's name",
    )
    roles = {"case": "case", "activity": "activity", "time": time}
    roles |= {each: each for each in ("resource", "role", "lifecycle") if table.has(each)}
    if table.has("start") and time != "start":
        roles["start"] = "start"
    if table.has("person") and "resource" not in roles:
        roles["resource"] = "person"
    found: Tree = {
        "process": process,
        "columns": {role: table.column(meaning).name for role, meaning in roles.items()},
    }
    formats: list[str] = []
    for meaning in {time, roles.get("start", time)}:
        formats += table.formats(table.column(meaning))
    if formats:
        found["formats"] = sorted(set(formats))
    return found


def _since(records: list[Tree]) -> Tree:
    return {"time": {"as_of": True}, "rules": [{"events": records}]}


def _record(entity: str, key: Any, fields: Tree) -> Tree:
    told = {f"fields.{name}": value for name, value in fields.items() if value}
    head: Tree = {"entity": {"value": entity}, "key": key}
    return {"type": "master.record_changed", "fields": head | told}


def _of(table: Table, meaning: str) -> Any:
    if meaning == "uom" and table.has("uom"):
        return table.unit()
    return table.text(meaning) if table.has(meaning) else None


def _currency(table: Table) -> str:
    return table.asked.ask(
        "currency", "In which currency is the money?", "EUR", "no column says it"
    )
