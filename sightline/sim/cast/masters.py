# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master data as facts: what the hub of master data told before the world began."""

from collections.abc import Iterator

from sightline.events.masters.catalogue import object_type
from sightline.sim.cast.cast import Cast
from sightline.sim.cast.records import Record, records
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import HOUR, time_of
from sightline.sim.profile import Run

SOURCE = "mdm://hub"
ALWAYS = "1970-01-01"


def facts(cast: Cast, run: Run) -> Iterator[Fact]:
    """Yield the first version of every record, all told an hour before the run begins.

    They hold from ever, so they also hold for what lies before the run.
    """
    first, last = time_of(run.start).date(), time_of(run.end).date()
    for record in records(cast, first, last):
        yield _fact(record, run.start - HOUR)


def _fact(record: Record, at: int) -> Fact:
    about = {object_type(record.entity): record.key}
    if record.item:
        about["item"] = record.item
    return Fact(
        at=at,
        kind="master.record_changed",
        source=SOURCE,
        name=f"{record.entity}/{record.key}/1",
        data={
            "entity": record.entity,
            "key": record.key,
            "fields": record.fields,
            "valid_from": ALWAYS,
            "version": 1,
        },
        about=about,
        key=record.item or record.key,
    )
