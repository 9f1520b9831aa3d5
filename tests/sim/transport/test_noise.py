# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to us: what is late, doubled, lost, damaged, corrected or cut off."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
import pytest

from sightline.events.decode import decode_lines
from sightline.sim.engine.facts import Many
from sightline.sim.engine.labels import Labels
from sightline.sim.engine.moments import DAY, HOUR, MINUTE
from sightline.sim.inject.hooks import Hooks, Injector, Outage
from sightline.sim.profile import START
from sightline.sim.systems.recorded import KIND_AT, Recorded, none_recorded
from sightline.sim.systems.recorder import Recorder
from sightline.sim.transport.damages import WAYS, damaged
from sightline.sim.transport.delivered import DAMAGED, DOUBLE, FIRST, Delivered
from sightline.sim.transport.noise import Counts, Transport
from tests.sim.systems.hours import CAST, RUN, every_many, hour_of, many_lines, placed, receipt

ROWS = 12_000
DC1 = CAST.places[0].source


class CutOff(Injector):
    """The warehouse DC1 is silent from 0:20 to 0:50."""

    def outages(self) -> list[Outage]:
        """Return that."""
        return [Outage(DC1, START + 20 * MINUTE, START + 50 * MINUTE)]


@dataclass(frozen=True)
class Sent:
    """What was recorded, and what became of it."""

    recorded: Recorded
    arrived: Delivered
    counts: Counts


def shipped(rows: int) -> Many:
    return many_lines(
        "inventory.shipment", rows, in_cases=0, price=990, carrier=1, freight=250, expedite=0,
        wave_day=20458, wave_no=1, wave_cut=0,
    )  # fmt: skip


def sent(recorded: Recorded, hooks: Hooks | None = None, *, is_noisy: bool = True) -> Sent:
    recorder = Recorder(CAST, Labels(), RUN)
    run = replace(RUN, is_noisy=is_noisy)
    way = Transport(run, hooks or Hooks([]), recorder.sources)
    parts = [way.deliver(recorded, START + HOUR), way.rest()]
    return Sent(recorded, Delivered.joined(parts), way.counts)


def lines(*many: Many) -> Recorded:
    one = [receipt(number) for number in range(300)]
    return Recorder(CAST, Labels(), RUN).lines(hour_of(one=one, many=list(many)))


@pytest.fixture(scope="module")
def noisy() -> Sent:
    """Give many orders and shipments after a noisy way."""
    return sent(lines(placed(ROWS), shipped(ROWS)))


def named(arrived: Delivered) -> list[tuple[str, int]]:
    """Return what tells lines apart, whenever they come."""
    return list(zip(arrived.id.to_pylist(), arrived.copy.tolist(), strict=True))


def told(line: bytes) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.json.decode(line)
    return event


def test_sent_is_accepted_and_doubled_and_refused(noisy: Sent) -> None:
    # given what arrived
    # when the product decodes all of it
    decoded = decode_lines(noisy.arrived.texts, ingest_ms=0)
    # then it refuses what was damaged and nothing else, and no line is lost or made up
    refused = [each.index for each in decoded.refused]
    assert refused == np.flatnonzero(noisy.arrived.copy == DAMAGED).tolist()
    counts = noisy.counts.as_dict()
    ids = decoded.table["id"].to_pylist()
    assert counts["sent"] == len(noisy.arrived)
    assert counts["accepted"] == len(set(ids))
    assert counts["doubled"] == len(ids) - len(set(ids))
    assert counts["damaged"] == len(refused)
    assert counts["sent"] == counts["accepted"] + counts["doubled"] + counts["damaged"]


def test_everything_happens_about_as_often_as_stated(noisy: Sent) -> None:
    # given what arrived
    late = noisy.arrived.ingest - noisy.arrived.recorded_at
    late = late[noisy.arrived.copy == FIRST]
    counts = noisy.counts
    # when one counts
    # then doubles are half a percent, little is damaged or lost, and most of it comes at once
    assert counts.doubled / ROWS / 2 == pytest.approx(0.005, rel=0.35)
    assert counts.damaged / ROWS / 2 == pytest.approx(0.0005, rel=0.9)
    assert counts.lost / ROWS / 2 == pytest.approx(0.002, rel=0.5)
    assert counts.corrected / ROWS == pytest.approx(0.005, rel=0.5)
    assert np.mean(late < 20_000_000) == pytest.approx(0.965, abs=0.01)
    assert np.mean(late > HOUR) == pytest.approx(0.0095, rel=0.4)
    assert np.mean(late >= DAY) == pytest.approx(0.001, rel=0.8)
    assert late.max() < 4 * DAY


