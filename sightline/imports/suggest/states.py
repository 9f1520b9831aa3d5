# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moves of which a column says whether they are done: what is planned moves nothing."""

from sightline.imports.suggest.names import words_of
from sightline.imports.suggest.table import Table, Tree

STATES = {"draft", "new", "waiting", "waitinganothermove", "waitingavailability", "confirmed",
          "partiallyavailable", "available", "assigned", "ready", "done", "cancel", "cancelled",
          "canceled"}  # fmt: skip
"""States of moves, as Odoo calls them; only one of them means that something moved."""
DONE = ("done", "Done")


def only_done(table: Table, rules: list[Tree]) -> list[Tree]:
    """Return `rules` for moves that are done, where a column has Odoo's states; the rest skips.

    What is planned may look like what was done, and changes until it is.
    """
    if not table.has("status"):
        return rules
    column = table.column("status")
    plain = {text: "".join(words_of(text)) for text in column.counted}
    if not plain or not set(plain.values()) <= STATES:
        return rules
    done = [text for text, said in plain.items() if said == "done"] or list(DONE)
    kept = [
        rule
        if rule.get("reject") == "cancelled"
        else {"when": {column.name: {"in": done}} | _when(rule)} | _rest(rule)
        for rule in rules
        if rule.get("reject") != "not_confirmed"
    ]
    return [*kept, {"when": {column.name: {"empty": False}}, "skip": "not_done"}]


def _when(rule: Tree) -> Tree:
    when: Tree = rule.get("when", {})
    return when


def _rest(rule: Tree) -> Tree:
    return {key: value for key, value in rule.items() if key != "when"}
