# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product reads every event of the office, and nothing of it is unknown to it."""

import json
from typing import Any

import pytest

from sightline.events.decode import decode_lines
from sightline.sim.engine.moments import HOUR, SECOND
from sightline.sim.inject.injector import Injector, Outage
from sightline.sim.office.calls import Calls
from sightline.sim.systems.recorder import Recorder
from tests.sim.office.office_life import Lived, busy, office


class CutOff(Injector):
    """A warehouse is cut off for half a day."""

    def __init__(self, start: int) -> None:
        self._outage = Outage("wms://DC2", start + 30 * HOUR, start + 42 * HOUR)

    def outages(self) -> list[Outage]:
        return [self._outage]


@pytest.fixture(scope="module")
def lived() -> Lived:
    world = office(21, codes=("X8",), hooks=[CutOff(office(1).run.start)])
    world.parts.append(Calls(world))
    for nth in range(80):
        world.agenda.at(world.run.start + nth * 4 * HOUR, f"test/{nth}", _trouble(world, nth))
    return busy(world, 150)


def _trouble(world: Any, nth: int) -> Any:
    severity = ("low", "medium", "high", "critical")[nth % 4]
    return lambda at: world.exceptions.open(
        at + SECOND, "stock_out", severity, f"k{nth // 3}",
        region=nth % 6, item=nth % 9 - 1, place=nth % 3, money=1_234 * (nth % 5),
    )  # fmt: skip


@pytest.fixture(scope="module")
def lines(lived: Lived) -> list[bytes]:
    world = lived.world
    recorder = Recorder(world.cast, world.labels, world.run)
    recorded = [recorder.lines(hour) for hour in lived.hours]
    return [line for each in recorded for line in each.line.to_pylist()]


def test_the_product_refuses_none(lived: Lived, lines: list[bytes]) -> None:
    ingest = lived.world.run.end // 1_000
    decoded = decode_lines(lines, ingest_ms=ingest)
    assert decoded.refused == []
    assert decoded.table.num_rows == len(lines) == len(lived.facts) > 3_000


def test_only_the_assignee_is_more_than_the_catalogue_knows(
    lived: Lived, lines: list[bytes]
) -> None:
    table = decode_lines(lines, ingest_ms=lived.world.run.end // 1_000).table
    extras = {tuple(json.loads(data).get("ext", ())) for data in table["data"].to_pylist()}
    assert extras <= {(), ("assignee",)}
    assert ("assignee",) in extras


def test_every_kind_of_step_occurs(lived: Lived) -> None:
    actions = {fact.data.get("action") for fact in lived.facts if "action" in fact.data}
    assert actions >= {"assigned", "opened", "escalated", "delegated", "returned"}
    assert actions >= {"acknowledged", "touched", "paused", "resumed", "reopened", "updated"}


def test_facts_lie_in_their_hour_and_have_names_of_their_own(lived: Lived) -> None:
    for hour in lived.hours:
        assert all(hour.at <= fact.at < hour.at + HOUR for fact in hour.one)
    names = [(fact.source, fact.name) for fact in lived.facts]
    assert len(set(names)) == len(names)


def test_a_request_is_told_with_what_it_is_about(lived: Lived) -> None:
    for fact in lived.facts:
        if fact.kind == "approval.requested" and "po" in fact.about:
            assert fact.about["po"] == fact.data["po"] == fact.flow
            assert fact.key == fact.about["approval"] == fact.data["request_id"]


def test_the_same_seed_gives_the_same_events(lived: Lived) -> None:
    again = office(21, codes=("X8",), hooks=[CutOff(lived.world.run.start)])
    again.parts.append(Calls(again))
    for nth in range(80):
        again.agenda.at(again.run.start + nth * 4 * HOUR, f"test/{nth}", _trouble(again, nth))
    assert busy(again, 150).facts == lived.facts
