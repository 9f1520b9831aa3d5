# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline mine``: mine processes and show what was found."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pandas as pd

from mining import bpmn as drawing
from mining import facts
from mining.discovery import DEFAULT_NOISE, discover
from mining.runner import mine_once
from sightline.settings import Settings
from sightline.store import Store, shared

_format = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="json prints one document.",
)
_process = click.option("--process", required=True, help="Name of the process.")
_noise = click.option(
    "--noise",
    type=click.FloatRange(0, 1),
    default=DEFAULT_NOISE,
    show_default=True,
    help="Ignore paths rarer than this share of the strongest one; 0 keeps every variant.",
)

QUESTIONS: dict[str, tuple[Callable[[Store, str], pd.DataFrame], str]] = {
    "dfg": (facts.dfg, "Print what follows what, and the waits."),
    "starts": (facts.starts, "Print what cases begin with."),
    "ends": (facts.ends, "Print what cases end with."),
    "variants": (facts.variants, "Print the orders of activities."),
    "cases": (facts.cases, "Print every case."),
    "cycle-time": (facts.cycle_time, "Print how long cases take."),
    "rework": (facts.rework, "Print what is done again in a case."),
    "paths": (facts.slowest_paths, "Print where cases wait longest."),
}
"""Subcommand → what it reads and its help line; all take a process."""


@click.group()
def command() -> None:
    """Mine processes and show what was found; all commands but `run` only read."""


@command.command()
@_format
@click.pass_obj
def run(settings: Settings, shape: str) -> None:
    """Mine what is new; safe to run again."""
    store = _store(settings)
    mined = mine_once(store)
    known = facts.processes(store)[["process", "cases", "events"]]
    if shape == "json":
        document = {"recomputed": mined.cases, "processes": _rows(known)}
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(f"{mined.cases} cases recomputed")
    click.echo(_table(known))


@command.command()
@_format
@click.pass_obj
def processes(settings: Settings, shape: str) -> None:
    """Print the processes that have cases."""
    _print(facts.processes(_store(settings)), shape)


@command.command(name="four-eyes")
@_process
@click.option("--first", required=True, help="One activity.")
@click.option("--second", required=True, help="The activity that somebody else should do.")
@_format
@click.pass_obj
def four_eyes(settings: Settings, process: str, first: str, second: str, shape: str) -> None:
    """Print the cases where one person did both."""
    found = facts.four_eyes(_store(settings), process, first, second)
    if found.warning:
        click.echo(f"sightline: {found.warning}", err=True)
    _print(found.cases.to_pandas(), shape)


@command.command()
@_process
@_noise
@_format
@click.pass_obj
def tree(settings: Settings, process: str, noise: float, shape: str) -> None:
    """Print a process tree; takes seconds."""
    found = discover(_store(settings), process, noise=noise)
    as_json = json.dumps(found.as_dict(), ensure_ascii=False)
    click.echo(as_json if shape == "json" else str(found))


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
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output} written")


def _add(name: str, read: Callable[[Store, str], pd.DataFrame], about: str) -> None:
    @command.command(name=name, help=about)
    @_process
    @_format
    @click.pass_obj
    def ask(settings: Settings, process: str, shape: str) -> None:
        _print(read(_store(settings), process), shape)


for _name, (_read, _about) in QUESTIONS.items():
    _add(_name, _read, _about)


def _store(settings: Settings) -> Store:
    store = shared(settings)
    store.migrate()
    return store


def _print(frame: pd.DataFrame, shape: str) -> None:
    as_json = shape == "json"
    click.echo(json.dumps(_rows(frame), ensure_ascii=False) if as_json else _table(frame))


def _table(frame: pd.DataFrame) -> str:
    return "none" if frame.empty else frame.to_string(index=False)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = list(frame.columns)
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    """Return what JSON has for `value`: lists, exact integers, times as ISO 8601 in UTC."""
    if hasattr(value, "tolist"):  # pandas' own writer turns integers above 2**63 into 0
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
