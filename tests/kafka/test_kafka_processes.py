# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four months through a topic: as through the embedded log, by one process, two, and killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sightline.events.routing import part_of_line
from sightline.log import Piece
from sightline.log.sqlite import SqliteLog
from streams.io.frontier_topic import SUFFIX
from tests.faults import dump, months
from tests.kafka.conftest import Broker

EVENTS, CUT, PARTITIONS, KILLS = 3_000, 250, 8, 4
BEGAN_MS = 1_780_000_000_000
SEED = 20_260_302
WHERE = {"off", "gen", "ver", "revision"}  # a row of the embedded log, or a message's offset
ASIDE = frozenset({"v_generations", "v_events"})  # which topic it was; what events has as well
MERGED = ASIDE | {"v_feeds", "v_objects"}  # rows of several partitions
NEVER_S = 120.0

Tables = dict[str, list[dict[str, Any]]]


@dataclass
class World:
    """The same lines, in the same order in each partition, in a topic and in a file."""

    broker: Broker
    url: str
    folder: Path
    sent: list[bytes] = field(default_factory=list)
    quiet_s: float = 0.0  # how long a run takes that nobody interrupts

    def begin(self, home: str, *words: str, log: str = "") -> "subprocess.Popen[str]":
        """Start ``sightline`` in `home`."""
        environ = {
            **os.environ,
            "SIGHTLINE_HOME": str(self.folder / home),
            "SIGHTLINE_LOG": log or self.url,
        }
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", "from sightline.cli import main; main()", *words],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, home: str, *words: str, log: str = "") -> None:
        """Run ``sightline stream --until-idle`` in `home` to its end."""
        with self.begin(home, "stream", "--until-idle", *words, log=log) as process:
            assert ended(process) == 0

    def tables(self, *homes: str) -> Tables:
        """Return the rows of all `homes` together, without where in the log they came from."""
        found: Tables = {}
        for home in homes:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, dump.__file__, str(self.folder / home)],
                capture_output=True,
                check=True,
            )
            for name, rows in json.loads(done.stdout).items():
                found.setdefault(name, []).extend(_placeless(rows))
        return {name: sorted(rows, key=_text) for name, rows in found.items()}


