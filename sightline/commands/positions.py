# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline positions``: what is where now, or what was where then, as known then."""

from datetime import datetime
from typing import Any

import click
import pyarrow as pa

from sightline.commands import output
from sightline.commands.moment import Moment
from sightline.settings import Settings
from sightline.store import Store


@click.command()
@click.option("--item", default="", help="Only this item; default: all.")
@click.option("--location", "--loc", default="", help="Only this location; default: all.")
@click.option("--as-of", type=Moment(), help="At this moment of the business; default: now.")
@click.option(
    "--known-at", type=Moment(), help="By what was recorded until then; default: all."
)
@output.format_option(*output.FORMATS)
@click.pass_obj
def command(settings: Settings, /, fmt: str, **asked: Any) -> None:
    """Print inventory positions, current ones or as known then; reads only.

    Quantities are in base units; `sightline run --until-idle` brings them up to date. Moments
    are such as 2026-03-02T15:30Z; without a zone they are UTC.
    """
    with Store.open(settings) as store:
        store.migrate()
        is_then = asked["as_of"] or asked["known_at"]
        output.echo(_then(settings, store, **asked) if is_then else _now(store, **asked), fmt)


def _now(store: Store, *, item: str, location: str, **_: None) -> pa.Table:
    return store.read_arrow("positions", item=item, loc=location)


def _then(
    settings: Settings, store: Store, *, item: str, location: str, **moments: datetime | None
) -> pa.Table:
    from streams.logic.near_counts import MINUTE_MS  # noqa: PLC0415 - only this needs the engine
    from streams.replay.known import known_then  # noqa: PLC0415

    window = round(settings.count_window_minutes * MINUTE_MS)
    return known_then(store, item, location, **moments, window_ms=window)
