# SPDX-License-Identifier: AGPL-3.0-or-later
"""X1, X7, X12, X14 and X17, each against the same world without."""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from sightline.sim.demand.lines_of_day import LinesOfDay
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, day_of, stamp
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.procure.recommendation import Recommendation
from tests.sim.procure.bought import Bought, life

R5, DC3 = 4, 2  # the smallest world has one place for R5 and R6
RIGHT = ("true_demand", "wrong_master")


def test_x1_changes_nothing_that_another_supplier_does() -> None:
    without, there = life(), life("X1")
    mine = _supplier(there)
    before = {line.id: line for line in without.lines if line.supplier != mine}
    shared = [line for line in there.lines if line.id in before]
    # given that the dock is shared, so that what is sold out and bought can differ a little
    assert len(shared) > 0.99 * len(before)
    same = 0
    for line in shared:
        old = before[line.id]
        if (line.released_at, line.ordered) == (old.released_at, old.ordered):
            assert (line.replies, line.advices) == (old.replies, old.advices)
            same += 1
    # then suppliers serve equal orders equally, to the second
    assert same > 0.98 * len(before)
    assert _lines(there, mine) != _lines(without, mine)


def test_x1_makes_its_supplier_late_silent_and_partial() -> None:
    for seed in (5, 6):
        without, there = life(seed=seed), life("X1", seed=seed)
        mine, since = _supplier(there), there.label.start
        lines = [line for line in _lines(there, mine) if line.released_at >= since]
        before = [line for line in _lines(without, mine) if line.released_at >= since]
        assert len(lines) > 12
        assert not any(line.replies for line in lines)
        assert any(line.replies for line in before)
        assert _late_share(lines, there) > 0.8 > _late_share(before, there)


def test_x1_is_seen_when_the_first_answer_fails_to_come() -> None:
    without, there = life(), life("X1")
    label, mine = there.label, _supplier(there)
    silent = {line.po: line.released_at for line in _lines(there, mine)}
    answers = [
        reply.at
        for line in _lines(without, mine)
        if label.start <= line.released_at == silent.get(line.po)
        for reply in line.replies
    ]
    # given that its orders are the same until then
    assert label.first_detectable == min(answers)
    assert label.first_detectable < min(fact.at for fact in there.labelled(label.label_id))


def test_x1_delivers_two_of_five_lines_in_parts() -> None:
    parts = Counter(
        line.awaited + len({each.name.split("/")[2] for each in line.receipts})
        for seed in (5, 6)
        for line in _lines(life("X1", seed=seed), _supplier(life("X1", seed=seed)))
        if line.labels and line.ordered > 2 * line.pack
    )
    assert parts.total() > 50
    assert 0.2 < parts[2] / parts.total() < 0.52  # one rest in ten is never sent


@pytest.mark.parametrize("code", ["X1", "X17"])
def test_labels_of_suppliers_name_just_the_lines_that_are_late(code: str) -> None:
    story = life(code)
    label, until = story.label, day_of(story.world.run.end)
    named = {each["po_line"]: each["due"] for each in label.expected["late_lines"]}
    late = {
        line.id: _iso(line.due_day)
        for line in _lines(story, _supplier(story))
        if line.released_at >= label.start
        and line.due_day < until - 1
        and _came_by(line, line.due_day) < line.units
        and not _ended_by(line, line.due_day)
    }
    assert late
    assert {line: due for line, due in named.items() if due < _iso(until - 1)} == late


def test_events_of_a_supplier_label_are_of_its_lines_since_it_began() -> None:
    story = life("X1")
    label, supplier = story.label, story.label.scope["supplier"]
    events = list(story.labelled(label.label_id))
    kinds = {fact.kind for fact in events}
    assert {"supply.asn", "inventory.receipt", "exception.opened"} <= kinds
    for fact in events:
        if not fact.kind.startswith("exception"):
            assert fact.flow.startswith(f"PO-{supplier}-")
    opened = [fact.data["object"] for fact in events if fact.kind == "exception.opened"]
    assert all(f"PO-{supplier}-" in each for each in opened)
    assert all(fact.at > label.start for fact in events)


