# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline restore``: a backup becomes the home again."""

from pathlib import Path

import click

from sightline.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--aside", is_flag=True, help="Keep what the home has now in a folder inside it.")
@click.pass_obj
def command(settings: Settings, file: Path, *, aside: bool) -> None:
    """Put the backup FILE into the home; refused when anything would be lost."""
    from sightline.aid.restore import restore  # noqa: PLC0415 - the help line needs no sqlite

    manifest, kept = restore(settings, file, aside=aside)
    click.echo(f"restored {manifest.events:,} events and the desk as of {manifest.taken}")
    if kept:
        click.echo(f"what was there before is in {kept}")
    click.echo("`sightline up`, or `sightline run --until-idle`, computes the tables again")
