# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of a mapping put together under one top, written as YAML with the reasons behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sightline.imports.suggest import composing
from sightline.imports.suggest.asking import Asked
from sightline.imports.suggest.looking import Seen
from sightline.imports.suggest.table import Table, Tree
from sightline.imports.suggest.yaml_text import written

ALWAYS = date(1970, 1, 1)
"""Since when a record holds of which nothing says it."""
HEAD = [
    "What `sightline import --suggest` made of it. Read it through: what is marked",
    "`assumed` stands in no file. docs/mappings.md explains every key.",
]
TOPS = ("source", "zone", "number", "currency", "as_of", "process")


@dataclass(frozen=True, slots=True)
class Made:
    """One table of the mapping: its kind, what it was written from, and its tree."""

    kind: str
    table: Table
    seen: Seen
    tree: Tree


def assembled(made: Sequence[Made], name: str, asked: Asked) -> tuple[str, list[str]]:
    """Return the mapping of all tables as YAML, and the types of its events."""
    first = made[0]
    tree = composing.top(first.kind, first.table, first.seen, name)
    if first.kind == "event_log":
        if len(made) > 1:
            asked.warn(
                "An event log is imported by itself; only the first table is in the mapping."
            )
        return _with_reasons(tree | first.tree, made[:1], asked), ["process.activity"]
    rest = [each for each in made if each.kind != "event_log"]
    trees = _renamed([each.tree for each in rest])
    tree |= composing.currency([each.table for each in rest], trees)
    _same_writing(rest, asked)
    tree |= _day(rest)
    if all(each.kind in composing.MASTER for each in rest):
        tree["recorded"] = "import"
    tree["tables"] = trees
    types = [event["type"] for each in trees for event in composing.events_of(each["rules"])]
    return _with_reasons(tree, rest, asked), list(dict.fromkeys(types))


def _day(made: Sequence[Made]) -> Tree:
    """Return the day that a stock list shows, or since when master data hold."""
    without = [each for each in made if each.tree["time"] == {"as_of": True}]
    for each in without:
        if each.kind not in composing.MASTER:
            return composing.as_of(each.table, each.seen.sample)
    return {"as_of": ALWAYS} if without else {}


def _renamed(trees: list[Tree]) -> list[Tree]:
    """Give tables of one name their numbers."""
    seen: dict[str, int] = {}
    found = []
    for tree in trees:
        seen[tree["name"]] = seen.get(tree["name"], 0) + 1
        count = seen[tree["name"]]
        found.append(tree | ({"name": f"{tree['name']}_{count}"} if count > 1 else {}))
    return found


def _same_writing(made: Sequence[Made], asked: Asked) -> None:
    ways = {(e.seen.sample.encoding, e.seen.sample.delimiter, e.table.style) for e in made}
    if len(ways) > 1:
        asked.warn(
            "The files are written in different ways (encoding, delimiter or numbers): bring "
            "them in one after the other."
        )


def _with_reasons(tree: Tree, made: Sequence[Made], asked: Asked) -> str:
    """Return `tree` as YAML with the reason behind each guess."""
    notes: dict[str, str] = {"number": "how the file writes 1234.56"}
    for key, question in asked.questions.items():
        if key in TOPS:
            notes[key] = f"assumed: {question.why}" if question.is_assumed else "you said so"
    for number, each in enumerate(made):
        notes |= _reasons(f"tables.{number}.", each, asked)
    return written(tree, notes, HEAD)


def _reasons(path: str, made: Made, asked: Asked) -> dict[str, str]:
    """Return path → reason for the values of one table."""
    by_column = {guess.column: guess for guess in made.table.guesses}
    common = made.tree.get("common", {}).items()
    values = {"time": made.tree.get("time")} | {
        f"common.{name}": value for name, value in common
    }
    notes = {}
    for place, value in values.items():
        column = value if isinstance(value, str) else (value or {}).get("column", "")
        question = asked.questions.get(place.removeprefix("common."))
        if column in by_column:
            notes[path + place] = f"{by_column[column].confidence:.0%}: {by_column[column].why}"
        elif isinstance(value, dict) and "value" in value and question:
            said = f"assumed: {question.why}" if question.is_assumed else "you said so"
            notes[path + place] = said
    return notes