def test_lines_come_in_order_of_arrival_and_not_of_recording(noisy: Sent) -> None:
    # given what arrived
    arrived = noisy.arrived
    # when one looks at arrivals and at recording
    # then the former ascend, the latter do not, and nothing comes before it was recorded
    assert (np.diff(arrived.ingest) >= 0).all()
    assert (np.diff(arrived.recorded_at) < 0).any()
    assert (arrived.ingest > arrived.recorded_at).all()


def test_every_recorded_line_arrives_once_as_it_was(noisy: Sent) -> None:
    # given what was recorded and what arrived, but for corrections
    first = noisy.arrived.taken(noisy.arrived.copy == FIRST)
    before = dict(
        zip(noisy.recorded.id.to_pylist(), noisy.recorded.line.to_pylist(), strict=True)
    )
    after = dict(zip(first.id.to_pylist(), first.line.to_pylist(), strict=True))
    # when they are compared
    changed = {name for name, line in before.items() if after[name] != line}
    # then only corrected ones differ, and two events for each of those are new
    assert len(changed) == noisy.counts.corrected > 0
    assert len(after) == len(before) + 2 * len(changed)


def test_a_double_is_the_same_bytes_later(noisy: Sent) -> None:
    # given doubles and what they double
    arrived = noisy.arrived
    rows = {
        name: row
        for row, name in enumerate(arrived.id.to_pylist())
        if arrived.copy[row] == FIRST
    }
    doubles = np.flatnonzero(arrived.copy == DOUBLE).tolist()
    # when each is compared with the first
    # then it says the same, later
    for row in doubles:
        first = rows[arrived.id[row].as_py()]
        assert first < row
        assert arrived.line[first] == arrived.line[row]


def test_a_good_line_follows_a_damaged_one(noisy: Sent) -> None:
    # given damaged lines
    arrived = noisy.arrived
    ids = np.array(arrived.id.to_pylist())
    # when one looks for their good ones
    # then each comes within minutes
    for row in np.flatnonzero(arrived.copy == DAMAGED).tolist():
        good = np.flatnonzero((ids == ids[row]) & (arrived.copy == FIRST))
        assert len(good) == 1
        assert 0 < arrived.ingest[good[0]] - arrived.ingest[row] <= 5 * MINUTE


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_no_damaged_line_is_ever_accepted(way: int) -> None:
    # given lines of every kind
    recorded = lines(*every_many())
    recorded = recorded.taken(np.arange(0, len(recorded), 5))
    assert len(set(recorded.kind.tolist())) == 11
    # when each is damaged in one way
    spoilt = [damaged(line, way)[:-1] for line in recorded.line.to_pylist()]
    # then all are refused, and none holds the end of a line
    assert len(decode_lines(spoilt, ingest_ms=0).refused) == len(spoilt)
    assert not any(b"\n" in line for line in spoilt)


def test_a_correction_leaves_the_right_quantity() -> None:
    # given shipments and deliveries that somebody posted wrong
    recorded = lines(shipped(ROWS))
    arrived = sent(recorded).arrived
    events = [told(line) for line in arrived.taken(arrived.copy == FIRST).line.to_pylist()]
    by_id = {event["id"]: event for event in events}
    before = dict(zip(recorded.id.to_pylist(), recorded.line.to_pylist(), strict=True))
    undone = [event for event in events if event["type"].endswith("inventory.reversed.v1")]
    right = [event for event in events if "corrects" in event["data"]]
    # when what was taken back is compared with what stands
    # then the wrong one is older, differs in its quantity only, and the world's stands
    assert len(undone) == len(right) > 30
    assert {e["data"]["reverses"] for e in undone} == {e["data"]["corrects"] for e in right}
    for event in right:
        wrong, world = by_id[event["data"]["corrects"]], told(before[event["id"]])
        assert event["data"].pop("corrects") == wrong["id"]
        assert event["data"] == world["data"]
        assert event["time"] == world["time"] == wrong["time"]
        quantity, other = event["data"].pop("q"), wrong["data"].pop("q")
        assert quantity != other
        assert event["data"] == wrong["data"]
        assert wrong["recordedtime"] < event["recordedtime"]
        assert wrong["sequence"] < event["sequence"]


