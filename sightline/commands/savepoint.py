# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline savepoint``: the state of the stream, kept under a name."""

from collections.abc import Callable
from typing import Any

import click
import pyarrow as pa

from sightline.commands.output import echo, format_option
from sightline.settings import Settings


@click.group()
def command() -> None:
    """Keep the state of the stream under a name, and go back to it."""


@command.command()
@click.argument("name")
@click.pass_obj
def create(settings: Settings, name: str) -> None:
    """Keep the state as it is now under a new NAME; nothing may run in the home."""
    point = _with_home(settings, "create", name)
    click.echo(f"savepoint {point.name}: {point.events:,} events, up to {point.watermark}")


@command.command()
@click.argument("name")
@click.pass_obj
def restore(settings: Settings, name: str) -> None:
    """Go back to the state called NAME: the next run reads the log again from there on."""
    point = _with_home(settings, "restore", name)
    click.echo(
        f"the stream goes on after {point.events:,} events; `sightline run --until-idle` or "
        "`sightline up` reads the rest again"
    )


@command.command(name="list")
@format_option("table", "json")
@click.pass_obj
def list_(settings: Settings, fmt: str) -> None:
    """Print the savepoints of this home, the oldest first."""
    from streams.replay import savepoints  # noqa: PLC0415 - the help line needs no engine

    names = ("name", "taken", "sightline", "generation", "partitions", "events", "watermark")
    points = savepoints.every(settings)
    columns = {name: [getattr(point, name) for point in points] for name in names}
    sizes = [sum(member.bytes for member in point.files.values()) for point in points]
    echo(pa.table(columns | {"bytes": sizes}), fmt)


def _with_home(settings: Settings, what: str, name: str) -> Any:
    from sightline.log import open_log  # noqa: PLC0415 - the help line needs no engine
    from sightline.store import Store  # noqa: PLC0415
    from streams.replay import savepoints  # noqa: PLC0415

    do: Callable[..., Any] = getattr(savepoints, what)
    with Store.open(settings) as store:
        store.migrate()
        log = open_log(settings)
        try:
            return do(settings, store, log, name)
        finally:
            log.close()
