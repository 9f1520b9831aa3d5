# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo fills an empty home, goes on with its own, and leaves others alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest

from sightline.commands.demo import has_screen
from sightline.errors import SettingsError
from sightline.events import publish
from sightline.events.decode import check_lines
from sightline.log import Piece, open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.sim import demo, home, opening
from sightline.sim.demo import Told
from sightline.sim.engine.moments import DAY, HOUR, moment
from sightline.sim.feeder import Feeder
from sightline.sim.pacing import CATCH_UP

NOW = datetime(2026, 3, 23, 10, 15, tzinfo=UTC)  # a Monday
STRIKE = datetime(2026, 3, 23, 1, tzinfo=UTC)  # 02:00 in Hanover
SCENARIO = "X11"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let history be a night: four weeks take seconds, and are the same, only longer."""
    monkeypatch.setattr(opening, "HISTORY_DAYS", 0)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def log(place: Settings) -> Iterator[SqliteLog]:
    place.home.mkdir()
    opened = open_log(place)
    yield opened
    opened.close()


def begin(place: Settings, log: SqliteLog, now: datetime, scenario: str = SCENARIO) -> int:
    return home.begin(place.home, log, now, scenario).logged


def test_an_empty_home_gets_a_history_that_ends_before_the_working_day(
    place: Settings, log: SqliteLog
) -> None:
    logged = begin(place, log, NOW)
    times = sorted(event["time"] for event in events(log))
    assert len(raw(log)) == logged > 1_500
    assert "2026-03-23T00:00" < times[-1] < "2026-03-23T00:50"
    marker = json.loads((place.home / home.MARKER).read_text())
    assert marker["scenario"] == SCENARIO
    assert datetime.fromisoformat(marker["start"]) == datetime(2026, 3, 23, tzinfo=UTC)
    assert datetime.fromisoformat(marker["strike"]) == STRIKE


def test_a_home_with_other_data_is_refused_with_a_way_out(
    place: Settings, log: SqliteLog
) -> None:
    # given a home that holds an event of somebody else
    event = {"id": "1", "source": "erp://other", "type": "io.sightline.inventory.counted.v1"}
    log.append(publish.to_piece([{**event, "data": {}}], log.partitions))
    # when a demo is asked for, then it says what to do and adds nothing
    with pytest.raises(SettingsError, match=r"SIGHTLINE_HOME=\.demo sightline demo"):
        begin(place, log, NOW)
    assert len(raw(log)) == 1


def test_a_demo_that_was_away_logs_only_what_it_missed(place: Settings, log: SqliteLog) -> None:
    # given a demo that was started, stopped and started again the next day
    first = begin(place, log, NOW)
    second = begin(place, log, NOW + timedelta(days=1), "")
    # then the day between is there once, and a third start at once adds nothing
    assert 500 < second < first
    assert begin(place, log, NOW + timedelta(days=1)) == 0
    # and all of it is what somebody would have who had never been away
    whole = demo.Coming(Told(SCENARIO, demo.SEED, moment(NOW) // DAY * DAY, moment(STRIKE)))
    lines = whole.take(moment(STRIKE) + DAY - opening.STEP).texts
    assert sorted(lines) == sorted(raw(log))


def test_the_home_of_another_scenario_is_refused(place: Settings, log: SqliteLog) -> None:
    begin(place, log, NOW)
    with pytest.raises(SettingsError, match="holds a demo of X11, not of J4"):
        begin(place, log, NOW, "J4")


def test_a_demo_that_has_ended_says_so(place: Settings, log: SqliteLog) -> None:
    begin(place, log, NOW)
    with pytest.raises(SettingsError, match=r"came to its end on 2027-04-27\. Remove"):
        begin(place, log, NOW + timedelta(days=demo.DAYS))


def test_a_demo_killed_before_its_history_was_logged_begins_again(
    place: Settings, log: SqliteLog
) -> None:
    told = demo.told(SCENARIO, moment(NOW))
    home.write(place.home, home.Marker(told, told.start))
    assert begin(place, log, NOW + timedelta(days=30)) > 1_500
    assert min(event["time"] for event in events(log)) > "2026-04"


@pytest.mark.parametrize("found", ["{}", "[1]", "nonsense", '{"seed": 7, "showings": 2}'])
def test_a_damaged_marker_is_named(place: Settings, log: SqliteLog, found: str) -> None:
    (place.home / home.MARKER).write_text(found)
    with pytest.raises(SettingsError, match="Remove the folder"):
        begin(place, log, NOW)


def test_the_feeder_logs_each_event_when_it_is_due_and_none_before(
    place: Settings, log: SqliteLog
) -> None:
    # given a demo that is watched with a clock of its own, which goes on while it waits
    opened = home.begin(place.home, log, NOW, SCENARIO)
    clock = Clock(NOW, stop_after=NOW + timedelta(minutes=5))
    watched = Watched(log, clock)
    Feeder(place.home, watched, opened, clock).run(clock)
    # then what came happened before, in order of arrival
    assert all(recorded <= came for came, recorded in watched.latest)
    # and the day so far came bit by bit, and was over when it had caught up with the clock
    (before, *_), (*_, after) = watched.sizes, watched.sizes
    assert after - before > 700
    assert max(late - early for early, late in pairwise(watched.sizes)) < 200
    caught_up = [came for came, _ in watched.latest if came < moment(NOW) + CATCH_UP]
    assert len(caught_up) > 100
    assert begin(place, log, clock.now, "") == 0


def test_a_feeder_that_failed_goes_on_where_it_was(place: Settings, log: SqliteLog) -> None:
    # given a log that fails once
    opened = home.begin(place.home, log, NOW, SCENARIO)
    clock = Clock(NOW, stop_after=NOW + timedelta(minutes=1))
    feeder = Feeder(place.home, Failing(log), opened, clock)
    with pytest.raises(OSError, match="once"):
        feeder.run(clock)
    # when it is run again, then nothing is missing and nothing is there twice
    feeder.run(clock)
    told = opened.marker.told
    reached = moment(
        datetime.fromisoformat(json.loads((place.home / home.MARKER).read_text())["until"])
    )
    assert sorted(raw(log)) == sorted(demo.Coming(told).take(reached).texts)


def test_history_and_showing_stay_the_same_from_one_start_to_the_next() -> None:
    told = demo.told(SCENARIO, moment(NOW))
    once, again = demo.Coming(told), demo.Coming(replace(told))
    first = [line for hour in (5, 7, 30) for line in once.take(told.start + hour * HOUR).texts]
    assert first == again.take(told.start + 30 * HOUR).texts


def test_a_browser_needs_a_screen_on_linux_only() -> None:
    assert not has_screen("linux", {})
    assert has_screen("linux", {"DISPLAY": ":0"})
    assert has_screen("darwin", {})


class Clock(Flag):
    """A clock that goes on only while somebody waits; also the flag that ends the wait."""

    def __init__(self, now: datetime, stop_after: datetime) -> None:
        super().__init__()
        self.now, self.stop_after = now, stop_after

    def __call__(self) -> datetime:
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        self.now += timedelta(seconds=timeout or 0)
        if self.now >= self.stop_after:
            self.set()
        return self.is_set()


class Watched:
    """A log; when something came, when the latest of it was recorded, how much there was."""

    def __init__(self, log: SqliteLog, clock: Clock) -> None:
        self.partitions, self._log, self._clock = log.partitions, log, clock
        self.latest: list[tuple[int, int]] = []
        self.sizes: list[int] = [0]

    def append(self, pieces: list[Piece]) -> None:
        lines = [line for piece in pieces for line in piece.body.splitlines()]
        damaged = {each.index for each in check_lines(lines)}
        told = [json.loads(line) for row, line in enumerate(lines) if row not in damaged]
        times = [moment(datetime.fromisoformat(event["recordedtime"])) for event in told]
        self.latest.append((moment(self._clock.now), max(times, default=0)))
        self.sizes.append(self.sizes[-1] + len(lines))
        self._log.append(pieces)


class Failing:
    """A log whose third append fails."""

    def __init__(self, log: SqliteLog) -> None:
        self.partitions, self._log, self._left = log.partitions, log, 3

    def append(self, pieces: list[Piece]) -> None:
        self._left -= 1
        if self._left == 0:
            raise OSError("once")
        self._log.append(pieces)


def raw(log: SqliteLog) -> list[bytes]:
    batches = [batch for part in log.heads() for batch in log.read(part, -1, events=10_000_000)]
    batches.sort(key=lambda batch: batch.first)
    return [line for batch in batches for line in batch.body.splitlines()]


def events(log: SqliteLog) -> list[dict[str, Any]]:
    """Return the events of `log` that are not damaged, in order of appending."""
    lines = raw(log)
    damaged = {each.index for each in check_lines(lines)}
    return [json.loads(line) for row, line in enumerate(lines) if row not in damaged]
