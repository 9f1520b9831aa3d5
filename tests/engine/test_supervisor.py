# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workers are kept alive, tell how they are, and stop together."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from sightline import jobs, supervisor
from sightline.jobs import Job
from sightline.supervisor import Periodic, Steady, Supervisor, end_process

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def no_jobs() -> Iterator[None]:
    jobs.forget()
    yield
    jobs.forget()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_S", 0.04)


def until(claim: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.005)


def wait(stop: Event) -> None:
    stop.wait()


def told(name: str) -> Job:
    (found,) = [job for job in jobs.known() if job.name == name]
    return found


@pytest.mark.usefixtures("short_pauses")
def test_a_worker_that_fails_starts_again_and_says_why_it_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a worker that fails twice, then works until it is told to stop
    tries = 0

    def work(stop: Event) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError(f"try {tries}\nof many")
        stop.wait()

    crew = Supervisor([Steady("stream", work)], clock=lambda: NOON)
    # when it is started
    crew.start()
    until(lambda: tries == 3 and told("stream").state == "running")
    # then it works, and the reason of the last failure can still be read
    job = told("stream")
    assert (job.runs, job.last_error, job.failed_at) == (2, "ValueError: try 2", NOON)
    assert caplog.messages[0] == "stream failed; it starts again in 0 s"
    assert caplog.records[0].levelno == logging.ERROR
    assert crew.stop(patience_s=PATIENCE_S) == []


@pytest.mark.usefixtures("short_pauses")
def test_pauses_grow_up_to_a_bound_and_begin_anew_after_a_good_run(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a worker whose fifth run is a long one by the clock, and which always fails
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 1.0)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_S", 4.0)
    monkeypatch.setattr(supervisor, "Event", _Hasty)
    now, tries = NOON, 0

    def work(stop: Event) -> None:
        nonlocal now, tries
        tries += 1
        now += timedelta(seconds=60 if tries == 5 else 1)
        if tries == 7:
            stop.set()
        raise OSError

    crew = Supervisor([Steady("stream", work)], clock=lambda: now)
    crew.start()
    until(lambda: tries == 7)
    assert crew.stop(patience_s=PATIENCE_S) == []
    # then it waited twice as long after each failure, never longer than the bound
    pauses = [message.split()[-2] for message in caplog.messages]
    assert pauses == ["1", "2", "4", "4", "1", "2", "4"]


class _Hasty(Event):
    """Waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return self.is_set()


def test_a_periodic_worker_takes_turns_until_it_is_stopped() -> None:
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1

    crew = Supervisor([Periodic("rules", turn, 0.001, clock=lambda: NOON)])
    crew.start()
    until(lambda: turns >= 3)
    assert crew.stop(patience_s=PATIENCE_S) == []
    assert (told("rules").state, told("rules").last_ok) == ("idle", NOON)
    assert told("rules").runs == turns


@pytest.mark.usefixtures("short_pauses")
def test_one_that_fails_leaves_the_others_alone() -> None:
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1

    def fail(_: Event) -> None:
        raise RuntimeError

    crew = Supervisor([Steady("stream", fail), Periodic("rules", turn, 0.001)])
    crew.start()
    until(lambda: turns >= 20 and told("stream").runs >= 3)
    assert crew.stop(patience_s=PATIENCE_S) == []


def test_those_that_are_still_busy_are_named() -> None:
    # given one worker that obeys and one that does not hear
    release = Event()
    crew = Supervisor([Steady("deaf", lambda _: until(release.is_set)), Steady("good", wait)])
    crew.start()
    until(lambda: len(jobs.known()) == 2)
    # when both are told to stop
    began = time.monotonic()
    busy = crew.stop(patience_s=0.2)
    # then the wait is bounded and the busy one is named
    assert busy == ["deaf"]
    assert time.monotonic() - began < PATIENCE_S / 2
    release.set()
    assert crew.stop(patience_s=PATIENCE_S) == []


def test_a_crew_that_never_started_stops_at_once() -> None:
    assert Supervisor([Steady("stream", wait)]).stop(patience_s=0) == []


def test_a_process_without_busy_workers_ends_as_every_other() -> None:
    with pytest.raises(SystemExit, match="143"):
        end_process(143, busy=[])
