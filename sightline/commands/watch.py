# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline watch``: new files of a folder, and new rows of growing ones."""

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from sightline.commands import output
from sightline.settings import Settings

if TYPE_CHECKING:
    from sightline.aid.watch import Asked, Watcher


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--mapping", default="", help="Name of a shipped mapping or path of a .yaml file."
)
@click.option("--pattern", multiple=True, help="Files to take, such as *.csv; may be repeated.")
@click.option("--every", default=5.0, show_default=True, type=click.FloatRange(0.1, 86_400),
              help="Seconds between two looks.")  # fmt: skip
@click.option("--settle", default=5.0, show_default=True, type=click.FloatRange(0, 86_400),
              help="Seconds that a new file must not change before it is taken.")  # fmt: skip
@click.option("--recursive", is_flag=True, help="Watch folders inside as well.")
@click.option("--move-done", type=click.Path(path_type=Path), help="Where taken files go.")
@click.option("--once", is_flag=True, help="Take what is there, then exit.")
@click.option("--list", "is_list", is_flag=True, help="Show what was taken; takes nothing.")
@output.format_option(*output.FORMATS)
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  one parameter per option
    settings: Settings,
    folder: Path,
    mapping: str,
    pattern: tuple[str, ...],
    every: float,
    settle: float,
    recursive: bool,  # noqa: FBT001  as click passes it
    move_done: Path | None,
    once: bool,  # noqa: FBT001
    is_list: bool,  # noqa: FBT001
    fmt: str,
) -> None:
    """Take new files of a folder, and new rows of growing ones.

    Until Ctrl-C or SIGTERM; beside `sightline up` or alone. A file is taken when it has not
    changed for a while; of CSV and NDJSON that grow the new lines are taken as they come. Each
    row is taken once, whatever happens. Links, hidden files and names such as *.part are left
    alone.
    """
    from sightline.aid.watch import Asked  # noqa: PLC0415 - polars takes a while to import

    asked = Asked(
        folder=folder.absolute(),
        mapping=mapping,
        patterns=pattern,
        is_deep=recursive,
        settle_s=settle,
        move_to=move_done.absolute() if move_done else None,
    )
    if is_list:
        _list(settings, asked, fmt)
        return
    stop = Event()
    with _watching(settings, asked.checked(), stop) as watcher, _ended_by_signals(stop):
        if once:
            _once(watcher, stop, settle)
        else:
            click.echo(f"watching {asked.folder}; Ctrl-C stops", err=True)
            _on_and_on(watcher, stop, every)


@contextmanager
def _watching(settings: Settings, asked: "Asked", stop: Event) -> Iterator["Watcher"]:
    from sightline.aid.watch import Watcher  # noqa: PLC0415
    from sightline.desk import Desk  # noqa: PLC0415
    from sightline.log import open_any  # noqa: PLC0415

    with closing(open_any(settings)) as log, closing(Desk.open(settings)) as desk:
        yield Watcher(asked, settings, log, desk, say=_say, stop=stop.is_set)


@contextmanager
def _ended_by_signals(stop: Event) -> Iterator[None]:
    """Let the file at hand be finished, then end; a second signal ends it at once."""

    def end(number: int, _: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt(number)
        stop.set()

    former = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if stop.is_set():
            click.echo("stopped; what was taken is in the log", err=True)


def _once(watcher: "Watcher", stop: Event, settle: float) -> None:
    if watcher.look() and not stop.wait(settle):
        watcher.look()


def _on_and_on(watcher: "Watcher", stop: Event, every: float) -> None:
    trouble = ""
    while not stop.is_set():
        try:
            watcher.look()
            trouble = ""
        except OSError as error:  # a share that is gone for a while
            said = f"{watcher.asked.folder} cannot be read ({error.strerror}); trying again"
            if said != trouble:
                _say(said)
            trouble = said
        stop.wait(every)


def _list(settings: Settings, asked: "Asked", fmt: str) -> None:
    from sightline.aid.watch.table import table_of  # noqa: PLC0415
    from sightline.desk import Desk  # noqa: PLC0415

    with closing(Desk.open(settings)) as desk:
        found = desk.watched(str(asked.folder))
        output.echo(table_of(found, asked.folder, is_brief=fmt == "table"), fmt)


def _say(text: str) -> None:
    click.echo(output.printable(text))
