# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline events``: what may happen, and how it is written down."""

import json

import click
import pyarrow as pa

from sightline.commands import output
from sightline.events.catalogue import TYPES, find
from sightline.events.describe import description, fields_of
from sightline.events.event_type import EventType


@click.group()
def command() -> None:
    """List and describe the event types."""


@command.command("list")
@output.format_option(*output.FORMATS)
def list_(fmt: str) -> None:
    """Print all event types, one a line."""
    rows = [
        {
            "number": kind.number,
            "name": kind.name,
            "objects": " ".join(kind.objects),
            "effect": kind.effect or "none",
            "summary": kind.summary,
        }
        for kind in TYPES.values()
    ]
    output.echo(pa.Table.from_pylist(rows), fmt)


@command.command()
@click.argument("name", metavar="TYPE")
@output.format_option("table", "json")
def show(name: str, fmt: str) -> None:
    """Print fields, objects, effect and an example of TYPE, such as inventory.receipt."""
    kind = find(name)
    if fmt == "json":
        click.echo(json.dumps(description(kind), ensure_ascii=False))
    else:
        _show(kind)


def _show(kind: EventType) -> None:
    told = description(kind)
    click.echo(f"{kind.number}. {kind.full}\n{kind.summary}\n")
    for fact in ("objects", "effect", "quantity", "maps_from"):
        value = told[fact]
        text = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{fact.replace('_', ' ')}: {text}")
    click.echo("")
    rows = [
        {
            "field": field.name,
            "required": "yes" if field.required else "",
            "unit": field.unit,
            "meaning": field.meaning,
            "type": field.type,
        }
        for field in fields_of(kind.struct)
    ]
    output.echo(pa.Table.from_pylist(rows), "table")
    click.echo(f"\nexample:\n{json.dumps(told['example'], indent=2)}")
