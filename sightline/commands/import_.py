# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline import``: append files to the event log."""

import json
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from sightline.commands import rehearsing, suggesting
from sightline.errors import MappingError, one_line
from sightline.imports import Options, Summary, run_import
from sightline.log import open_any
from sightline.settings import Settings

EVERY_SECONDS = 2.0
INTERRUPTED = 130
AGAIN = (
    "stopped; what is in the log stays and is whole. Run the same command again: it goes on "
    "where this one stopped."
)


class Counter:
    """Shows on stderr how far an import is: in place, or a line now and then in a file."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._began = self._shown = time.monotonic()
        self._rows = self._done = self._events = 0
        self._name = ""

    def reading(self, name: str) -> None:
        """Say which file comes next."""
        self._name, self._rows = Path(name).name, 0
        self._began = time.monotonic()

    def rows(self, count: int) -> None:
        """Count rows."""
        self._rows += count
        rate = self._rows / max(time.monotonic() - self._began, 1e-3)
        self._show(f"{self._name}: {self._rows} rows read, {rate:.0f} a second")

    def adding(self, events: int) -> None:
        """Start counting towards `events`."""
        self._events, self._done, self._began = events, 0, time.monotonic()

    def added(self, events: int) -> None:
        """Count events that are durable, and estimate the rest."""
        self._done += events
        rate = self._done / max(time.monotonic() - self._began, 1e-3)
        rest = (self._events - self._done) / rate if rate and self._events else 0
        self._show(
            f"{self._done} of {self._events or '?'} events in the log, {rest:.0f} s to go"
        )

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _show(self, text: str) -> None:
        if not self._is_terminal and time.monotonic() - self._shown < EVERY_SECONDS:
            return
        self._shown = time.monotonic()
        click.echo(f"\r\x1b[K{text}" if self._is_terminal else text, err=True,
                   nl=not self._is_terminal)  # fmt: skip


@click.command("import", short_help="Append files to the event log.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", help="Name of a shipped mapping or path of a .yaml file.")
@click.option("--process", default="", help="Name of the process of an event log.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day that a stock list shows.")
@click.option(
    "--lifecycle", type=click.Choice(["all", "complete"]), help="Steps of an event log to keep."
)
@click.option("--sheet", "sheets", multiple=True, help="A sheet of a workbook; repeatable.")
@click.option("--suggest", is_flag=True, help="Propose a mapping; append nothing.")
@click.option("--answer", "answers", multiple=True, help="KEY=VALUE for --suggest; repeatable.")
@click.option(
    "--output", "out", type=click.Path(path_type=Path), help="Where --suggest writes."
)
@click.option("--force", is_flag=True, help="Let --output replace a file.")
@click.option("--dry-run", is_flag=True, help="Read everything, append nothing, show it all.")
@click.option(
    "--events", default=5, type=click.IntRange(0, 10_000), help="Events that --dry-run shows."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  one parameter per option
    settings: Settings,
    files: tuple[Path, ...],
    mapping: str | None,
    process: str,
    as_of: datetime | None,
    lifecycle: str | None,
    sheets: tuple[str, ...],
    answers: tuple[str, ...],
    out: Path | None,
    events: int,
    form: str,
    *,
    suggest: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Append FILES to the event log; a file that is already there adds nothing.

    CSV, TSV, NDJSON, Parquet, XES, XLSX, EDI and object-centric logs (OCEL 2.0), packed with
    gzip or not. Files that share a mapping are sorted by time together. NDJSON without
    --mapping holds CloudEvents. Of a workbook, the sheets are read that have the columns of
    the mapping.

    With --suggest nothing is imported: what the columns mean is guessed and a mapping proposed.
    With --dry-run neither: it shows what the import would do, and every row that it would
    refuse.
    """
    _check(suggest=suggest, dry_run=dry_run, answers=answers, out=out, mapping=mapping)
    if suggest:
        suggesting.show(files, answers, out, form, force=force)
        return
    options = Options(
        as_of=as_of.date() if as_of else None,
        process=process,
        lifecycle=lifecycle or "",
        sheets=sheets,
    )
    counter = Counter()
    if dry_run:
        rehearsing.show(
            files, mapping, settings, counter, options=options, events=events, form=form
        )
        return
    with closing(open_any(settings)) as log:
        try:
            summary = run_import(files, mapping, settings, log, counter, options=options)
        except KeyboardInterrupt:
            counter.end()
            click.echo(f"sightline: {AGAIN}", err=True)
            sys.exit(INTERRUPTED)
    counter.end()
    _print(summary, form)


def _check(
    *,
    suggest: bool,
    dry_run: bool,
    answers: tuple[str, ...],
    out: Path | None,
    mapping: str | None,
) -> None:
    """Refuse options that would change nothing."""
    if (answers or out) and not suggest:
        raise MappingError("--answer and --output belong to --suggest; add it.")
    if suggest and (dry_run or mapping):
        raise MappingError(
            "--suggest proposes a mapping; leave --dry-run and --mapping out, and give them "
            "with the mapping afterwards."
        )


def _print(summary: Summary, form: str) -> None:
    if form == "json":
        for warning in summary.warnings:
            click.echo(f"warning: {one_line(warning)}", err=True)
        click.echo(json.dumps(summary.as_dict()))
    else:
        for line in summary.sentences():
            click.echo(line)
