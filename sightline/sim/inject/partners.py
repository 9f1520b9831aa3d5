# SPDX-License-Identifier: AGPL-3.0-or-later
"""An EDI partner and a day on which its orders are worth spoiling."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.demand.classes import EDI
from sightline.sim.demand.lines import DayLines
from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.engine.moments import DAY, Flags, day_of

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

EVERY_DAYS = 15  # one incident per so many days of the run
FIRST, LAST = 0.5, 0.9  # share of the run
SEARCH_DAYS = 7
FEWEST_LINES = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """What a partner sends on a day: from its first order on, µs."""

    customer: int
    day: int
    first_at: int


def batches(world: "World", name: str) -> list[Batch]:
    """Return some partners' batches in the second part of the run, drawn for `name`.

    They are sought in what customers ask for by themselves, so that nothing else that goes
    wrong moves them.
    """
    lines_of_day = LinesOfDay(world)
    count = max(1, world.run.profile.days // EVERY_DAYS)
    apart = int((LAST - FIRST) * world.run.profile.days * DAY / count)
    begin = world.run.begins(FIRST)
    found = (
        _batch(world, lines_of_day, begin + number * apart, f"{name}/{number}")
        for number in range(count)
    )
    return [each for each in found if each and each.first_at < world.run.end]


def sent_by(lines: DayLines, customer: int) -> Flags:
    """Tell which lines a partner sent."""
    return np.asarray((lines.customer == customer) & (lines.channel == EDI))


def _batch(world: "World", lines_of_day: LinesOfDay, since: int, name: str) -> Batch | None:
    """Return a batch after `since`; of a partner that sends several lines, if any does."""
    for day in range(day_of(since), day_of(since) + SEARCH_DAYS):
        lines = lines_of_day.drawn(day)
        customer = _partner(world, lines.taken(lines.at >= since), name)
        if customer >= 0:
            first_at = int(lines.at[sent_by(lines, customer) & (lines.at >= since)].min())
            return Batch(customer, day, first_at)
    return None


def _partner(world: "World", lines: DayLines, name: str) -> int:
    sent = np.bincount(
        lines.customer[lines.channel == EDI], minlength=len(world.cast.customers)
    )
    able = np.flatnonzero(sent >= FEWEST_LINES)
    if not len(able):
        return -1
    return world.draws.dice("partner", name).choice(able.tolist(), sent[able].tolist())
