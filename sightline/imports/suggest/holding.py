# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules for movements on hold, and for goods on their way between two places."""

from sightline.imports.suggest.sides import sides
from sightline.imports.suggest.table import Table, Tree

PAIRED: dict[str, tuple[str, int, str]] = {
    "blocked_receipt_undone": ("", -1, "blocked"),
    "quality_scrap": ("scrap", -1, "quality"),
    "blocked_scrap": ("scrap", -1, "blocked"),
    "quality_scrap_undone": ("", 1, "quality"),
    "blocked_scrap_undone": ("", 1, "blocked"),
    "quality_sample": ("sample", -1, "quality"),
    "blocked_sample": ("sample", -1, "blocked"),
    "quality_opening": ("", 1, "quality"),
    "blocked_opening": ("", 1, "blocked"),
}
"""Actions that move stock together with its hold → purpose of the issue, sign, kind of hold."""


def on_hold(table: Table, when: Tree, found: list[str], hold: str, sign: int) -> list[Tree]:
    """Return the rules of what only goes on hold or off it, of two lines that which leaves."""
    fields = {"qty": table.number("qty", negate=sign < 0), "hold": {"value": hold}}
    return _leaving(table, when, found, {"type": "inventory.hold_changed", "fields": fields})


def paired(table: Table, action: str) -> list[Tree]:
    """Return the events of what moves together with its hold."""
    purpose, sign, hold = PAIRED[action]
    signed = {"qty": table.number("qty", negate=sign < 0)}
    reason = {} if table.has("reason") else {"reason_code": table.text("code")}
    moved: Tree = {"type": "inventory.adjusted", "fields": signed | reason}
    if purpose:
        moved = {"type": "inventory.issue", "fields": {"purpose": {"value": purpose}}}
    held = {"type": "inventory.hold_changed", "fields": signed | {"hold": {"value": hold}}}
    return [moved, held]


def in_transit(table: Table, when: Tree, found: list[str], *, is_out: bool) -> list[Tree]:
    """Return the rules of goods that leave, and arrive with a document of their own.

    The two documents do not name each other, so there is one line for each item and place.
    """
    item, here, there = (table.column(each).name for each in ("item", "loc", "to_loc"))
    if any("{" in name or "}" in name for name in (item, here, there)):
        return [{"when": when, "reject": "transfer_without_target"}]
    if not is_out:
        source = {"column": there, "default": f"{{{here}}}"}
        fields = {"from_loc": source, "to_loc": table.text("loc")}
        fields["transfer_line"] = f"in transit/{{{item}}}/{{{here}}}"
        return [{"when": when, "events": [{"type": "transfer.received", "fields": fields}]}]
    fields = {"from_loc": table.text("loc"), "to_loc": table.text("to_loc")}
    fields["transfer_line"] = f"in transit/{{{item}}}/{{{there}}}"
    return _leaving(table, when, found, {"type": "transfer.shipped", "fields": fields})


def _leaving(table: Table, when: Tree, found: list[str], event: Tree) -> list[Tree]:
    rules: list[Tree] = []
    code = table.column("code").name
    for each in found:  # those of one line and those of two may mean the same
        both = sides(table, [each])
        only: Tree = when | {code: {"in": [each]}}
        if both:
            rules.append({"when": only | both[1], "skip": "other_side"})
    return [*rules, {"when": when, "events": [event]}]