def test_x17_stretches_every_lead_time_a_little_more_each_week() -> None:
    without, there = life(), life("X17")
    mine, label = _supplier(there), there.label
    before = {line.id: line for line in _lines(without, mine)}
    pairs = [
        (before[line.id], line)
        for line in _lines(there, mine)
        if line.released_at >= label.start and line.receipts and before[line.id].receipts
    ]
    assert len(pairs) > 12
    for short, long in pairs:
        weeks = (long.released_at - label.start) / (7 * DAY)
        assert short.advices[:1] == long.advices[:1] or weeks > 0
        lead = [each.receipts[0].at - each.released_at for each in (short, long)]
        assert lead[1] >= lead[0]
        # then by about 4 % a week: goods are still taken in one by one and by day
        assert lead[1] - lead[0] < (1.04**weeks - 1) * lead[0] + 3.5 * DAY


def test_x7a_triples_overriding_in_its_region_only_and_adds_to_what_was_overridden() -> None:
    without, there = life(), life("X7a")
    label = there.label
    usual = {each.id: each for each in without.by_hand}
    shared = [each for each in there.by_hand if each.id in usual]
    for each in shared:
        old = usual[each.id]
        if each.region != R5 or each.decided_at < label.start:
            assert each.outcome == old.outcome
        elif each.units == old.units and old.is_overridden:
            assert each.is_overridden
    mine = [each for each in shared if each.region == R5 and each.decided_at >= label.start]
    more = sum(each.is_overridden for each in mine)
    assert more > 1.4 * sum(usual[each.id].is_overridden for each in mine)
    assert Counter(each.motive for each in mine).most_common(2)[1][0] == "habit"


@pytest.mark.parametrize(("code", "motive"), [("X7b", "true_demand"), ("X7c", "wrong_master")])
def test_x7b_and_x7c_override_for_their_cause_and_come_nearer_to_what_is_right(
    code: str, motive: str
) -> None:
    overridden = [each for seed in (5, 6) for each in _overridden(life(code, seed=seed))]
    assert Counter(each.motive for each in overridden).most_common(1)[0][0] == motive
    for each in overridden:
        if each.motive in RIGHT and each.outcome == "modified":
            assert abs(each.final_units - each.right_units) <= 0.3 * each.right_units + 150
    assert _gain(overridden) > 0.1 > _gain(_overridden(life("X7a")))


def test_the_demand_of_x7b_is_labelled_from_its_first_line_on() -> None:
    world = life("X7b").world
    overrides, demand = world.labels.all.values()
    # given the lines of its first day, with what customers want more and without
    lines = LinesOfDay(world)
    day = demand.start // DAY
    factor = world.hooks.demand_factor(day)
    found = [lines.drawn(day, each) for each in (None, factor)]
    usual, more = ({*zip(each.at, each.customer, each.item, strict=True)} for each in found)
    # then an alarm on any item of the region is right from when they begin to differ
    assert world.hooks.demand_factor(day - 1) is None
    assert (demand.label_id, demand.kind, demand.of_class) == (
        "X7b/demand",
        "shift_up",
        "demand",
    )
    assert demand.scope["region"] == overrides.scope["region"]
    assert demand.scope["items"] == [each.code for each in world.cast.items]
    assert demand.first_detectable == min(usual ^ more)[0] >= demand.start > overrides.start
    assert demand.expected == {"factor": 1.6}


def test_the_codes_of_x7c_are_of_wrong_data_and_those_of_x7a_of_local_knowledge() -> None:
    for code, reason in (("X7a", "LOCAL_KNOWLEDGE"), ("X7c", "DATA_ERROR")):
        overridden = [each for seed in (5, 6) for each in _overridden(life(code, seed=seed))]
        found = Counter(each.reason for each in overridden)
        assert found.most_common(1)[0][0] == reason


