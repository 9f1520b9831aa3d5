# SPDX-License-Identifier: AGPL-3.0-or-later
"""X6: a warehouse's feed is cut off, calls to suppliers fail, and nothing else changes."""

from collections import Counter
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest

from sightline.sim.engine.moments import DAY, HOUR, MINUTE, stamp
from sightline.sim.play import Playing
from sightline.sim.profile import PROFILES, Run
from sightline.sim.systems.recorded import KINDS
from sightline.sim.transport.delivered import FIRST, Delivered

RUN = Run(profile=PROFILES["tiny"], seed=11, injectors=("X6",)).lasting(3)


@dataclass(frozen=True)
class Played:
    """A run and what arrived in it."""

    playing: Playing
    arrived: Delivered

    @property
    def lines(self) -> set[bytes]:
        """Return the lines, each once."""
        return set(self.arrived.taken(self.arrived.copy == FIRST).line.to_pylist())


def played(run: Run) -> Played:
    playing = Playing(run)
    return Played(playing, Delivered.joined(list(playing)))


@pytest.fixture(scope="module")
def cut_off() -> Played:
    """Give a run in which it happens."""
    return played(RUN)


@pytest.fixture(scope="module")
def usual() -> Played:
    """Give the same run in which it does not."""
    return played(replace(RUN, injectors=()))


def test_it_happens_during_work_and_says_so(cut_off: Played) -> None:
    # given a run with X6
    label = cut_off.playing.world.labels.all["X6/1"]
    # when one looks at its label
    # then the warehouse of R3 is silent for five hours of a day of work
    cast = cut_off.playing.world.cast
    place = cast.places[int(cast.place_of_region[2])]
    assert label.kind == "feed_missing"
    assert label.scope == {"feed": place.source, "loc": place.code}
    assert label.end - label.start == 5 * HOUR
    calendar, day = cast.calendar_of(place.index), label.start // DAY
    assert calendar.is_open(day)
    assert calendar.opens(day) < label.start < calendar.closes(day)
    # and the events of the label are those by which the middleware tells it
    ids = cut_off.arrived.id.to_pylist()
    events = [
        msgspec.json.decode(cut_off.arrived.line[ids.index(name)].as_py())
        for name in label.event_ids
    ]
    assert {event["data"]["feed"] for event in events} == {place.source}
    assert {"delayed", "down", "recovered"} == {event["data"]["state"] for event in events}
    assert min(event["time"] for event in events) == stamp(label.first_detectable)


def test_the_feed_is_silent_and_then_catches_up(cut_off: Played, usual: Played) -> None:
    # given arrivals with and without X6
    label = cut_off.playing.world.labels.all["X6/1"]
    source = cut_off.playing.sources.index(label.scope["feed"])
    own = cut_off.arrived.taken(cut_off.arrived.source == source)
    others = usual.arrived.taken(usual.arrived.source == source)
    # when those of the warehouse are compared
    silent = (own.ingest >= label.start) & (own.ingest < label.end)
    missing = (others.ingest >= label.start) & (others.ingest < label.end)
    burst = (own.ingest >= label.end) & (own.ingest < label.end + 10 * MINUTE)
    # then what should have come meanwhile comes in the minutes after, and all of it
    assert not silent.any()
    assert 0 < missing.sum() <= burst.sum()
    assert set(own.line.to_pylist()) == set(others.line.to_pylist())
    assert cut_off.playing.counts.waited == missing.sum()


def test_nothing_else_changes(cut_off: Played, usual: Played) -> None:
    # given both runs
    # when their lines are compared
    differing = cut_off.lines ^ usual.lines
    # then they differ in what the middleware says of feeds and calls, and in nothing else
    kinds = Counter(msgspec.json.decode(line)["type"] for line in differing)
    assert set(kinds) == {
        "io.sightline.integration.feed_status.v1",
        "io.sightline.integration.call.v1",
    }


def test_calls_to_suppliers_fail_more_often(cut_off: Played, usual: Played) -> None:
    # given both runs
    label = cut_off.playing.world.labels.all["X6/2"]

    def failing(run: Played) -> dict[bool, float]:
        arrived = run.arrived
        rows = (arrived.kind == KINDS.index("integration.call")) & (arrived.copy == FIRST)
        during = {True: [0, 0], False: [0, 0]}
        for row in np.flatnonzero(rows).tolist():
            data = msgspec.json.decode(arrived.line[row].as_py())["data"]
            if data["service"] == label.scope["service"] and data["attempt"] == 1:
                tally = during[label.start <= arrived.at[row] < label.end]
                tally[0] += data["status"] != "ok"
                tally[1] += 1
        return {when: bad / total for when, (bad, total) in during.items()}

    # when the first attempts that failed are counted
    hit, before = failing(cut_off), failing(usual)
    # then there are more while it lasts, and as many as ever else
    assert hit[True] > before[True]
    assert hit[False] == before[False]


def test_where_no_noise_is_nobody_is_cut_off_and_nobody_says_so() -> None:
    # given the run in which it happens, and events that arrive as they happen
    quiet = played(replace(RUN, is_noisy=False))
    # when one looks at its labels and at what the middleware says of feeds
    feeds = quiet.arrived.taken(quiet.arrived.kind == KINDS.index("integration.feed_status"))
    states = {msgspec.json.decode(line.as_py())["data"]["state"] for line in feeds.line}
    # then only calls to suppliers fail
    assert [*quiet.playing.world.labels.all] == ["X6/2"]
    assert states == {"ok"}


def test_failing_calls_are_seen_from_the_first_of_them_on(cut_off: Played) -> None:
    # given the events of the label of calls
    label = cut_off.playing.world.labels.all["X6/2"]
    ids = cut_off.arrived.id.to_pylist()
    events = [
        msgspec.json.decode(cut_off.arrived.line[ids.index(name)].as_py())
        for name in label.event_ids
    ]
    # then they are calls that failed, and the first is when it can be seen
    assert {event["data"]["service"] for event in events} == {label.scope["service"]}
    assert "ok" not in {event["data"]["status"] for event in events}
    assert min(event["time"] for event in events) == stamp(label.first_detectable)
