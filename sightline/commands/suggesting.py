# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline import --suggest``: what the columns mean, what is open, and the mapping."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from sightline.commands import output
from sightline.errors import MappingError
from sightline.imports.suggest import Said, Suggestion, TableGuess, suggest
from sightline.imports.suggest.kinds import LABELS as KINDS
from sightline.imports.suggest.looking import NEEDS_NONE
from sightline.imports.suggest.meanings import EXTRA, LABELS, SKIP

KIND = "kind"
MOST_WHY = 60


def show(
    files: Sequence[Path],
    answers: Sequence[str],
    out: Path | None,
    form: str,
    *,
    force: bool,
) -> None:
    """Print a suggestion for `files`; write its mapping to `out` if one is given.

    Raises
    ------
    MappingError
        An answer is none, `out` exists and `force` is not given, or there is no mapping.
    """
    found = suggest(files, _said(files, answers))
    if out:
        _write(found, out, force=force)
    if form == "json":
        click.echo(json.dumps(_as_dict(found), default=str))
        return
    for line in _lines(found, out):
        click.echo(line)


def _said(files: Sequence[Path], answers: Sequence[str]) -> Said:
    """Return what a person said: ``kind=…``, the key of a question, or a column."""
    given: dict[str, str] = {}
    for each in answers:
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise MappingError(
                f"--answer is {each!r}; expected KEY=VALUE, such as loc=DC1 or Menge=qty."
            )
        given[key.strip()] = value.strip()
    kind = given.pop(KIND, "")
    if kind and kind not in KINDS:
        raise MappingError(f"kind is {kind!r}; expected one of {', '.join(KINDS)}.")
    return Said(given, _meanings(given), {path.name: kind for path in files if kind})


def _meanings(given: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in given.items() if value in LABELS}


def _write(found: Suggestion, out: Path, *, force: bool) -> None:
    if not found.text:
        raise MappingError(
            f"There is no mapping to write to {out}: {_why_none(found)}. Leave --output out to "
            "see what was found."
        )
    if out.exists() and not force:
        raise MappingError(f"{out} is there already; name another file, or add --force.")
    try:
        out.write_text(found.text, encoding="utf-8")
    except OSError as error:
        raise MappingError(f"Cannot write {out}: {error.strerror or error}.") from error


def _lines(found: Suggestion, out: Path | None) -> list[str]:
    names = " ".join(shlex.quote(str(path)) for path in found.files)
    if found.ready and not found.tables:
        what = NEEDS_NONE[found.ready]
        return [
            f"{names} holds {what} and needs no mapping.",
            "",
            f"Next: sightline import {names} --dry-run",
        ]
    lines = []
    if found.ready:
        lines += [
            f"The shipped mapping {found.ready} fits these columns:",
            f"  sightline import {names} --dry-run",
            "What follows is only for a mapping of your own.",
            "",
        ]
    if found.near:
        lines += [*map(str, found.near), ""]
    for table in found.tables:
        lines += [*_table(table), ""]
    lines += _open(found)
    lines += [f"Warning: {each}" for each in found.warnings]
    lines += [""] if found.warnings else []
    if not found.text:
        return [*lines, f"No mapping: {_why_none(found)}."]
    if out:
        written = f"The mapping is in {out}. Read it through, then try it:"
        return [*lines, written, f"  sightline import {names} --mapping {out} --dry-run"]
    again = f"sightline import {names} --suggest --output mapping.yaml"
    return [*lines, found.text, f"Next, to keep it: {again}"]


def _table(table: TableGuess) -> list[str]:
    kind = table.kind
    said = (
        f"{KINDS[kind.name]} ({kind.name}; {kind.confidence:.0%}: {kind.why})"
        if kind
        else "nobody can tell what its rows are"
    )
    head = [f"{table.label}: {said}"]
    if table.missing:
        head.append(f"  missing: {', '.join(table.missing)}")
    order = {EXTRA: 1, SKIP: 2}
    rows = sorted(table.guesses, key=lambda guess: order.get(guess.meaning, 0))
    columns: dict[str, list[Any]] = {
        "column": [guess.column for guess in rows],
        "meaning": [guess.meaning for guess in rows],
        "sure": [f"{guess.confidence:.0%}" for guess in rows],
        "why": [_short(guess.why) for guess in rows],
        "examples": [_short(" | ".join(guess.examples)) for guess in rows],
    }
    return [*head, *(f"  {line}" for line in output.lines(pa.table(columns)))]


def _open(found: Suggestion) -> list[str]:
    assumed = [each for each in found.questions if each.is_assumed]
    if not assumed:
        return []
    lines = ["Assumed, for the file does not say it (answer with --answer KEY=VALUE):"]
    for each in assumed:
        options = f" [{', '.join(each.options)}]" if each.options else ""
        lines.append(f"  {each.key}={each.answer}  {each.text}{options} ({each.why})")
    return [*lines, ""]


def _why_none(found: Suggestion) -> str:
    if found.ready and not found.tables:
        return f"{NEEDS_NONE[found.ready]} need none"
    lacking = [what for table in found.tables for what in table.missing]
    if lacking:
        told = ", ".join(dict.fromkeys(lacking))
        return f"no column is known as {told}; say which with --answer COLUMN=MEANING"
    return "nobody can tell what the rows are; say it with --answer kind=KIND"


def _as_dict(found: Suggestion) -> dict[str, Any]:
    return {
        "files": [str(path) for path in found.files],
        "ready": found.ready,
        "near": [
            {"mapping": each.mapping, "table": each.table, "missing": list(each.missing)}
            for each in found.near
        ],
        "tables": [
            {
                "name": table.label,
                "kinds": [
                    {"kind": kind.name, "confidence": kind.confidence, "why": kind.why}
                    for kind in table.kinds
                ],
                "missing": table.missing,
                "columns": [
                    {
                        "column": guess.column,
                        "meaning": guess.meaning,
                        "confidence": guess.confidence,
                        "why": guess.why,
                        "examples": list(guess.examples),
                    }
                    for guess in table.guesses
                ],
            }
            for table in found.tables
        ],
        "questions": [
            {
                "key": each.key,
                "text": each.text,
                "answer": each.answer,
                "why": each.why,
                "options": list(each.options),
                "assumed": each.is_assumed,
            }
            for each in found.questions
        ],
        "warnings": found.warnings,
        "types": found.types,
        "mapping": found.text,
    }


def _short(text: str) -> str:
    return text if len(text) <= MOST_WHY else f"{text[: MOST_WHY - 1]}…"
