# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline replay``: tables anew from the event log."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sightline.commands.far import Far
from sightline.commands.moment import Moment
from sightline.settings import Settings

if TYPE_CHECKING:
    from streams.replay.changes import Changed
    from streams.replay.rebuild import Asked, Rebuilt

GROUPS = ("positions", "demand", "process")


@click.command()
@click.option(
    "--from", "since", type=Moment(), help="Tell changes from then on; begin at a savepoint."
)
@click.option("--only", type=click.Choice(GROUPS), help="Only these tables; default: all.")
@click.option(
    "--partitions", type=click.IntRange(1, 256), help="Cut the log anew into so many."
)
@click.option("--dry-run", is_flag=True, help="Tell what would change, change nothing.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("text", "json")),
    default="text",
    help="Of the result.",
)
@click.pass_obj
def command(settings: Settings, /, kind: str, partitions: int | None, **asked: Any) -> None:
    """Compute tables anew from the event log, beside the live ones, then swap them.

    Nothing else may run in the home. What was accepted stays as it is; a replay that is killed
    leaves the old tables or the new ones.
    """
    if partitions is None:
        _rebuild(settings, kind, **asked)
        return
    if any(asked.values()):
        raise click.UsageError("--partitions computes everything anew; say nothing else.")
    _rescale(settings, kind, partitions)


def _rebuild(
    settings: Settings, kind: str, *, since: datetime | None, only: str | None, dry_run: bool
) -> None:
    from mining.runner import mine_once  # noqa: PLC0415 - as the next: the engines take seconds
    from sightline.log import open_log  # noqa: PLC0415
    from sightline.store import Store  # noqa: PLC0415
    from streams.replay.rebuild import Asked, rebuild  # noqa: PLC0415

    asked = Asked((only,) if only else GROUPS, since, dry_run)
    with Store.open(settings) as store:
        store.migrate()
        log = open_log(settings)
        try:
            with Far() as far:
                done = rebuild(settings, store, log, asked, mine=mine_once, told=far.show)
        finally:
            log.close()
    _tell(done, asked, kind)


def _rescale(settings: Settings, kind: str, partitions: int) -> None:
    from mining.runner import mine_once  # noqa: PLC0415 - as the next: the engines take seconds
    from streams.replay.rescale import rescale  # noqa: PLC0415

    with Far() as far:
        done = rescale(settings, partitions, mine=mine_once, told=far.show)
    if kind == "json":
        click.echo(msgspec.json.encode(asdict(done)))
        return
    click.echo(
        f"{done.events:,} events in {done.partitions} partitions, generation "
        f"{done.generation}; the former log is {done.before}"
    )


def _tell(done: "Rebuilt", asked: "Asked", kind: str) -> None:
    if kind == "json":
        click.echo(msgspec.json.encode(asdict(done)))
        return
    click.echo(f"{done.events:,} events read {_from(done, asked)}")
    for each in done.changed:
        click.echo(_line(each))
        for one in each.largest:
            click.echo(
                f"  {_name(one.name, one.place, one.row)}: {one.before:g}, now {one.after:g}"
            )
    click.echo("nothing was changed: --dry-run" if asked.dry else "the new tables are in place")


def _from(done: "Rebuilt", asked: "Asked") -> str:
    if done.savepoint:
        return f"from savepoint {done.savepoint} on"
    if asked.since:
        return "from the beginning: no savepoint is from before; --from says what is told below"
    return "from the beginning"


def _line(changed: "Changed") -> str:
    if not changed.differing:
        return f"{changed.table}: {changed.rows:,} rows, none differs"
    return (
        f"{changed.table}: {changed.rows:,} rows, {changed.differing:,} differ at "
        f"{changed.places:,} places ({changed.added:,} new, {changed.removed:,} gone, "
        f"{changed.altered:,} otherwise)"
    )


def _name(*words: str) -> str:
    from sightline.errors import one_line  # noqa: PLC0415 - beside its only use

    return one_line(" ".join(word for word in words if word))
