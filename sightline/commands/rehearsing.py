# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline import --dry-run``: what an import would do, without doing it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import click
import pyarrow as pa

from sightline.commands import output
from sightline.imports import Options
from sightline.imports.progress import Progress
from sightline.imports.rehearsal import Refusal, Rehearsal, rehearsed
from sightline.settings import Settings

MOST_REFUSALS = 20
SHOWN_FIELDS = ("item", "loc", "from_loc", "to_loc", "case", "activity", "key")


class Shown(Progress, Protocol):
    """A progress that leaves its line before results are printed."""

    def end(self) -> None:
        """Leave the line."""
        ...


def show(  # noqa: PLR0913  one parameter per thing that a person says
    files: Sequence[Path],
    mapping: str | None,
    settings: Settings,
    progress: Shown,
    *,
    options: Options,
    events: int,
    form: str,
) -> None:
    """Print what importing `files` would come to; nothing is appended."""
    with rehearsed(files, mapping, settings, progress, options=options) as found:
        progress.end()
        if form == "json":
            _json(found, events)
        else:
            for line in _lines(found, events):
                click.echo(line)


def _json(found: Rehearsal, events: int) -> None:
    """Write one document; refusals one by one, for there may be millions."""
    write = sys.stdout.write
    head = {
        "dry_run": True,
        **found.summary.as_dict(),
        "types": found.types,
        "known": found.known,
        "first": found.first(events),
    }
    write(json.dumps(head)[:-1] + ', "refusals": [')
    for number, refusal in enumerate(found.refusals()):
        write(("," if number else "") + "\n" + json.dumps(asdict(refusal)))
    write("]}\n")
    sys.stdout.flush()


def _lines(found: Rehearsal, events: int) -> list[str]:
    result, *rest = found.summary.sentences()
    lines = [
        f"dry run, nothing added: {result.replace('events added', 'events would be added')}"
    ]
    lines += [f"  {each}" for each in found.known]
    lines += [f"  {count} {name}" for name, count in found.types.items()]
    lines += rest
    first = found.first(events)
    if first:
        lines += ["", f"The first {len(first)} events:"]
        lines += [f"  {line}" for line in output.lines(_events(first))]
    shown = list(islice(found.refusals(), MOST_REFUSALS + 1))
    if shown:
        lines += ["", "Refused:"]
        lines += [f"  {line}" for line in output.lines(_refusals(shown[:MOST_REFUSALS]))]
        whole = sum(found.summary.rejected.values())
        if len(shown) > MOST_REFUSALS:
            lines.append(f"  and {whole - MOST_REFUSALS} more; --format json gives all of them")
    return lines


def _events(first: list[dict[str, Any]]) -> pa.Table:
    rows = [_event(each) for each in first]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [str(row.get(name, "")) for row in rows] for name in names})


def _event(event: dict[str, Any]) -> dict[str, str]:
    """Return what people look for in an event: when, what, which, where, how much."""
    data = event["data"]
    short = event["type"].removeprefix("io.sightline.").removesuffix(".v1")
    row = {"time": event["time"], "type": short}
    row |= {name: str(data[name]) for name in SHOWN_FIELDS if data.get(name)}
    if "q" in data:
        row["quantity"] = f"{data['q'].get('qty', '')} {data['q'].get('uom', '')}".strip()
    rest = {
        name: value
        for name, value in data.items()
        if name not in {*SHOWN_FIELDS, "q", "objects", "ext"} and isinstance(value, str | int)
    }
    row["more"] = ", ".join(f"{name} {value}" for name, value in sorted(rest.items()))
    return row


def _refusals(shown: list[Refusal]) -> pa.Table:
    return pa.table(
        {
            "row": [each.row for each in shown],
            "field": [each.field for each in shown],
            "reason": [each.code for each in shown],
            "why": [each.reason for each in shown],
        }
    )
