# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline migrate``: bring the tables up to date."""

import click

from sightline.settings import Settings
from sightline.store import Store


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Create or upgrade the tables; safe to run again."""
    with Store.open(settings) as store:
        store.migrate()
    click.echo("schema is up to date")
