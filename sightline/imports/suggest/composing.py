# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mapping that guesses and answers come to: a tree, its reasons, and what is still open."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sightline.errors import UnknownTypeError
from sightline.events import catalogue
from sightline.imports.fields import fields_of
from sightline.imports.mapping import places
from sightline.imports.suggest import (
    amounts,
    buying,
    describing,
    moving,
    routing,
    selling,
    stocking,
)
from sightline.imports.suggest.looking import Seen
from sightline.imports.suggest.meanings import LABELS
from sightline.imports.suggest.names import in_brackets
from sightline.imports.suggest.sample import Sample
from sightline.imports.suggest.table import Table, Tree, slug

WRITERS: dict[str, Callable[[Table], Tree]] = {
    "sales": selling.sales,
    "orders": selling.orders,
    "shipments": selling.shipments,
    "returns": selling.returns,
    "receipts": buying.receipts,
    "purchase_orders": buying.purchase_orders,
    "stock_list": stocking.stock_list,
    "adjustments": stocking.adjustments,
    "in_out": stocking.in_out,
    "movements": moving.movements,
    "transfers": moving.transfers,
    "routes": routing.routes,
    "items": describing.items,
    "suppliers": describing.party("supplier", "supplier"),
    "customers": describing.party("customer", "customer"),
    "locations": describing.party("location", "loc"),
    "event_log": describing.event_log,
}
FEW_RULES = 2
MASTER = ("items", "suppliers", "customers", "locations")
NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "sales": (("item",), ("qty",), ("time",)),
    "orders": (("item",), ("qty", "shipped_qty"), ("time",)),
    "shipments": (("item",), ("shipped_qty", "qty"), ("shipped_date", "time")),
    "returns": (("item",), ("qty",), ("time",)),
    "receipts": (("item",), ("received_qty", "qty"), ("received_date", "time")),
    "purchase_orders": (
        ("item",),
        ("qty", "received_qty"),
        ("time", "received_date", "requested"),
        ("po", "order"),
    ),
    "stock_list": (("item",), ("on_hand", "qty")),
    "adjustments": (("item",), ("qty",), ("time",)),
    "in_out": (("item",), ("qty_in",), ("qty_out",), ("time",)),
    "movements": (("item",), ("qty",), ("code",), ("time",)),
    "transfers": (
        ("item",),
        ("qty", "shipped_qty", "received_qty"),
        ("from_loc", "loc"),
        ("to_loc",),
        ("time", "shipped_date", "received_date"),
    ),
    "routes": (("item",), ("qty",), ("from_loc", "loc"), ("to_loc",), ("time",)),
    "event_log": (("case",), ("activity",), ("end", "time", "start")),
    "items": (("item",),),
    "suppliers": (("supplier",),),
    "customers": (("customer",),),
    "locations": (("loc",),),
}
"""Kind → what it cannot do without; of each group one meaning is enough."""
ZONES = {"German": "Europe/Berlin", "French": "Europe/Paris", "Spanish": "Europe/Madrid"}
DATED = re.compile(r"(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def missing(kind: str, table: Table) -> list[str]:
    """Return what `kind` needs and no column means, in words."""
    return [
        " or ".join(LABELS[each].lower() for each in group)
        for group in NEEDS[kind]
        if not table.first(*group)
    ]


def composed(kind: str, table: Table) -> Tree:
    """Return one table of the mapping as a tree: only fields that its events have."""
    tree = WRITERS[kind](table)
    if kind == "event_log":
        return tree
    for rule in tree["rules"]:
        rule["events"] = [_fitted(event) for event in rule.get("events", [])] or None
    rules = [
        {key: value for key, value in rule.items() if value is not None}
        for rule in tree["rules"]
    ]
    legal = {name for event in events_of(rules) for name in _legal(event)}
    common = {
        name: value
        for name, value in tree.get("common", {}).items()
        if name in legal and value is not None
    }
    if kind not in MASTER:
        _keep_details(table, tree | {"common": common, "rules": rules}, common, rules)
    head = {key: value for key, value in tree.items() if key not in {"rules", "common"}}
    warned = [table.column("item").name] if table.has("item") and kind not in MASTER else []
    return (
        {"name": slug(table.name.lower(), "_") or "rows"}
        | head
        | ({"common": common} if common else {})
        | ({"warn_case": warned} if warned else {})
        | {"rules": rules}
    )


def events_of(rules: Iterable[Mapping[str, Any]]) -> list[Tree]:
    """Return the events of all rules."""
    return [event for rule in rules for event in rule.get("events", [])]


def top(kind: str, table: Table, seen: Seen, name: str) -> Tree:
    """Return what stands above the tables: source, zone, how it is written, currency, day."""
    asked = table.asked
    found: Tree = {"name": name, "about": f"Suggested for {seen.sample.file.path.name}"}
    if kind == "event_log":
        found["kind"] = "event_log"
    found["source"] = asked.ask(
        "source", "Which system is the data from?", f"file://{name}", "the file's name"
    )
    found["zone"] = _zone(table)
    if seen.sample.encoding != "utf-8":
        found["encoding"] = seen.sample.encoding
    if seen.sample.delimiter:
        found["delimiter"] = seen.sample.delimiter
    if table.style:
        found["number"] = table.style
    return found


def currency(tables: Sequence[Table], trees: Iterable[Tree]) -> Tree:
    """Return the currency where events carry money."""
    money = {"price", "unit_cost", "cost", "freight"}
    used = any(
        money & {*event.get("fields", {}), *tree.get("common", {})}
        for tree in trees
        for event in events_of(tree.get("rules", []))
        if event["type"] != "master.record_changed"
    )
    if not used:
        return {}
    table = tables[0]
    told, why = next((found for found in map(currency_of, tables) if found[0]), ("", ""))
    if told and not why.startswith("usual"):
        return {"currency": table.asked.answers.get("currency") or told}
    return {
        "currency": table.asked.ask(
            "currency",
            "In which currency is the money?",
            told or "EUR",
            why or "nothing says it",
        )
    }


def currency_of(table: Table) -> tuple[str, str]:
    """Return the currency that the file shows, and where."""
    if table.has("currency"):
        common = next(iter(table.column("currency").counted), "").strip()
        return amounts.SIGNS.get(common, common), f"{table.known['currency'].column!r} says it"
    for meaning in ("price", "cost", "amount"):
        if table.has(meaning):
            column = table.column(meaning)
            bracket = amounts.header_currency(in_brackets(column.name)) or (
                amounts.header_currency(column.name.upper())
                if column.name != column.name.upper()
                else ""
            )
            if bracket:
                return bracket, f"{column.name!r} names it"
            beside = amounts.symbol_of(column.texts)
            if beside:
                return beside, f"it stands beside the numbers of {column.name!r}"
    named = {amounts.header_currency(in_brackets(name)): name for name in table.columns}
    named.pop("", None)
    if len(named) == 1:
        told, name = next(iter(named.items()))
        return told, f"{name!r} names it"
    if table.language in ZONES:
        return "EUR", "usual where the columns are called so"
    return "", ""


def as_of(table: Table, sample: Sample) -> Tree:
    """Return when it was so what a stock list shows: a day, meaning its end, or a moment."""
    found = DATED.search(sample.file.path.name) or DATED.search(sample.name)
    if found:
        default, why = "-".join(found.groups()), "the file's name"
    else:
        default, why = f"{sample.modified:%Y-%m-%d %H:%M:%S}Z", "when the file was written"
    said = table.asked.ask("as_of", "When was the stock so? A day means its end.", default, why)
    return {"as_of": _moment(said) or _warned(table, said, default)}


def _moment(text: str) -> date | datetime | None:
    try:
        if len(text) <= len("2020-05-31"):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _warned(table: Table, said: str, default: str) -> date | datetime | None:
    table.asked.warn(f"{said!r} is no day; write it as 2025-03-31 or 2025-03-31 17:00.")
    return _moment(default)


def _keep_details(table: Table, tree: Tree, common: Tree, rules: list[Tree]) -> None:
    """Put what no event took where it is written once: in the first event, or in all."""
    details = table.extras(set(_columns_in(tree)))
    leads = [rule["events"][0] for rule in rules if rule.get("events")]
    if len(leads) > FEW_RULES:
        common |= details
        return
    for event in leads:
        if details:
            event["fields"] = event.get("fields", {}) | details


def _columns_in(tree: Any) -> Iterator[str]:
    """Yield every text of `tree`, and the columns inside templates: columns are among them."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from (str(key), *_columns_in(value))
    elif isinstance(tree, list):
        for each in tree:
            yield from _columns_in(each)
    elif isinstance(tree, str):
        yield from (tree, *places(tree))


def _zone(table: Table) -> str:
    used = [table.columns[guess.column].moments for guess in table.known.values()]
    without = [each for each in used if each is not None and not each.has_zone]
    if not without:
        return "UTC"
    default = ZONES.get(table.language, "UTC")
    if default != "UTC":
        why = f"the columns are {table.language}, and the times have no offset"
    else:
        why = "the times have no offset"
    return table.asked.ask("zone", "In which time zone are the times?", default, why)


def _fitted(event: Tree) -> Tree:
    """Return `event` with those fields only that its type has."""
    legal = _legal(event)
    fields = {
        name: value
        for name, value in event.get("fields", {}).items()
        if name in legal or name.startswith(("ext.", "fields."))
    }
    rest = {key: value for key, value in event.items() if key not in {"type", "fields"}}
    return {"type": event["type"]} | rest | ({"fields": fields} if fields else {})


def _legal(event: Tree) -> set[str]:
    try:
        return set(fields_of(catalogue.find(event["type"]).full))
    except UnknownTypeError as error:
        raise AssertionError(event["type"]) from error
