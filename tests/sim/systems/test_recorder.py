# SPDX-License-Identifier: AGPL-3.0-or-later
"""Systems take down what happened: every line is an event that the product accepts."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from sightline.events.decode import decode_lines
from sightline.events.routing import part_of_line
from sightline.sim.engine.facts import Fact, Many, event_id, money, quantity
from sightline.sim.engine.labels import Label, Labels
from sightline.sim.engine.moments import HOUR, MINUTE, SECOND, stamp
from sightline.sim.output.into_log import parts_of
from sightline.sim.profile import START
from sightline.sim.systems import naming, recorder
from sightline.sim.systems.recorded import KINDS, Recorded
from sightline.sim.systems.recorder import Recorder
from sightline.sim.transport.delivered import arriving
from tests.sim.systems.hours import (
    CAST,
    RUN,
    TODAY,
    every_many,
    hour_of,
    many_lines,
    placed,
    receipt,
)


def recorded(*, one: list[Fact] | None = None, many: list[Many] | None = None) -> Recorded:
    return Recorder(CAST, Labels(), RUN).lines(hour_of(one=one, many=many))


def events(lines: Recorded) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in lines.line.to_pylist()]


def line_of(facts: Many, row: int) -> str:
    named = {name: column[row : row + 1] for name, column in facts.columns.items()}
    return naming.order_lines(CAST, named)[0]


def po_fact(kind: str, name: str, at: int = START + 90 * SECOND) -> Fact:
    line = {"item": CAST.items[0].code, "loc": "DC1", "po_line": "PO-1/1", "po": "PO-1"}
    return Fact(
        at=at,
        kind=kind,
        source="erp://sim",
        name=name,
        data=line | {"q": quantity(24, 12), "price": money(480), "version": 1},
        about={"po": "PO-1"},
        key=CAST.items[0].code,
        flow="PO-1",
    )


def test_every_line_is_accepted_and_says_that_it_is_synthetic() -> None:
    # given facts of every kind that comes by the thousand, and deliveries
    lines = recorded(one=[receipt(number) for number in range(9)], many=every_many())
    # when the product decodes what the systems made of them
    decoded = decode_lines(lines.line.to_pylist(), ingest_ms=START // 1000)
    # then it refuses nothing, and the columns say the same as the lines
    assert decoded.refused == []
    assert decoded.table["id"].to_pylist() == lines.id.to_pylist()
    assert decoded.table["item"].to_pylist() == lines.key.to_pylist()
    kinds = [f"io.sightline.{KINDS[kind]}.v1" for kind in lines.kind]
    assert decoded.table["type"].to_pylist() == kinds
    assert len(set(kinds)) == 11
    for event in events(lines):
        assert event["data"]["synthetic"] is True
        assert event["data"]["objects"]


def test_ids_follow_from_source_and_name() -> None:
    # given a delivery and promises
    fact, facts = receipt(3), many_lines("demand.line_promised", 2, promise_day=TODAY + 1,
                                         promise_no=1, basis=1)  # fmt: skip
    # when they are recorded
    lines = recorded(one=[fact], many=[facts])
    # then their ids are those that anybody can work out
    promised = [event_id("erp://sim", f"promised/{line_of(facts, row)}/1") for row in (0, 1)]
    assert lines.id.to_pylist() == [fact.event_id, *promised]
    assert len(set(recorded(many=every_many()).id.to_pylist())) == len(
        recorded(many=every_many())
    )


def test_an_order_says_what_it_would_say_one_by_one() -> None:
    # given orders in pieces and in cases
    facts = placed(40)
    # when they are recorded
    told = [event["data"] for event in events(recorded(many=[facts]))]
    # then quantities, prices and names are those of the functions for one
    columns = facts.columns
    for row, data in enumerate(told):
        item = CAST.items[columns["item"][row]]
        pack = item.pack if columns["in_cases"][row] else 1
        assert data["q"] == quantity(int(columns["units"][row]), pack)
        assert data["price"] == money(1290)
        assert data["order_line"] == line_of(facts, row)
        customer = CAST.customers[columns["customer"][row]]
        assert data.get("contract", "") == customer.contract
        assert (data["tier"], data["channel"]) == (customer.tier, customer.channel)
    assert {data["q"]["uom"] for data in told} == {"EA", "CS"}


def test_who_records_an_order_follows_from_its_channel() -> None:
    # given orders, and cancellations by the company
    lines = recorded(
        many=[placed(60), many_lines("demand.line_cancelled", 5, version=2, initiator=1)]
    )
    # when one looks at their sources
    sources = defaultdict(set)
    for event in events(lines):
        sources[event["data"].get("channel", "")].add(event["source"])
    # then each channel has its own, and the company's decisions are in its ERP
    assert sources == {
        "edi": {"edi://gateway"},
        "retail": {"pos://retail"},
        "web": {"web://shop"},
        "": {"erp://sim"},
    }


def test_a_line_that_takes_from_another_names_it() -> None:
    # given allocations, some of which take from another line
    facts = next(each for each in every_many() if each.kind == "allocation.changed")
    # when they are recorded
    told = [event["data"] for event in events(recorded(many=[facts]))]
    # then exactly those name the giver, and quantities keep their sign
    giver = naming.order_line(CAST.customers[4].code, TODAY, 1, told[0]["item"])
    assert told[0]["from_order_line"] == giver
    gives = facts.columns["from_customer"] >= 0
    assert ["from_order_line" in data for data in told] == gives.tolist()
    assert {data["q"]["base_qty"] for data in told} == {"5", "-5"}


def test_lines_go_where_the_log_routes_them() -> None:
    # given lines of every kind, and a record of an item
    record = Fact(
        at=START, kind="master.record_changed", source="mdm://hub", name="cost/A/1",
        data={"entity": "cost", "key": "A/DC1", "fields": {"item": "A", "amount": "1.00"}},
        about={"cost": "A/DC1"}, key="something else",
    )  # fmt: skip
    lines = recorded(one=[record, receipt(1)], many=every_many())
    # when partitions are worked out for all at once
    parts = parts_of(arriving(lines, lines.recorded_at), 8)
    # then they are those of the router
    assert parts.tolist() == [part_of_line(line, 8) for line in lines.line.to_pylist()]
    assert lines.key[0].as_py() == "A"


def test_sequences_grow_with_the_time_of_recording() -> None:
    # given lines of many sources
    told = events(recorded(one=[receipt(n) for n in range(50)], many=every_many()))
    by_source = defaultdict(list)
    for event in told:
        by_source[event["source"]].append((event["sequence"], event["recordedtime"]))
    # when those of one source are sorted by sequence
    # then they are sorted by the time of recording, and no sequence comes twice
    for pairs in by_source.values():
        assert [time for _, time in sorted(pairs)] == sorted(time for _, time in pairs)
        assert len({sequence for sequence, _ in pairs}) == len(pairs)
        assert {len(sequence) for sequence, _ in pairs} == {24}


def test_what_one_moment_brings_is_numbered_as_it_follows_each_other() -> None:
    # given an order that is drawn up and released at the same moment
    created = po_fact("supply.po_created", "created/PO-1/1")
    released = po_fact("supply.po_released", "released/PO-1/1")
    # when they are put down in either order
    for facts in ([created, released], [released, created]):
        by_type = {event["type"]: event["sequence"] for event in events(recorded(one=facts))}
        # then it was drawn up first
        numbers = list(dict(sorted(by_type.items())).values())
        assert numbers[0] < numbers[1]


def test_systems_take_their_own_time() -> None:
    # given many orders, and milestones of a forwarder
    milestones = [
        Fact(
            at=START + number * SECOND, kind="supply.milestone", source="tms://road",
            name=f"departed/SH-{number}", data={"shipment": f"SH-{number}", "code": "departed"},
            about={"shipment": f"SH-{number}"}, key=f"SH-{number}",
        )
        for number in range(400)
    ]  # fmt: skip
    lines = recorded(one=milestones, many=[placed(3000)])
    # when one looks at how long it took to record them
    names = np.array([event["source"] for event in events(lines)])
    delay = (lines.recorded_at - lines.at) / MINUTE
    median = {name: float(np.median(delay[names == name])) for name in set(names.tolist())}
    # then shops take seconds, EDI minutes, forwarders most of an hour and up to hours
    assert median["web://shop"] < 0.1
    assert 2 < median["edi://gateway"] < 7
    assert 25 < median["tms://road"] < 80
    assert 120 < delay.max() <= 360


def test_nothing_is_recorded_before_the_hour_that_brings_it() -> None:
    # given a delivery that somebody dates back by a day
    late = replace(receipt(1), at=START - 24 * HOUR)
    # when it is recorded
    lines = recorded(one=[late])
    # then it keeps its time, and is recorded now
    assert events(lines)[0]["time"] == stamp(START - 24 * HOUR)
    assert lines.recorded_at[0] >= START


def test_no_line_depends_on_what_else_there_is() -> None:
    # given some facts, and the same among others and in another order
    facts = [receipt(number) for number in range(5)]
    alone = recorded(one=facts, many=[placed(50)]).line.to_pylist()
    among = recorded(
        one=[receipt(9), *reversed(facts)], many=[*every_many()[1:], placed(80, first=0)]
    )
    # when both are recorded
    # then their lines are the same bytes
    assert set(alone) <= set(among.line.to_pylist())


@pytest.mark.parametrize("row", [1, 20])
def test_labels_see_the_events_that_show_them(
    row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given labelled orders, also beyond what is spelt at once, and a labelled delivery
    monkeypatch.setattr(recorder, "MOST_AT_ONCE", 16)
    labels = Labels()
    label = labels.add(Label(label_id="X4/1", kind="unit_error", scope={}, start=0, end=0))
    facts = placed(row + 1)
    labelled = Many(facts.kind, facts.at, facts.columns, {row: "X4/1"})
    fact = replace(receipt(1), labels=("X4/1",), at=START + 59 * MINUTE)
    # when they are recorded
    lines = Recorder(CAST, labels, RUN).lines(hour_of(one=[fact], many=[labelled]))
    # then the label has their ids and the time of the first
    assert label.event_ids == [fact.event_id, lines.id[row + 1].as_py()]
    assert label.first_detectable == facts.at[row]
    assert (
        event_id(events(lines)[row + 1]["source"], f"placed/{line_of(facts, row)}")
        == (label.event_ids[1])
    )