@pytest.fixture(scope="module")
def world(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the lines in a topic and in an embedded log, an append a second."""
    folder = tmp_path_factory.mktemp("kafka")
    topic = broker.topic(PARTITIONS)
    broker.say(f"topic {topic}{SUFFIX} 1")  # the mock cluster lets no client make one
    made = World(broker, broker.url(topic), folder)
    made.sent = months.lines(months.business(EVENTS, seed=SEED), seed=SEED)
    now_ms = [BEGAN_MS]
    (folder / "embedded").mkdir()
    log = SqliteLog(
        folder / "embedded" / "log.db",
        partitions=PARTITIONS,
        clock=lambda: datetime.fromtimestamp(now_ms[0] / 1000, UTC),
    )
    for at in range(0, len(made.sent), CUT):
        some = made.sent[at : at + CUT]
        parts = [part_of_line(line, PARTITIONS) for line in some]
        log.append(_pieces(some, parts))
        broker.send(
            topic, [(part, line, now_ms[0]) for part, line in zip(parts, some, strict=True)]
        )
        now_ms[0] += 1_000
    log.close()
    return made


@pytest.fixture(scope="module")
def alone(world: World) -> Tables:
    """Give what one process makes of the topic."""
    began = time.monotonic()
    world.run("alone")
    world.quiet_s = time.monotonic() - began
    return world.tables("alone")


@pytest.mark.slow
def test_a_topic_gives_the_tables_that_the_embedded_log_gives(
    world: World, alone: Tables
) -> None:
    world.run("embedded", log=f"sqlite:///{world.folder}/embedded/log.db")
    assert_same(alone, world.tables("embedded"))
    accepted, letters = len(alone["events"]), len(alone["dlq"])
    repeats = sum(int(row["duplicates"]) for row in alone["v_progress"])
    assert accepted + repeats + letters == len(world.sent)
    assert len(alone["v_demand"]) > 100
    assert len(alone["v_anomalies"]) > 0


@pytest.mark.slow
def test_two_processes_hold_together_what_one_makes(world: World, alone: Tables) -> None:
    # given two processes with half of the partitions each, the first run again in the end
    world.run("a", "--partitions", "0-3")
    world.run("b", "--partitions", "4-7")
    world.run("a", "--partitions", "0-3")
    # then their tables add up to those of one, days of demand and their verdicts included
    assert_same(world.tables("a", "b"), alone, but=MERGED)
    first, second = world.tables("a"), world.tables("b")
    assert first["v_demand"]
    assert second["v_demand"]
    # and no position is in both
    mine, theirs = ({row["item"] for row in each["v_positions"]} for each in (first, second))
    assert not mine & theirs


@pytest.mark.slow
def test_two_live_processes_that_run_at_once_agree_as_well(world: World, alone: Tables) -> None:
    # given two processes that run side by side
    running = [
        world.begin(home, "stream", "--partitions", share)
        for home, share in (("live-a", "0-3"), ("live-b", "4-7"))
    ]
    for each in running:
        assert each.stderr
        assert "streaming" in each.stderr.readline()
    time.sleep(8)
    for each in running:
        each.send_signal(signal.SIGTERM)
    for each in running:
        assert ended(each) == 0
    # when they are stopped and what is left is read
    world.run("live-a", "--partitions", "0-3")
    world.run("live-b", "--partitions", "4-7")
    world.run("live-a", "--partitions", "0-3")
    # then all is there once
    assert_same(world.tables("live-a", "live-b"), alone, but=MERGED)


@pytest.mark.faults
def test_kills_leave_the_same_tables_as_none(world: World, alone: Tables) -> None:
    chance, kills = Random(SEED), 0  # noqa: S311 - repeatable
    while kills < KILLS:
        with world.begin("killed", "stream", "--until-idle") as process:
            try:
                process.wait(chance.uniform(0.4, 0.95) * world.quiet_s)
            except subprocess.TimeoutExpired:
                process.kill()
        if process.returncode == 0:  # it was done before: begin again, with the tables kept
            shutil.rmtree(world.folder / "killed" / "state")
        kills += process.returncode == -signal.SIGKILL
    world.run("killed")
    assert_same(world.tables("killed"), alone)


@pytest.mark.faults
def test_one_of_two_that_is_killed_tells_the_other_again_what_it_had_told(
    world: World, alone: Tables
) -> None:
    chance = Random(SEED)  # noqa: S311 - repeatable
    for _ in range(3):
        with world.begin("dying", "stream", "--until-idle", "--partitions", "0-3") as process:
            try:
                process.wait(chance.uniform(0.4, 0.95) * world.quiet_s)
            except subprocess.TimeoutExpired:
                process.kill()
    world.run("living", "--partitions", "4-7")
    world.run("dying", "--partitions", "0-3")
    world.run("living", "--partitions", "4-7")
    assert_same(world.tables("dying", "living"), alone, but=MERGED)


@pytest.mark.faults
def test_a_broker_that_goes_away_is_waited_for(world: World, alone: Tables) -> None:
    # given a stream that runs, and a broker that is away for ten seconds just as it begins
    with world.begin("waiting", "stream") as process:
        assert process.stderr
        assert "streaming" in process.stderr.readline()
        world.broker.say("down")
        time.sleep(10)
        world.broker.say("up")
        time.sleep(10)
        assert process.poll() is None
        process.terminate()
        assert ended(process) == 0
    # then nothing is lost and nothing doubled
    world.run("waiting")
    assert_same(world.tables("waiting"), alone)


def ended(process: "subprocess.Popen[str]") -> int:
    """Wait for the end; what it had to say about a failure is shown."""
    _, said = process.communicate(timeout=NEVER_S)
    if process.returncode:
        print(said)  # noqa: T201 - pytest shows it when the test fails
    return process.returncode


def assert_same(found: Tables, expected: Tables, *, but: frozenset[str] = ASIDE) -> None:
    names = expected.keys() - but
    assert {n: len(found[n]) for n in names} == {n: len(expected[n]) for n in names}
    for name in sorted(names):
        wrong = [
            pair for pair in zip(found[name], expected[name], strict=True) if _differ(*pair)
        ]
        assert not wrong, (name, len(wrong), _differ(*wrong[0]))


def _differ(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = one.keys() | other.keys()
    return {n: (one.get(n), other.get(n)) for n in names if one.get(n) != other.get(n)}


def _pieces(lines: Sequence[bytes], parts: Sequence[int]) -> list[Piece]:
    cut: dict[int, list[bytes]] = {}
    for line, part in zip(lines, parts, strict=True):
        cut.setdefault(part, []).append(line)
    return [
        Piece(part, "ndjson", len(some), b"\n".join(some) + b"\n")
        for part, some in sorted(cut.items())
    ]


def _placeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in WHERE} for row in rows]


def _text(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)