@pytest.mark.parametrize("code", ["X7a", "X7b", "X7c"])
def test_labels_of_x7_have_just_the_overrides_of_the_region(code: str) -> None:
    story = life(code)
    decisions = {
        fact.data["rec_id"]
        for fact in story.labelled(story.label.label_id)
        if fact.kind == "decision.resolved"
    }
    assert decisions == {each.id for each in _overridden(story)}
    assert story.label.scope["region"] == "R5"


def test_x7c_puts_wrong_lead_times_and_lots_into_the_records_of_one_place() -> None:
    story = life("X7c")
    records = story.of("master.record_changed")
    first = {each.data["key"]: each for each in records if each.data["version"] == 1}
    wrong = [each for each in records if each.data["version"] == 2]
    assert len(wrong) == len(story.world.cast.items)
    for each in wrong:
        old, new = first[each.data["key"]].data["fields"], each.data["fields"]
        assert new["loc"] == story.world.cast.places[DC3].code
        lead, right = float(new["lead_time_days"]), float(old["lead_time_days"])
        assert lead == pytest.approx(0.6 * right, abs=0.02)
        assert int(new["reorder_point"]) <= int(old["reorder_point"])
        assert each.labels == (story.label.label_id,)
    before = [fact for fact in story.facts if fact.at < story.label.start]
    assert [f.name for f in before] == [
        f.name for f in life().facts if f.at < story.label.start
    ]


def test_x12_blocks_every_receipt_of_a_place_for_two_days_each_with_a_label() -> None:
    story = life("X12")
    labels = story.world.labels.all
    blocked = [
        (line, receipt)
        for line in story.lines
        for receipt in line.receipts
        if receipt.bucket == "blocked"
    ]
    assert set(labels) == {f"X12/{receipt.name}" for _, receipt in blocked}
    assert len(blocked) > 20
    by_label: dict[str, list[Any]] = {name: [] for name in labels}
    for fact in story.facts:
        for name in fact.labels:
            by_label[name].append(fact)
    for line, receipt in blocked:
        label = labels[f"X12/{receipt.name}"]
        assert label.scope["po_line"] == line.id
        assert label.scope["item"] == line.base["item"]
        came, went = sorted(by_label[label.label_id], key=lambda fact: fact.at)
        assert (came.kind, went.kind) == ("inventory.receipt", "inventory.hold_changed")
        assert came.data["bucket"] == "blocked"
        assert went.data["hold"] == "finance"
        assert went.data["q"]["base_qty"] == str(-receipt.units)
        assert 0 <= went.at - came.at - 2 * DAY <= MINUTE


def test_x12_touches_nothing_at_other_places_and_nothing_before() -> None:
    without, there = life(), life("X12")
    (place,) = {label.scope["loc"] for label in there.world.labels.all.values()}
    start = min(label.start for label in there.world.labels.all.values())

    def elsewhere(story: Bought) -> set[tuple[str, int]]:
        goods = ("inventory.receipt", "supply.asn", "supply.po_released")
        return {
            (fact.name, fact.at)
            for fact in story.of(*goods)
            if fact.data["loc"] != place or fact.at < start
        }

    assert elsewhere(without) == elsewhere(there)


