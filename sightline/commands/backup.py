# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline backup``: the log and the desk in one file."""

from functools import partial
from pathlib import Path

import click

from sightline.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def command(settings: Settings, file: Path) -> None:
    """Write the event log and the desk to a new FILE; safe while everything runs.

    The tables are not in it: they are computed from the log. Keep it as safe as the data.
    """
    from sightline.aid.backup import backup  # noqa: PLC0415 - the help line needs no sqlite

    manifest = backup(settings, file, say=partial(click.echo, err=True))
    size = file.stat().st_size
    click.echo(
        f"{file}: {manifest.events:,} events and the desk as of {manifest.taken}, "
        f"{size / 2**20:,.1f} MiB"
    )
