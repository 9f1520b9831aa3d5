# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every scenario plays: as long as a profile says, for a day, for somebody who watches."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sightline.events.decode import check_lines
from sightline.sim import demo
from sightline.sim.engine.moments import DAY, SECOND, moment
from sightline.sim.pacing import CATCH_UP, Pacing
from sightline.sim.play import Playing
from sightline.sim.profile import PROFILES, Run
from sightline.sim.scenarios import KNOWN
from sightline.sim.stories import Scenario
from sightline.sim.systems.recorded import KIND_AT
from sightline.sim.transport.delivered import DAMAGED, Delivered

pytestmark = pytest.mark.slow
every = pytest.mark.parametrize("scenario", KNOWN.values(), ids=KNOWN)
NOW = moment(datetime(2026, 11, 25, 12, tzinfo=UTC))  # a Wednesday


def refused(arrived: Delivered) -> set[int]:
    return {each.index for each in check_lines(arrived.texts)}


@every
@pytest.mark.parametrize("days", [1, 30])
def test_it_plays_and_only_damaged_lines_are_refused(scenario: Scenario, days: int) -> None:
    run = Run(profile=PROFILES["tiny"], seed=3, injectors=scenario.injectors).lasting(days)
    playing = Playing(run)
    for arrived in playing:
        assert refused(arrived) == set((arrived.copy == DAMAGED).nonzero()[0].tolist())
    # and whatever went wrong on purpose within the run left a trace
    begun = [each for each in playing.world.labels.all.values() if each.start < run.end]
    assert days == 1 or not scenario.injectors or any(each.first_detectable for each in begun)


@every
def test_it_strikes_where_somebody_watches(scenario: Scenario) -> None:
    # given a demo with five days of history
    told = demo.told(scenario.name, NOW)
    told = replace(told, start=told.start + 23 * DAY)
    # when three days have been watched
    playing = Playing(told.run)
    for arrived in playing:
        if len(arrived) and arrived.ingest[-1] > told.strike + 3 * DAY:
            break
    # then each injector has begun by the time that it should show, or labels case by case
    labels = playing.world.labels.all.values()
    for code in scenario.injectors:
        starts = [each.start for each in labels if each.label_id.split("/")[0] == code]
        assert min(starts, default=told.strike) <= told.strike + 2 * DAY


@pytest.mark.parametrize(
    "day", [3, 4, 8, 14], ids=["tuesday", "wednesday", "sunday", "saturday"]
)
@pytest.mark.parametrize("hour", [6, 15])
def test_the_usual_demo_brings_an_exception_within_a_minute_and_a_half(
    day: int, hour: int
) -> None:
    # given the demo as it opens at some hour of some day
    now = moment(datetime(2026, 11, day, hour, tzinfo=UTC))
    coming = demo.Coming(demo.told(demo.SCENARIO, now))
    coming.take(demo.history_end(now))
    # when somebody watches what follows
    ahead = coming.take(now + CATCH_UP)
    due = Pacing(now, ahead.ingest).due(ahead.ingest)
    # then somebody's system soon opens an exception; the product's own come on top
    opened = due[ahead.kind == KIND_AT["exception.opened"]]
    assert opened.min() <= now + 90 * SECOND