def test_x14_tells_drift_then_fallback_then_a_new_version() -> None:
    story = life("X14")
    events = story.of("model.event")
    actions = [fact.data["action"] for fact in events]
    told = [each for each in actions if each != "retrained"]
    assert told == [
        "deployed", "drift", "degraded", "fallback_on", "deployed", "fallback_off",
    ]  # fmt: skip
    versions = [fact.data["version"] for fact in events]
    assert versions[-1] > versions[0]
    since, until = story.label.expected["badge"]
    labelled = [f for f in story.labelled(story.label.label_id) if f.kind == "model.event"]
    assert stamp(labelled[0].at // HOUR * HOUR) == since
    assert stamp(labelled[-1].at // HOUR * HOUR) == until


def test_x14_recommends_badly_and_then_by_rule() -> None:
    without, there = life(), life("X14")
    bad, down, until = _phases(there)
    made = {each.id: each for each in [*there.resolved, *there.procure.open_recommendations()]}
    degraded = [each for each in made.values() if bad <= each.at < down]
    fallen = [each for each in made.values() if down <= each.at < until]
    usual = [each for each in made.values() if each.at < bad]
    assert min(map(len, (degraded, fallen, usual))) > 12
    assert _error(degraded) > 0.25 > _error(usual)
    assert {each.confidence for each in fallen} == {0.5}
    assert {each.model_ver for each in fallen} == {""}
    assert all(each.model_ver for each in degraded + usual)
    assert {each.tier for each in fallen} <= {"planner", "cross_functional"}
    assert {each.id for each in usual} == {
        each.id for each in without.resolved if each.at < bad
    } | {each.id for each in without.procure.open_recommendations() if each.at < bad}
    labelled = {
        fact.data["rec_id"]
        for fact in there.labelled(there.label.label_id)
        if fact.kind == "decision.recommended"
    }
    assert labelled == {each.id for each in degraded + fallen}


def test_a_bad_model_is_overridden_more_often() -> None:
    def rate(story: Bought, marked: Bought) -> list[bool]:
        bad, down, _ = _phases(marked)
        return [each.is_overridden for each in story.by_hand if bad <= each.at < down]

    there = life("X14")
    usual, bad = rate(life(), there), rate(there, there)
    assert sum(bad) / len(bad) > 1.25 * sum(usual) / len(usual)


@pytest.mark.slow
def test_in_a_larger_world_each_variant_of_x7_about_triples_the_odds() -> None:
    usual = _odds(life(profile="small", days=50), since=life("X7a").label.start)
    for code in ("X7a", "X7b", "X7c"):
        story = life(code, profile="small", days=50)
        ratio = _odds(story, since=story.label.start + DAY) / usual
        assert 2.0 < ratio < 4.5, code


def _odds(story: Bought, *, since: int) -> float:
    mine = [each for each in story.by_hand if each.region == R5 and each.decided_at > since]
    share = sum(each.is_overridden for each in mine) / len(mine)
    return share / (1 - share)


def _supplier(story: Bought) -> int:
    codes = [each.code for each in story.world.cast.suppliers]
    return codes.index(story.label.scope["supplier"])


def _lines(story: Bought, supplier: int) -> list[PurchaseLine]:
    return [line for line in story.lines if line.supplier == supplier]


def _late_share(lines: Iterable[PurchaseLine], story: Bought) -> float:
    until = day_of(story.world.run.end)
    due = [line for line in lines if line.due_day < until - 1 and line.released_at]
    return sum(line.late_since > 0 for line in due) / len(due) if due else 0.0


def _came_by(line: PurchaseLine, day: int) -> int:
    return sum(each.units for each in line.receipts if day_of(each.at) <= day)


def _ended_by(line: PurchaseLine, day: int) -> bool:
    return 0 < line.closed_at < (day + 1) * DAY


def _iso(day: int) -> str:
    return (date(1970, 1, 1) + (date(1970, 1, 2) - date(1970, 1, 1)) * day).isoformat()


def _overridden(story: Bought) -> list[Recommendation]:
    return [
        each
        for each in story.by_hand
        if each.region == R5 and each.decided_at >= story.label.start and each.is_overridden
    ]


def _gain(overridden: list[Recommendation]) -> float:
    """Return how much nearer to right overriding came, as a share of what was right."""
    nearer = sum(
        abs(each.units - each.right_units) - abs(each.final_units - each.right_units)
        for each in overridden
    )
    return nearer / sum(each.right_units for each in overridden)


def _phases(story: Bought) -> tuple[int, int, int]:
    run = story.world.run
    hooks = story.world.hooks
    states = {at: hooks.model_state(at) for at in range(run.start, run.end, HOUR)}
    bad = min(at for at, state in states.items() if state == "degraded")
    down = min(at for at, state in states.items() if state == "down")
    return bad, down, max(at for at, state in states.items() if state == "down") + HOUR


def _error(made: list[Recommendation]) -> float:
    """Return the mean log error of recommended quantities."""
    errors = [abs(math.log(each.units / each.right_units)) for each in made if each.right_units]
    return sum(errors) / len(errors)
