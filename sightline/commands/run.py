# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline run``: the engine without the dashboard."""

import json
import signal
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING

import click

from sightline.settings import Settings
from sightline.supervisor import end_process

if TYPE_CHECKING:
    from sightline.engine import Engine

KINDS = ("text", "json")


@click.command()
@click.option("--until-idle", is_flag=True, help="Process what is in the log, then exit.")
@click.option(
    "--format", "kind", type=click.Choice(KINDS), default="text", help="Of the summary."
)
@click.pass_obj
def command(settings: Settings, *, until_idle: bool, kind: str) -> None:
    """Process what is in the event log."""
    from sightline import engine  # noqa: PLC0415 - bytewax and chDB take seconds to import

    with engine.opened(settings) as opened:
        if until_idle:
            tell(asdict(opened.run_until_idle()), kind)
        else:
            _run_on(opened)
    end_process(0, busy=opened.busy)


def tell(summary: dict[str, float], kind: str) -> None:
    """Print what a run did, as text or as one line of JSON."""
    if kind == "json":
        click.echo(json.dumps({name: round(value, 3) for name, value in summary.items()}))
    else:
        click.echo(
            "processed {events:,} events ({duplicates:,} duplicates, {dead_letters:,} dead "
            "letters) in {seconds:.1f} s, {cpu_seconds:.1f} s of processor time".format(
                **summary
            )
        )


def _run_on(opened: "Engine") -> None:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened.running():
        click.echo("running; Ctrl-C stops. `sightline up` adds the dashboard.", err=True)
        stop.wait()
        click.echo("stopping", err=True)
