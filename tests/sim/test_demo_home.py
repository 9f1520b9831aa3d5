# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo fills an empty home, goes on with its own, and leaves others alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import pytest

from sightline.commands.demo import has_screen
from sightline.errors import SettingsError
from sightline.events import publish
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.sim import home
from sightline.sim.demo import Demo
from sightline.sim.feeder import Feeder

START = datetime(2026, 3, 30, 9, 15, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def log(place: Settings) -> SqliteLog:
    place.home.mkdir()
    return open_log(place)


def test_an_empty_home_gets_the_whole_history(place: Settings, log: SqliteLog) -> None:
    opening = home.begin(place.home, log, START)
    assert _events(log) == opening.logged == len(Demo(home.SEED, START).history())
    log.close()


def test_a_home_with_other_data_is_refused_with_a_way_out(
    place: Settings, log: SqliteLog
) -> None:
    # given a home that holds an event of somebody else
    event = Demo(1, START).history()[0]
    log.append(publish.to_piece([event], log.partitions))
    # when a demo is asked for, then it says what to do and adds nothing
    with pytest.raises(SettingsError, match=r"SIGHTLINE_HOME=\.demo sightline demo"):
        home.begin(place.home, log, START)
    assert _events(log) == 1
    log.close()


def test_a_demo_that_was_away_logs_only_what_it_missed(place: Settings, log: SqliteLog) -> None:
    # given a demo that was started, stopped and started again the next day
    first = home.begin(place.home, log, START)
    later = START + timedelta(days=1)
    second = home.begin(place.home, log, later)
    # then the day between is there once, and a third start at once adds nothing
    assert 50 < second.logged < 1000
    third = home.begin(place.home, log, later)
    assert third.logged == 0
    assert _events(log) == first.logged + second.logged
    assert third.marker.showings == 3
    log.close()


def test_a_demo_killed_before_its_history_was_logged_begins_again(
    place: Settings, log: SqliteLog
) -> None:
    home.write(place.home, home.Marker(home.SEED, START, START, 1))
    opening = home.begin(place.home, log, START + timedelta(hours=2))
    assert opening.marker.start == START + timedelta(hours=2)
    assert opening.logged > 5_000
    log.close()


def test_a_damaged_marker_is_named(place: Settings, log: SqliteLog) -> None:
    (place.home / home.MARKER).write_text("{}")
    with pytest.raises(SettingsError, match="Remove the folder"):
        home.begin(place.home, log, START)
    log.close()


def test_the_feeder_logs_each_event_when_it_is_due(place: Settings, log: SqliteLog) -> None:
    # given a showing, watched with a clock that is an hour ahead for fifteen events
    opening = home.begin(place.home, log, START)
    stop = Flag()
    ticks = iter([START + timedelta(hours=1)] * 15)

    def clock() -> datetime:
        try:
            return next(ticks)
        except StopIteration:
            stop.set()
            return START

    # when it is run until the clock ends
    Feeder(place.home, log, opening, clock).run(stop)
    # then what was due is in the log, and the marker says how far
    assert _events(log) == opening.logged + 15
    assert home.begin(place.home, log, START + timedelta(hours=1)).marker.showings == 2
    log.close()


def test_a_browser_needs_a_screen_on_linux_only() -> None:
    assert not has_screen("linux", {})
    assert has_screen("linux", {"DISPLAY": ":0"})
    assert has_screen("darwin", {})


def _events(log: SqliteLog) -> int:
    return sum(part.events for part in log.stat())
