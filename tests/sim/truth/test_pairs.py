# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same world twice, with and without something going wrong: what differs, and what not."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import msgspec
import pytest

from sightline.sim.inject.catalogue import WHERE
from tests.oracles.batch import micros
from tests.sim.truth.effects import EFFECTS
from tests.sim.truth.played import Played, play, tiny
from tests.sim.truth.reaches import REACH, Data, Scopes

QUICK = "X3"  # stands for all where time is short
LUCK: Final = (
    ("demand.line_placed", "demand.line_promised", "order_line"),
    ("inventory.shipment", "inventory.returned", "order_line"),
    ("supply.po_released", "supply.po_acknowledged", "po"),
)
LATE = {"X1", "X17"}  # suppliers that serve an order otherwise than usual


@dataclass(frozen=True)
class Event:
    """What tells one event from another."""

    type: str
    at: int
    data: Data


@dataclass(frozen=True)
class Pair:
    """Both worlds, the labels of the one in which something went wrong, and KPIs of both."""

    code: str
    without: set[bytes]
    within: set[bytes]
    labels: list[dict[str, Any]]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def scopes(self) -> Scopes:
        """Return what the labels say that they touch."""
        return [label["scope"] for label in self.labels]

    @property
    def start(self) -> int:
        """Return when the first label begins, µs."""
        return min(micros(label["t_start"]) for label in self.labels)

    @cached_property
    def differing(self) -> list[Event]:
        """Return the events that are in one of the worlds only, in order of time."""
        events = [_event(line) for line in self.without ^ self.within]
        return sorted(events, key=lambda event: event.at)


def _id(line: bytes) -> str:
    return line.split(b'"id":"', 1)[1][:36].decode()


def _event(line: bytes) -> Event:
    cloud = msgspec.json.decode(line)
    kind = cloud["type"].removeprefix("io.sightline.").removesuffix(".v1")
    return Event(kind, micros(cloud["time"]), cloud["data"])


@pytest.fixture(scope="module")
def pair(
    request: pytest.FixtureRequest, null: Played, tmp_path_factory: pytest.TempPathFactory
) -> Pair:
    """Give the null world beside the same one with the injector asked for."""
    folder = tmp_path_factory.mktemp(request.param)
    hit = play(tiny(1, request.param), folder, is_delivered=False)
    lines_of_labels = (folder / "labels.jsonl").read_bytes().splitlines()
    labels = [msgspec.json.decode(line) for line in lines_of_labels]
    lines = set(null.recorded), set(hit.recorded)
    return Pair(request.param, *lines, labels, null.kpis, hit.kpis)


every_injector = pytest.mark.parametrize(
    "pair",
    [pytest.param(code, marks=[] if code == QUICK else [pytest.mark.slow]) for code in WHERE],
    indirect=True,
)


def test_the_tables_have_every_injector() -> None:
    assert {*REACH} == {*EFFECTS} == {*WHERE}


@every_injector
def test_only_what_an_injector_reaches_differs(pair: Pair) -> None:
    reach, differing = REACH[pair.code], pair.differing
    # given that something differs at all
    assert differing
    # then only types that the injector reaches do
    assert {event.type for event in differing} <= reach.types
    # and what it does itself stays in the scope of its labels
    strays = [
        event
        for event in differing
        if event.type in reach.causes and not reach.causes[event.type](event.data, pair.scopes)
    ]
    assert strays == []


@every_injector
def test_nothing_differs_before_an_injector_strikes(pair: Pair) -> None:
    reach, first = REACH[pair.code], pair.differing[0]
    assert first.type in reach.first
    assert reach.fits(first.data, pair.scopes)
    assert reach.is_early or first.at >= pair.start


@every_injector
def test_an_injector_does_to_the_kpis_what_its_labels_say(pair: Pair) -> None:
    done = [check(pair.before, pair.after, pair.labels) for check in EFFECTS[pair.code]]
    assert all(done), done


@every_injector
def test_labels_name_the_events_that_show_what_was_done(pair: Pair) -> None:
    moments = {_id(line): line for line in pair.within}
    for label in pair.labels:
        if label["label_id"] == "X7b/demand":  # a whole region's, of which no line is apart
            continue
        # given the events of a label
        times = [_event(moments[each]).at for each in label["event_ids"]]
        # then the first of them is when it can be seen, and not before it began
        assert times, label["label_id"]
        seen = micros(label["t_first_detectable"])
        assert min(times) == seen or (pair.code == "X1" and min(times) > seen)  # silence
        assert micros(label["t_start"]) <= seen, label["label_id"]
        assert label["t_start"] <= label["t_end"]


@every_injector
def test_the_same_thing_in_the_same_situation_has_the_same_luck(pair: Pair) -> None:
    """Draws belong to things: what happened before a thing is the same, so is what follows."""
    without = [_event(line) for line in pair.without - pair.within]
    within = [_event(line) for line in pair.within - pair.without]
    for cause, effect, name in LUCK:
        if effect == "supply.po_acknowledged" and pair.code in LATE:
            continue
        # given things whose effects come at other moments, if any
        moved = _moments(without, effect, name) ^ _moments(within, effect, name)
        # then their causes differ too
        touched = {event.data[name] for event in without + within if event.type == cause}
        assert {thing for thing, _ in moved} <= touched, (cause, effect)


def test_there_is_luck_to_compare(null: Played) -> None:
    for _, effect, _ in LUCK:
        assert len(null.of(effect)) > 100


def _moments(events: list[Event], effect: str, name: str) -> set[tuple[str, int]]:
    """Return things with the moments of their effects; of promises the first ones."""
    return {
        (event.data[name], event.at)
        for event in events
        if event.type == effect and event.data.get("promise_no", 1) == 1
    }
