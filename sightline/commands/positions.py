# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline positions``: what is where now."""

import click

from sightline.commands import output
from sightline.settings import Settings
from sightline.store import Store


@click.command()
@click.option("--item", default="", help="Only this item; default: all.")
@click.option("--location", "--loc", default="", help="Only this location; default: all.")
@output.format_option(*output.FORMATS)
@click.pass_obj
def command(settings: Settings, item: str, location: str, fmt: str) -> None:
    """Print current inventory positions; reads only.

    Quantities are in base units; `sightline run --until-idle` brings them up to date.
    """
    with Store.open(settings) as store:
        store.migrate()
        output.echo(store.read_arrow("positions", item=item, loc=location), fmt)
