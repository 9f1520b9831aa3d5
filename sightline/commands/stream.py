# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline stream``: the stream alone, over all partitions or a share of them."""

import re
import signal
from dataclasses import asdict
from threading import Event

import click

from sightline.commands.run import KINDS, tell
from sightline.errors import LogError, SettingsError
from sightline.log import EventLog, is_embedded, open_any
from sightline.settings import Settings
from sightline.supervisor import Steady, Supervisor, end_process

PATIENCE_S = 1.5
_SHARE = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?")


@click.command()
@click.option(
    "--partitions", metavar="A-B", help="Read these only, of a topic of Kafka; the first is 0."
)
@click.option("--until-idle", is_flag=True, help="Process what is in the log, then exit.")
@click.option(
    "--format", "kind", type=click.Choice(KINDS), default="text", help="Of the summary."
)
@click.pass_obj
def command(settings: Settings, *, partitions: str | None, until_idle: bool, kind: str) -> None:
    """Run the stream alone, over all partitions or a share of them.

    There are no rules, no miner and no dashboard.
    """
    if partitions is not None and is_embedded(settings):
        raise SettingsError(
            "--partitions shares a topic of Kafka among processes; the embedded log belongs to "
            "one. Leave the option out, or set SIGHTLINE_LOG to kafka://host:9092/topic."
        )
    from sightline.store import shared  # noqa: PLC0415 - chDB and bytewax take seconds to import
    from streams import runner  # noqa: PLC0415

    settings.home.mkdir(parents=True, exist_ok=True)
    log = open_any(settings)
    share = None if partitions is None else share_of(partitions, log)
    store = shared(settings)
    store.migrate()
    if until_idle:
        tell(asdict(runner.run_until_idle(settings, store, log, share=share)), kind)
        busy: list[str] = []
    else:
        busy = _run_on(
            Steady(
                "stream",
                lambda stop: runner.run(
                    settings, store, log, stop=stop, until_idle=False, share=share
                ),
            )
        )
    if not busy:
        store.close()
        log.close()
    end_process(0, busy=busy)


def share_of(text: str, log: EventLog) -> range:
    """Return the partitions that `text` names, such as 0-3.

    Raises
    ------
    LogError
        It names none of the log, or the last one comes before the first.
    """
    found = _SHARE.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not first <= last < log.partitions:
        raise LogError(
            f"--partitions is {text!r}; expected two numbers such as 0-3, the last one at most "
            f"{log.partitions - 1}: the topic has {log.partitions} partitions."
        )
    return range(first, last + 1)


def _run_on(worker: Steady) -> list[str]:
    """Keep `worker` running until a signal; return its name if it did not end in time."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    supervisor = Supervisor([worker])
    supervisor.start()
    click.echo("streaming; Ctrl-C stops.", err=True)
    stop.wait()
    click.echo("stopping", err=True)
    return list(supervisor.stop(patience_s=PATIENCE_S))
