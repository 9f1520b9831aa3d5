# SPDX-License-Identifier: AGPL-3.0-or-later
"""Order lines in a whole world: none appears, none vanishes, ranks are kept or counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import polars as pl

from sightline.sim import build
from sightline.sim.engine.moments import DAY, HOUR, SECOND
from sightline.sim.engine.world import World
from sightline.sim.fulfil.allocation import AllocationRun
from sightline.sim.fulfil.part import Fulfil
from sightline.sim.fulfil.rows import NEVER, LineBatch
from sightline.sim.profile import Run, find

DAYS = 16
LINE = ["customer", "day", "nth", "item"]
KINDS = {
    "placed": "demand.line_placed",
    "changed": "demand.line_changed",
    "cancelled": "demand.line_cancelled",
    "allocated": "allocation.changed",
    "shipped": "inventory.shipment",
    "promised": "demand.line_promised",
}


@dataclass
class Lived:
    """A world that has been lived through, as far as order lines go."""

    world: World
    facts: dict[str, pl.DataFrame]
    lines: pl.DataFrame
    runs: list[AllocationRun] = field(default_factory=list)


@cache
def lived(*injectors: str) -> Lived:
    run = Run(profile=find("tiny"), seed=11, injectors=injectors).lasting(DAYS)
    world = build.world(run)
    parts: dict[str, list[pl.DataFrame]] = {kind: [] for kind in KINDS.values()}
    ended: list[object] = []
    for hour in world.hours():
        for many in hour.many:
            if many.kind in parts:
                parts[many.kind].append(pl.DataFrame({"at": many.at} | many.columns))
        ended += hour.ended
    part = next(part for part in world.parts if isinstance(part, Fulfil))
    batches = [each for each in ended if isinstance(each, LineBatch)]
    return Lived(
        world=world,
        facts={name: pl.concat(parts[kind]) for name, kind in KINDS.items()},
        lines=_lines([*batches, part.open()]),
        runs=[each for each in ended if isinstance(each, AllocationRun)],
    )


def _lines(batches: Iterable[LineBatch]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(batch.columns) for batch in batches])


def _sums(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.group_by(LINE).agg(pl.col("units").sum().alias(name))


def test_every_line_that_was_placed_is_open_or_ended_and_none_twice() -> None:
    # given a world of sixteen days
    placed = lived().facts["placed"]
    # when its lines are compared with what was placed
    lines = lived().lines
    # then they are the same, each once
    assert placed.select(LINE).is_unique().all()
    assert placed.select(LINE).sort(LINE).equals(lines.select(LINE).sort(LINE))


def test_what_was_said_of_a_line_adds_up_to_what_is_known_of_it() -> None:
    # given the sums of what was said of each line
    facts = lived().facts
    said = lived().lines
    for name in ("allocated", "shipped"):
        said = said.join(_sums(facts[name], f"said_{name}"), on=LINE, how="left")
    said = said.fill_null(0)
    # when they are compared with the line itself
    # then they agree, and no line got more than it asks for
    assert said["said_shipped"].equals(said["shipped"].alias("said_shipped"))
    assert said["said_allocated"].equals(said["allocated"].alias("said_allocated"))
    assert (said["shipped"] <= said["allocated"]).all()
    assert (said["allocated"] <= said["ordered"]).all()
    assert (said["by_promise"] <= said["by_last_promise"]).all()


def test_a_change_or_cancel_is_told_once_and_holds() -> None:
    # given lines that customers changed or cancelled
    facts, lines = lived().facts, lived().lines
    changed = lines.filter(pl.col("changed_at") != NEVER)
    told = pl.concat([facts[name].select([*LINE, "at"]) for name in ("changed", "cancelled")])
    # when what was told is compared with what holds
    # then both are the same lines at the same moments, with the new quantity
    assert len(changed) > 20
    assert told.sort(LINE).equals(
        changed.select([*LINE, pl.col("changed_at").alias("at")]).sort(LINE)
    )
    assert changed["ordered"].equals(changed["new_units"].alias("ordered"))


def test_lines_leave_in_a_wave_of_a_working_day_after_its_release() -> None:
    # given what was shipped
    lines, cast = lived().lines.filter(pl.col("shipped_at") != NEVER), lived().world.cast
    # when releases and shipments are compared
    days = lines.select("place", day=pl.col("released_at") // DAY).unique().rows()
    # then each was released before it left, on a day on which its place works
    assert (lines["released_at"] < lines["shipped_at"]).all()
    assert all(cast.calendar_of(place).is_open(day) for place, day in days)


def test_promises_are_numbered_and_only_late_lines_get_another() -> None:
    # given all promises
    promised = lived().facts["promised"].sort([*LINE, "promise_no"])
    # when those after the first are looked at
    again = promised.filter(pl.col("promise_no") > 1)
    before = promised.with_columns(pl.col("promise_day").shift(1).over(LINE).alias("earlier"))
    late = before.filter(pl.col("promise_no") > 1)
    numbers = promised.group_by(LINE).agg(
        pl.col("promise_no").max().alias("top"), pl.len().alias("told")
    )
    # then each follows a day that has passed, and numbers have no gaps
    assert len(again) > 0
    assert (late["earlier"] < late["at"] // DAY).all()
    assert (numbers["top"] == numbers["told"]).all()


def test_the_null_world_keeps_the_ranks_and_x10_counts_every_break() -> None:
    # given the same world without and with web orders that come first at the place of R1
    null, broken = lived(), lived("X10")
    label = broken.world.labels.all["X10/1"]
    # when inversions are counted
    counted, natural = (
        sum(run.inversions for run in each.runs if run.at % HOUR == 0)
        for each in (broken, null)
    )
    # then there are none without, and with it as many as the label says
    assert natural == 0
    assert counted > 0
    assert label.expected["inversions"] == counted


def test_x11_moves_stock_after_release_and_counts_the_lines() -> None:
    # given the same world without and with reallocation after release
    null, moved = lived(), lived("X11")
    since = moved.world.labels.all["X11/1"].start
    # when takings from released lines are counted
    before, after = (_taken_back(each).filter(pl.col("at") >= since) for each in (null, moved))
    # then there are more, as many as the label says, and what is taken is given
    given = moved.facts["allocated"].filter(pl.col("from_customer") != NEVER)
    lines = after.select(LINE).n_unique()
    assert lines == moved.world.labels.all["X11/1"].expected["lines"] > len(before)
    assert int(_taken_back(moved)["units"].sum()) == -int(given["units"].sum())


def _taken_back(each: Lived) -> pl.DataFrame:
    """Return takings from released lines: third second of an hour, from lines that know it."""
    losers = each.lines.filter(pl.col("taken_back") > 0).select(LINE)
    takings = (pl.col("units") < 0) & (pl.col("at") % HOUR == 3 * SECOND)
    return each.facts["allocated"].filter(takings).join(losers, on=LINE, how="semi")


def test_what_a_count_does_not_find_is_taken_back_and_no_shelf_falls_below_nothing() -> None:
    # given a world in which stock vanishes
    shrinking = lived("X13")
    # when takings outside reallocation and corrections of lines are looked at
    back = shrinking.facts["allocated"].filter(
        (pl.col("units") < 0) & (pl.col("at") % HOUR == 9 * SECOND)
    )
    # then some lines have lost stock, and books never fell below zero for long
    assert len(back) > 0
    assert (shrinking.world.book.on_hand >= 0).all()


def test_before_an_injector_strikes_nothing_differs() -> None:
    # given paired worlds
    since = lived("X11").world.labels.all["X11/1"].start
    # when what was told before the strike is compared
    early = [
        {
            name: Counter(frame.filter(pl.col("at") < since).rows())
            for name, frame in lived(*codes).facts.items()
        }
        for codes in ((), ("X10",), ("X11",))
    ]
    # then it is the same
    assert early[0] == early[1] == early[2]
    assert np.all([len(each["placed"]) > 1000 for each in early])
