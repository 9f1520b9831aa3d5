# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for moves whose places say what they are: from a vendor, to a customer, lost, made."""

from sightline.imports.suggest.moving import IN_TYPES, both_ways, is_zero, moved
from sightline.imports.suggest.places import UNKNOWN, outside
from sightline.imports.suggest.states import only_done
from sightline.imports.suggest.stocking import common
from sightline.imports.suggest.table import Table, Tree

FROM: dict[str, tuple[str, Tree]] = {
    "vendor": ("inventory.receipt", {}),
    "customer": ("inventory.returned", IN_TYPES["returned"][1]),
    "production": ("inventory.receipt", {}),
    "scrap": ("inventory.adjusted", {"reason_code": {"value": "scrap_undone"}}),
    "loss": ("inventory.adjusted", {"reason_code": {"value": "inventory_gain"}}),
}
"""What a place stands for → what comes from there."""
TO: dict[str, tuple[str, str]] = {
    "customer": ("inventory.shipment", ""),
    "vendor": ("inventory.adjusted", "vendor_return"),
    "production": ("inventory.issue", "consumption"),
    "scrap": ("inventory.issue", "scrap"),
    "loss": ("inventory.adjusted", "inventory_loss"),
}
"""What a place stands for → what goes there, and why."""


def routes(table: Table) -> Tree:
    """Write the rules of moves whose locations say what they are."""
    here = table.first("from_loc", "loc")
    sources, targets = _outside(table, here), _outside(table, "to_loc")
    _warn(table, sources | targets)
    source, target = table.column(here).name, table.column("to_loc").name
    rules = [*table.rejected_states(), *is_zero(table)]
    if sources and targets:
        both = {source: {"in": list(sources)}, target: {"in": list(targets)}}
        rules.append({"when": both, "skip": "outside_stock"})
    for column, found in ((source, sources), (target, targets)):
        rules += _unknown(column, found)
    rules += [
        {"when": {source: {"in": _of(what, sources)}}, "events": [_came(table, what)]}
        for what in FROM
        if _of(what, sources)
    ]
    rules += [
        {"when": {target: {"in": _of(what, targets)}}, "events": [_went(table, here, what)]}
        for what in TO
        if _of(what, targets)
    ]
    rules.append({"events": both_ways(table)})
    shared = common(table) | moved(table)
    shared.pop("loc")
    return {"time": table.time("time"), "common": shared, "rules": only_done(table, rules)}


def _outside(table: Table, meaning: str) -> dict[str, str]:
    """Return the places of a column that are not ours, judged by the places of both sides."""
    here, there = table.column(table.first("from_loc", "loc")), table.column("to_loc")
    known = outside([*here.counted, *there.counted])
    return {text: known[text] for text in table.column(meaning).counted if text in known}


def _of(what: str, found: dict[str, str]) -> list[str]:
    return [text for text, said in found.items() if said == what]


def _unknown(column: str, found: dict[str, str]) -> list[Tree]:
    texts = _of(UNKNOWN, found)
    return [{"when": {column: {"in": texts}}, "reject": "unknown_place"}] if texts else []


def _came(table: Table, what: str) -> Tree:
    kind, fields = FROM[what]
    return {"type": kind, "fields": {"loc": table.text("to_loc")} | fields}


def _went(table: Table, here: str, what: str) -> Tree:
    kind, why = TO[what]
    fields: Tree = {"loc": table.text(here)}
    if kind == "inventory.adjusted":
        fields |= {"qty": table.number("qty", negate=True), "reason_code": {"value": why}}
    elif why:
        fields["purpose"] = {"value": why}
    return {"type": kind, "fields": fields}


def _warn(table: Table, found: dict[str, str]) -> None:
    told = ", ".join(f"{text!r} ({what})" for text, what in list(found.items())[:8])
    table.asked.warn(
        f"By their names these are no places of yours: {told}. Moves from and to them become "
        "receipts, shipments, returns, issues and corrections, all others transfers: see that "
        "each is what it says."
    )
