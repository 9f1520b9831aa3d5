# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline mine``: mine processes and show what was found."""

from pathlib import Path

import click
import msgspec

from mining import bpmn as drawing
from mining import facts
from mining.discovery import DEFAULT_NOISE, discover
from mining.runner import mine_once
from sightline.commands.output import echo, format_option
from sightline.errors import MiningError
from sightline.settings import Settings
from sightline.store import Store, shared

_process = click.option("--process", required=True, help="Name of the process.")
_noise = click.option(
    "--noise",
    type=click.FloatRange(0, 1),
    default=DEFAULT_NOISE,
    show_default=True,
    help="Ignore paths rarer than this share of the strongest one; 0 keeps every variant.",
)

QUESTIONS = {
    "dfg": ("dfg", "Print what follows what, and the waits."),
    "starts": ("dfg_starts", "Print what cases begin with."),
    "ends": ("dfg_ends", "Print what cases end with."),
    "variants": ("variants", "Print the orders of activities."),
    "cases": ("cases", "Print every case."),
    "cycle-time": ("cycle_time", "Print how long cases take."),
    "rework": ("rework", "Print what is done again in a case."),
    "paths": ("slowest_paths", "Print where cases wait longest."),
}
"""Subcommand → the query that it asks about a process, and its help line."""


@click.group()
def command() -> None:
    """Mine processes and show what was found; all commands but `run` only read."""


@command.command()
@format_option("table", "json")
@click.pass_obj
def run(settings: Settings, fmt: str) -> None:
    """Mine what is new; safe to run again."""
    store = _store(settings)
    mined = mine_once(store)
    known = store.read_arrow("processes").select(["process", "cases", "events"])
    if fmt == "json":
        document = {"recomputed": mined.cases, "processes": known.to_pylist()}
        click.echo(msgspec.json.encode(document))
        return
    click.echo(f"{mined.cases} cases recomputed")
    echo(known, fmt)


@command.command()
@format_option("table", "json")
@click.pass_obj
def processes(settings: Settings, fmt: str) -> None:
    """Print the processes that have cases."""
    echo(_store(settings).read_arrow("processes"), fmt)


@command.command(name="four-eyes")
@_process
@click.option("--first", required=True, help="One activity.")
@click.option("--second", required=True, help="The activity that somebody else should do.")
@format_option("table", "json")
@click.pass_obj
def four_eyes(settings: Settings, process: str, first: str, second: str, fmt: str) -> None:
    """Print the cases where one person did both."""
    found = facts.four_eyes(_store(settings), process, first, second)
    if found.warning:
        click.echo(f"sightline: {found.warning}", err=True)
    echo(found.cases, fmt)


@command.command()
@_process
@_noise
@format_option("table", "json")
@click.pass_obj
def tree(settings: Settings, process: str, noise: float, fmt: str) -> None:
    """Print a process tree; takes seconds."""
    found = discover(_store(settings), process, noise=noise)
    click.echo(msgspec.json.encode(found.as_dict()) if fmt == "json" else str(found))


@command.command()
@_process
@_noise
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; stdout when absent.",
)
@click.pass_obj
def bpmn(settings: Settings, process: str, noise: float, output: Path | None) -> None:
    """Write the process as BPMN; takes seconds."""
    text = drawing.write(discover(_store(settings), process, noise=noise), name=process)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MiningError(
            f"Cannot write {output}: {error.strerror}; expected a file in a folder that exists "
            "and has room. Choose another --output."
        ) from error
    click.echo(f"{output} written")


def _add(name: str, question: str, about: str) -> None:
    @command.command(name=name, help=about)
    @_process
    @format_option("table", "json")
    @click.pass_obj
    def ask(settings: Settings, process: str, fmt: str) -> None:
        echo(facts.table(_store(settings), question, process), fmt)


for _name, (_question, _about) in QUESTIONS.items():
    _add(_name, _question, _about)


def _store(settings: Settings) -> Store:
    store = shared(settings)
    store.migrate()
    return store
