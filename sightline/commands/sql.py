# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline sql``: one question in SQL."""

import sys

import click

from sightline.commands import output
from sightline.settings import Settings
from sightline.store import Store


@click.command()
@click.argument("sql")
@output.format_option(*output.FORMATS)
@click.pass_obj
def command(settings: Settings, sql: str, fmt: str) -> None:
    """Answer one SQL question; reads only.

    SQL is a SELECT, SHOW, DESCRIBE or EXPLAIN; - reads it from stdin. Tables whose rows have
    versions are read through views: v_positions, v_demand, v_exceptions and so on.
    """
    question = sys.stdin.read() if sql == "-" else sql
    with Store.open(settings) as store:
        store.migrate()
        output.echo(store.ask(question), fmt)
