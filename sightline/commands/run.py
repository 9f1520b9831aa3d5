# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline run``: the engine without the dashboard."""

import json
import signal
from dataclasses import asdict
from threading import Event

import click

from sightline.settings import Settings

_KINDS = ("text", "json")


@click.command()
@click.option("--until-idle", is_flag=True, help="Process what is in the log, then exit.")
@click.option(
    "--format", "kind", type=click.Choice(_KINDS), default="text", help="Of the summary."
)
@click.pass_obj
def command(settings: Settings, *, until_idle: bool, kind: str) -> None:
    """Process what is in the event log."""
    from sightline import engine  # noqa: PLC0415 - bytewax and chDB take seconds to import

    with engine.opened(settings) as opened:
        if not until_idle:
            _run_on(opened)
            return
        summary = asdict(opened.run_until_idle())
    if kind == "json":
        click.echo(json.dumps({name: round(value, 3) for name, value in summary.items()}))
    else:
        click.echo(
            "processed {events:,} events ({duplicates:,} duplicates, {dead_letters:,} dead "
            "letters) in {seconds:.1f} s, {cpu_seconds:.1f} s of processor time".format(
                **summary
            )
        )


def _run_on(opened: "engine.Engine") -> None:  # type: ignore[name-defined] # noqa: F821
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with opened.running():
        click.echo("running; Ctrl-C stops. `sightline up` adds the dashboard.", err=True)
        try:
            stop.wait()
        except KeyboardInterrupt:
            click.echo("stopping", err=True)
