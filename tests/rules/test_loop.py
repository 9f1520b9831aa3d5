# SPDX-License-Identifier: AGPL-3.0-or-later
"""One turn: judge, pump, deliver; and the time by which a turn judges."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sightline.desk import SOURCE
from sightline.events.decode import decode_lines
from sightline.log import Piece, open_log
from sightline.log.sqlite import SqliteLog
from sightline.rules.judgement import Outcome
from sightline.rules.loop import Tick, tick
from sightline.rules.standing import PROMPT, business_time
from sightline.settings import Settings

HOUR = timedelta(hours=1)


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    log = open_log(settings)
    yield log
    log.close()


@pytest.fixture
def live(world: Any) -> Any:
    """A source that was heard just now, and a shortage of five."""
    world.feed(world.now)
    world.position()
    world.line("1", outstanding=5)
    return world


def turn(world: Any, log: SqliteLog, settings: Settings, now: datetime | None = None) -> Tick:
    return tick(world.store, world.desk, log, settings, lambda: now or world.now)


def lines(log: SqliteLog) -> list[bytes]:
    batches = [b for part in log.heads() for b in log.read(part, -1, events=1000)]
    return [line for batch in batches for line in batch.body.splitlines()]


def test_a_turn_opens_tells_the_log_and_tries_the_webhooks(
    live: Any, log: SqliteLog, settings: Settings
) -> None:
    # given a webhook that nobody answers
    told = replace(settings, webhooks="ops=slack:http://127.0.0.1:9/x")
    # when two turns pass
    first, second = turn(live, log, told), turn(live, log, told)
    # then all happened in the first, and nothing in the second
    assert (first.outcome, first.appended) == (Outcome(opened=1, posted=1), 1)
    assert first.deliveries.postponed == 1
    assert second.is_idle


def test_the_stream_understands_what_a_turn_appends(
    live: Any, log: SqliteLog, settings: Settings
) -> None:
    # given an exception with names as long as they may be, that opened, grew and ended
    live.position(item="i" * 256, loc="l" * 256)
    live.line("2", item="i" * 256, loc="l" * 256, outstanding=1)
    turn(live, log, settings)
    live.line("3", outstanding=1)
    turn(live, log, settings)
    live.position(available=50)
    turn(live, log, settings)
    # when the stream decodes them
    decoded = decode_lines(lines(log), ingest_ms=0)
    # then all of them are events of ours, about the item
    assert decoded.refused == []
    assert set(decoded.table["source"].to_pylist()) == {SOURCE}
    kinds = sorted(name.split(".")[3] for name in decoded.table["type"].to_pylist())
    assert kinds == ["changed", "opened", "opened", "resolved"]
    assert set(decoded.table["item"].to_pylist()) == {"A100", "i" * 256}


def test_events_sent_twice_after_a_crash_are_the_same_events(
    live: Any, log: SqliteLog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a crash between the append and the note of it
    with monkeypatch.context() as patch:
        patch.setattr("sightline.desk.Desk.mark_appended", crash)
        with pytest.raises(RuntimeError):
            turn(live, log, settings)
    # when the next turn pumps again
    turn(live, log, settings)
    # then the log has the same line twice: the stream drops the second
    first, second = lines(log)
    assert first == second


def crash(*_: object, **__: object) -> None:
    raise RuntimeError


def test_our_own_events_do_not_open_anything(
    live: Any, log: SqliteLog, settings: Settings
) -> None:
    # given an exception, whose event the stream has read
    turn(live, log, settings)
    live.feed(live.now, source=SOURCE)
    # when further turns pass
    again = turn(live, log, settings, live.now + HOUR)
    # then
    assert again.is_idle


def test_before_the_first_event_nothing_is_judged(
    world: Any, log: SqliteLog, settings: Settings
) -> None:
    world.feed(world.now, source=SOURCE)
    world.position()
    world.line("1", outstanding=5)
    assert turn(world, log, settings).is_idle


def test_a_live_system_judges_by_the_clock(world: Any) -> None:
    world.feed(world.now - 23 * HOUR)
    world.feed(world.now - 99 * HOUR, source="erp://slow")
    assert business_time(world.store, world.desk, now=world.now) == world.now


def test_a_replay_judges_by_the_watermark(world: Any) -> None:
    world.feed(world.now - 9000 * HOUR)
    world.feed(world.now, source=SOURCE)
    found = business_time(world.store, world.desk, now=world.now)
    assert found == world.now - 9000 * HOUR


def test_time_does_not_run_backwards_when_a_live_system_falls_silent(
    live: Any, log: SqliteLog, settings: Settings
) -> None:
    # given a turn at noon
    turn(live, log, settings)
    # when nothing is heard for two days
    later = live.now + 48 * HOUR
    # then what was due at noon is still due
    assert business_time(live.store, live.desk, now=later) == live.now


def test_nothing_is_judged_while_the_stream_catches_up(
    live: Any, log: SqliteLog, settings: Settings
) -> None:
    # given a batch in the log that the stream has not read
    log.append([Piece(0, "ndjson", 1, b"{}\n")])
    at = datetime.fromtimestamp(log.read(0, -1, events=1)[0].at_ms / 1000, live.now.tzinfo)
    live.feed(at)
    # when turns pass a moment and a minute after it came
    late = turn(live, log, settings, at + 2 * PROMPT)
    soon = turn(live, log, settings, at + PROMPT / 2)
    # then a stream that has had no time yet is no reason to wait
    assert (late.outcome.opened, soon.outcome.opened) == (0, 1)
