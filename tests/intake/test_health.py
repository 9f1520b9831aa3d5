# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ready means: the store answers, the log can be read and written, the stream is at work."""

import time
from collections.abc import Callable

import pytest

from sightline import jobs
from sightline.clock import wall_clock
from sightline.errors import StoreError
from sightline.intake import health
from sightline.intake.intake import Intake
from sightline.settings import Settings
from sightline.store import Store
from tests.intake.conftest import BATCH, Site, event, serving, wire
from tests.up.served import free_port

TOKEN = "correct-horse-battery"  # noqa: S105 - not a secret
ALL_WELL = {"store": "ok", "log": "ok", "stream": "ok"}
Open = Callable[..., Site]


@pytest.fixture(autouse=True)
def _ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_S", 0.0)


def test_it_is_ready_when_everything_is(site: Site) -> None:
    jobs.started("stream")
    answer = site.ask("GET", "/healthz")
    assert answer.status == 200
    assert answer.json == {"status": "ok", "checks": ALL_WELL}


def test_a_stream_that_has_not_begun_or_has_failed_is_told(site: Site) -> None:
    answer = site.ask("GET", "/healthz")
    assert answer.status == 503
    assert "not started yet" in answer.json["checks"]["stream"]
    jobs.started("stream")
    jobs.failed("stream", wall_clock(), "StoreError: the disk is full\nmore")
    answer = site.ask("GET", "/healthz")
    assert answer.status == 503
    assert answer.json["checks"] == ALL_WELL | {
        "stream": "The stream is failed: StoreError: the disk is full"
    }


def test_a_log_that_was_taken_away_is_told(site: Site) -> None:
    jobs.started("stream")
    site.log.path.rename(site.log.path.with_suffix(".away"))
    answer = site.ask("GET", "/healthz")
    assert answer.status == 503
    assert "cannot be written" in answer.json["checks"]["log"]


def test_a_disk_with_no_room_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.started("stream")
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    assert "Free some space" in site.ask("GET", "/healthz").json["checks"]["log"]


def test_a_store_that_does_not_answer_is_told(site: Site, opened: Open) -> None:
    del opened
    jobs.started("stream")
    closed = Store(Settings(store="chdb://memory"))
    closed.close()
    with pytest.raises(StoreError):
        closed.read_arrow("stream_progress", gen=1)
    intake = Intake.of(site.settings, site.log, closed, token="")
    port = free_port()
    with serving(intake, port):
        there = Site(
            type(site.settings)(home=site.settings.home, port=port), site.log, closed, intake
        )
        answer = there.ask("GET", "/healthz")
        assert answer.status == 503
        assert answer.json["checks"]["store"] != "ok"
        # events are taken all the same: the log is what they need
        assert there.send(wire([event()]), BATCH).status == 202
        assert "sightline_store_up 0.0" in there.ask("GET", "/metrics").body.decode()


def test_strangers_learn_that_something_is_wrong_and_not_what(opened: Open) -> None:
    site = opened(token=TOKEN)
    stranger = site.ask("GET", "/healthz")
    assert stranger.status == 503
    assert stranger.json["checks"]["stream"] == "failed"
    friend = site.ask("GET", "/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "not started yet" in friend.json["checks"]["stream"]


def test_asking_often_costs_one_look(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_S", 60.0)
    jobs.started("stream")
    assert site.ask("GET", "/healthz").status == 200
    jobs.failed("stream", wall_clock(), "no")
    began = time.perf_counter()
    assert {site.ask("GET", "/healthz").status for _ in range(50)} == {200}
    assert time.perf_counter() - began < 5
