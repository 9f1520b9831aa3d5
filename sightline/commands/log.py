# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline log``: look into the event log; reads only."""

import json
from contextlib import closing
from datetime import UTC, datetime

import click

from sightline.log import open_log
from sightline.log.reading import exported, tail_of
from sightline.log.sqlite import PartitionStat
from sightline.settings import Settings


@click.group("log")
def command() -> None:
    """Look into the event log; reads only."""


@command.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def stat(settings: Settings, form: str) -> None:
    """Show what each partition holds; reads only."""
    with closing(open_log(settings)) as log:
        parts = log.stat()
    total = {
        "batches": sum(each.batches for each in parts),
        "events": sum(each.events for each in parts),
        "bytes": sum(each.bytes for each in parts),
    }
    if form == "json":
        click.echo(json.dumps({"partitions": [_row(each) for each in parts], "total": total}))
        return
    click.echo(f"{'part':>4} {'batches':>9} {'events':>12} {'MiB':>9}  last batch")
    for each in parts:
        click.echo(
            f"{each.part:>4} {each.batches:>9} {each.events:>12} "
            f"{each.bytes / (1 << 20):>9.1f}  {_row(each)['last_at']}"
        )
    click.echo(
        f" all {total['batches']:>9} {total['events']:>12} {total['bytes'] / (1 << 20):>9.1f}"
    )


@command.command()
@click.option("-n", "count", default=10, type=click.IntRange(1, 10_000), help="Events to show.")
@click.pass_obj
def tail(settings: Settings, count: int) -> None:
    """Show the newest events, oldest first; reads only."""
    with closing(open_log(settings)) as log:
        for line in tail_of(log, count):
            click.echo(line)


@command.command()
@click.option("--part", type=click.IntRange(0, 255), help="One partition; all when left out.")
@click.option("--from-offset", default=0, type=click.IntRange(0), help="First offset to write.")
@click.pass_obj
def export(settings: Settings, part: int | None, from_offset: int) -> None:
    """Write events as CloudEvents, one a line; refused rows are left out; reads only."""
    with closing(open_log(settings)) as log:
        parts = range(log.partitions) if part is None else [part]
        for each in parts:
            for line in exported(log, each, from_offset):
                click.echo(line)


def _row(each: PartitionStat) -> dict[str, int | str]:
    return {
        "part": each.part,
        "batches": each.batches,
        "events": each.events,
        "first": each.first,
        "last": each.last,
        "bytes": each.bytes,
        "last_at": datetime.fromtimestamp(each.at_ms / 1000, UTC).isoformat(" ", "seconds"),
    }
