# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline simulate``: an invented company, with everything that is true of it."""

import gc
import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from sightline.commands.ending import tidied_up
from sightline.commands.meter import Meter
from sightline.errors import SettingsError
from sightline.settings import Settings

if TYPE_CHECKING:
    from sightline.sim.asking import Asked
    from sightline.sim.transport.delivered import Delivered

FORMATS, SUMMARIES = ("ndjson", "parquet"), ("text", "json")
INTERRUPTED = 130
COLLECT_AFTER = 100_000  # new objects; a world keeps many and makes few circles
AGAIN = (
    "stopped; what is in the log stays and is whole. The same command again adds no event "
    "twice; damaged lines become dead letters again."
)


@click.command()
@click.option("--profile", default="tiny", show_default=True, help="tiny, small, full or soak.")
@click.option("--scenario", default="null", show_default=True, help="J4, X1+X8, …: see --list.")
@click.option("--seed", default="1", show_default=True, help="Another number, another company.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write; a new one.")
@click.option("--into-log", is_flag=True, help="Append to the event log instead.")
@click.option("--days", default="", help="How long it lasts, in place of the profile's days.")
@click.option("--start", default="", help="First day, such as 2026-01-05.")
@click.option("--format", "form", default="", help="Of the events in --out: ndjson or parquet.")
@click.option("--pace", default="", help="Simulated seconds per second; else all at once.")
@click.option("--noise/--no-noise", "is_noisy", default=True, help="Late, doubled, lost, …")
@click.option("--force", is_flag=True, help="Let --out replace what a simulation wrote.")
@click.option("--summary", default="text", show_default=True, help="Of the result: text, json.")
@click.option("--list", "is_list", is_flag=True, help="Show the scenarios; simulates nothing.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  one parameter per option
    settings: Settings,
    profile: str,
    scenario: str,
    seed: str,
    out: Path | None,
    days: str,
    start: str,
    form: str,
    pace: str,
    summary: str,
    *,
    into_log: bool,
    is_noisy: bool,
    force: bool,
    is_list: bool,
) -> None:
    """Invent a company's events from one seed, and write down what is true of it.

    The same profile, scenario, seed, days and start give the same bytes on every machine. The
    folder gets the events in order of arrival, master data, a manifest with hashes and, in
    truth/, every change of stock, every label, KPI and process figures.
    """
    from sightline.sim.asking import Words, asked, pace_of  # noqa: PLC0415 - numpy takes a while

    _one_of("summary", summary, SUMMARIES)
    if is_list:
        _list(summary)
        return
    words = Words(
        profile=profile, scenario=scenario, seed=seed, days=days, start=start, is_noisy=is_noisy
    )
    what, factor = asked(words), pace_of(pace) if pace else None
    _check(out, form, into_log=into_log, force=force)
    gc.set_threshold(COLLECT_AFTER, 50, 50)
    if out is not None:
        told = _to_folder(what, out, form or FORMATS[0], factor, is_forced=force)
    else:
        told = _to_log(what, settings, factor)
    _tell(told, what, summary)


def _check(out: Path | None, form: str, *, into_log: bool, force: bool) -> None:
    if (out is None) != into_log:
        given = "Both --out and --into-log are" if into_log else "No --out or --into-log is"
        raise SettingsError(f"{given} given; expected one of them. Try --out simulated.")
    if into_log and (force or form):
        raise SettingsError(
            f"{'--force' if force else '--format'} belongs to --out; leave it out with "
            "--into-log, which never replaces anything and has one format."
        )
    if form:
        _one_of("format", form, FORMATS)


def _one_of(name: str, typed: str, known: tuple[str, ...]) -> None:
    if typed not in known:
        raise SettingsError(f"--{name} is {typed!r}; expected {' or '.join(known)}.")


def _to_folder(
    what: "Asked", out: Path, form: str, factor: float | None, *, is_forced: bool
) -> dict[str, Any]:
    from sightline.sim.output import folder  # noqa: PLC0415 - the world takes a second

    meter = Meter(what.run)
    try:
        with tidied_up():
            manifest = folder.write(
                what.run,
                out,
                form=form,
                is_forced=is_forced,
                through=lambda arriving: _passed(arriving, what, factor, meter),
            )
    finally:
        meter.end()
    return {"out": str(out), **_counts(manifest["lines"]), **meter.cost()}


def _to_log(what: "Asked", settings: Settings, factor: float | None) -> dict[str, Any]:
    from sightline.log import open_log  # noqa: PLC0415
    from sightline.sim.output import into_log  # noqa: PLC0415
    from sightline.sim.play import Playing  # noqa: PLC0415

    meter, playing = Meter(what.run), Playing(what.run)
    at_once = into_log.AT_ONCE if factor is None else 1
    with closing(open_log(settings)) as log:
        try:
            into_log.append(_passed(playing, what, factor, meter), log, at_once=at_once)
        except KeyboardInterrupt:
            meter.end()
            click.echo(f"sightline: {AGAIN}", err=True)
            sys.exit(INTERRUPTED)
    meter.end()
    return {"log": str(log.path), **_counts(playing.counts.as_dict()), **meter.cost()}


def _passed(
    arriving: Iterable["Delivered"], what: "Asked", factor: float | None, meter: Meter
) -> Iterable["Delivered"]:
    from sightline.sim.output.pace import paced  # noqa: PLC0415

    hours = meter.hours(arriving)
    if factor is not None:
        hours = paced(hours, factor, since=what.run.start, stop=Event())
    return meter.counted(hours)


def _counts(sent: Mapping[str, int]) -> dict[str, int]:
    """Return the counts in the words of `sightline import`; lines are the sum of the others."""
    return {
        "lines": sent["sent"],
        "accepted": sent["accepted"],
        "duplicates": sent["doubled"],
        "damaged": sent["damaged"],
    }


def _tell(told: Mapping[str, Any], what: "Asked", summary: str) -> None:
    if summary == "json":
        click.echo(json.dumps({**what.as_dict(), **told}))
        return
    click.echo(
        f"simulated {what}: {told['lines']:,} lines in {told.get('out') or told['log']} "
        f"({told['accepted']:,} events, {told['duplicates']:,} twice, {told['damaged']:,} "
        f"damaged), {told['seconds']:.1f} s"
    )


def _list(summary: str) -> None:
    from sightline.sim.scenarios import KNOWN  # noqa: PLC0415

    rows = [
        {"scenario": each.name, "injectors": " ".join(each.injectors), "story": each.story}
        for each in KNOWN.values()
    ]
    if summary == "json":
        click.echo(json.dumps(rows))
        return
    for row in rows:
        made_of = f" [{row['injectors']}]" if row["scenario"] != row["injectors"] else ""
        click.echo(f"{row['scenario']:<5} {row['story']}{made_of}")