def test_what_closes_an_advice_is_not_corrected() -> None:
    # given deliveries that all end their advice
    one = [receipt(number, final=True, asn_line=f"ASN-{number}") for number in range(3000)]
    recorded = Recorder(CAST, Labels(), RUN).lines(hour_of(one=one))
    # when they are sent
    # then none is taken back, which would open the advice again
    assert sent(recorded).counts.corrected == 0


def test_what_is_cut_off_waits_and_comes_in_a_burst() -> None:
    # given a warehouse that is silent for half an hour
    recorded = lines(shipped(ROWS))
    out = sent(recorded, Hooks([CutOff()]))
    without = sent(recorded)
    is_own = out.arrived.source == Recorder(CAST, Labels(), RUN).sources.index[DC1]
    own = out.arrived.ingest[is_own]
    # when one looks at what came from it
    # then nothing did meanwhile, and all of it within ten minutes afterwards, in its order
    since, until = START + 20 * MINUTE, START + 50 * MINUTE
    assert not ((own >= since) & (own < until)).any()
    assert out.counts.waited > 1000
    burst = (own >= until) & (own < until + 10 * MINUTE)
    assert burst.sum() > out.counts.waited
    usual = dict(zip(named(without.arrived), without.arrived.ingest.tolist(), strict=True))
    before = [usual[name] for name in named(out.arrived.taken(is_own))]
    assert (np.diff(before) >= -4_000).all()  # a burst packs 4 ms of sending into 1 ms
    # and what comes from others is where it was
    others = without.arrived.source != Recorder(CAST, Labels(), RUN).sources.index[DC1]
    assert Counter(out.arrived.ingest[~is_own].tolist()) == Counter(
        without.arrived.ingest[others].tolist()
    )
    assert out.counts.sent == without.counts.sent


def test_doubles_stay_behind_through_an_outage() -> None:
    # given a warehouse that is silent for half an hour
    arrived = sent(lines(shipped(ROWS)), Hooks([CutOff()])).arrived
    # when one looks at the first of each
    seen: set[str] = set()
    for name, copy in zip(arrived.id.to_pylist(), arrived.copy.tolist(), strict=True):
        # then no double comes before it
        assert copy != DOUBLE or name in seen
        seen |= {name} if copy == FIRST else set()


def test_without_noise_lines_come_when_they_are_recorded() -> None:
    # given the same lines on a way without noise, even while a warehouse is cut off
    recorded = lines(placed(100), shipped(100))
    quiet = sent(recorded, Hooks([CutOff()]), is_noisy=False)
    # when they arrive
    # then nothing was done to them
    assert set(quiet.arrived.line.to_pylist()) == set(recorded.line.to_pylist())
    assert (quiet.arrived.ingest == quiet.arrived.recorded_at).all()
    assert quiet.counts == Counts(sent=len(recorded), late=0)


def test_what_becomes_of_a_line_depends_on_no_other() -> None:
    # given lines, and a tenth of them
    recorded = lines(shipped(ROWS))
    tenth = recorded.taken(np.arange(0, len(recorded), 10))
    # when both are sent
    whole, part = sent(recorded).arrived, sent(tenth).arrived
    # then what arrives of the tenth arrives at the same times among all
    rows = [set(zip(each.id.to_pylist(), each.copy.tolist(), each.ingest.tolist(), strict=True))
            for each in (part, whole)]  # fmt: skip
    assert rows[0] <= rows[1]


def test_only_what_is_not_due_is_kept() -> None:
    # given an hour's lines
    recorded = lines(placed(ROWS))
    way = Transport(RUN, Hooks([]), Recorder(CAST, Labels(), RUN).sources)
    # when hours go by with nothing new
    arrived = [way.deliver(recorded, START + HOUR)]
    arrived += [way.deliver(none_recorded(), START + n * HOUR) for n in range(2, 6 * 24)]
    # then each brings what is due in it, and in the end nothing is left
    for nth, each in enumerate(arrived):
        assert (
            (each.ingest >= START + nth * HOUR) & (each.ingest < START + (nth + 1) * HOUR)
        ).all()
    assert len(arrived[0]) > 0.9 * ROWS
    assert sum(map(len, arrived[1:])) < 0.1 * len(recorded)
    assert len(way.rest()) == 0
    assert KIND_AT["demand.line_placed"] in set(arrived[0].kind.tolist())
