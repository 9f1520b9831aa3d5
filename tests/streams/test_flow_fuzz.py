# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever lies in the log, the flow goes on: accepted + duplicates + dead letters = sent."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.events.catalogue import TYPES
from sightline.events.examples import example
from streams.flows import steps
from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.demand.frontier import FrontierState
from streams.logic.demand.location import LocationState
from streams.logic.demand.sums import sum_demand
from streams.logic.facts import facts
from streams.logic.intake import IntakeState
from streams.logic.late import SEVEN_DAYS
from streams.logic.positions import PartitionState

AT_MS = 1_790_000_000_000
LINES = [json.dumps(example(kind)).encode() for kind in TYPES.values()]
ODD = (
    None, True, False, 0, -1, 2**63, -(2**63) - 1, 1e308, "", " ", "\x00", "é\u202e", "NaN",
    "1e400", "-0", "0." + "0" * 30 + "1", "9" * 18, "9" * 40, [], {}, [[]], [{}], {"a": {}},
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
    "2026-02-30T00:00:00Z", "2026-03-02T06:00:00+23:59", "1969-12-31T23:59:59Z", "yesterday",
    "EA", "KG", "no unit", "x" * 5000, "\ud83d", "inventory.reversed", "erp://a",
)  # fmt: skip


class Flow:
    """Every step of the dataflow for one partition, without engine and store."""

    def __init__(self) -> None:
        self.intake, self.tracked = IntakeState(0, 1), PartitionState(0, 1)
        self.frontier = FrontierState.of(1)
        self.places: dict[str, LocationState] = {}
        self.row = 0
        self.accepted = self.letters = self.released = 0

    def take(self, lines: list[bytes]) -> None:
        """Pass one batch of the log through."""
        self.row += 1
        body = b"".join(line + b"\n" for line in lines)
        raw = Raw("ndjson", len(lines), body, self.row << 16, AT_MS, self.row)
        fresh = steps.take_in(
            self.intake, [decode(Chunk(0, [raw], self.row))], limits=SEVEN_DAYS
        )
        for each in fresh:
            self.letters += len(each.letters)
            self.accepted += len(each.table)
            self.released += len(each.counted.get("released", ()))
            facts(each, gen=1)
        steps.track_positions(self.tracked, fresh, told={})
        for news in steps.align(self.frontier, [sum_demand(each) for each in fresh]):
            place = self.places.setdefault(news.key, LocationState.of(news))
            steps.sense_demand(place, [news])

    @property
    def accounted(self) -> int:
        """Return what became of all that was sent; a released letter is accepted after all."""
        repeated = sum(feed.duplicates for feed in self.intake.tally.feeds.values())
        return self.accepted + repeated + self.letters - self.released


def flips(chance: Random, line: bytes) -> bytes:
    """Change, drop or add a few bytes."""
    found = bytearray(line)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) + 1)
        found[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 2))
    return bytes(found)


def crossed(chance: Random, line: bytes) -> bytes:
    """Go on with another line somewhere in the middle."""
    other = chance.choice(LINES)
    return line[: chance.randrange(len(line))] + other[chance.randrange(len(other)) :]


def odd_value(chance: Random, line: bytes) -> bytes:
    """Put something odd in the place of one value, somewhere in the event."""
    event = json.loads(line)
    places = list(_places(event))
    holder, key = chance.choice(places)
    holder[key] = chance.choice(ODD)
    return json.dumps(event).encode()


def new_id(chance: Random, line: bytes) -> bytes:
    """Leave the event sound, under an id of its own."""
    event = json.loads(line)
    return json.dumps(event | {"id": f"n{chance.randrange(10**9)}"}).encode()


MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    flips, crossed, odd_value, odd_value, new_id, new_id,
)  # fmt: skip


def mutated(chance: Random, count: int) -> list[bytes]:
    """Return `count` lines, hardly one of them sound."""
    lines = [chance.choice(MUTATIONS)(chance, chance.choice(LINES)) for _ in range(count)]
    return [line.replace(b"\n", b" ") for line in lines]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def through(sent: int, *, seed: int, at_a_time: int) -> Flow:
    chance, flow = Random(seed), Flow()  # noqa: S311 - repeatable
    for _ in range(sent // at_a_time):
        flow.take(mutated(chance, at_a_time))
    return flow


def test_three_thousand_mutated_events_are_all_accounted_for() -> None:
    flow = through(3_000, seed=1, at_a_time=500)
    assert flow.accounted == 3_000
    assert min(flow.accepted, flow.letters) > 100


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=80) | st.sampled_from(LINES), min_size=1, max_size=12))
def test_any_bytes_are_accounted_for(lines: list[bytes]) -> None:
    flow = Flow()
    flow.take([line.replace(b"\n", b" ") for line in lines])
    assert flow.accounted == len(lines)


@pytest.mark.slow
def test_a_million_mutated_events_are_all_accounted_for() -> None:
    # fifty logs: all examples are of one moment at one place, where nothing is ever settled
    for seed in range(50):
        assert through(20_000, seed=seed, at_a_time=2_000).accounted == 20_000, seed
