# SPDX-License-Identifier: AGPL-3.0-or-later
"""X9: the labels say exactly which purchase orders broke which rule, and nobody else did."""

from collections import Counter, defaultdict

import pytest

from sightline.sim import build
from sightline.sim.engine.draws import Dice
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.engine.world import Hour, World
from sightline.sim.inject.rule_breaking import CASES, KINDS, RANGES, RuleBreaking
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.profile import PROFILES, Run
from tests.sim.office.office_life import office

LIMIT = 500_000


@pytest.fixture(scope="module")
def broken() -> tuple[World, list[Hour]]:
    run = Run(profile=PROFILES["tiny"], seed=1, injectors=("X9",))
    world = build.world(run)
    return world, list(world.hours())


def facts_of(hours: list[Hour], kind: str) -> list[Fact]:
    return [fact for hour in hours for fact in hour.one if fact.kind == kind]


def orders(world: World, kind: str) -> list[list[str]]:
    return [each.scope["po"] for each in world.labels.all.values() if each.kind == kind]


def _asked(injector: RuleBreaking, world: World, orders: int) -> Counter[str]:
    """Ask for so many orders over the run, and count the rules that they break."""
    found: Counter[str] = Counter()
    for nth in range(orders):
        at = world.run.start + nth * world.run.profile.days * DAY // orders
        amount = round(Dice(3, nth).lognormal(600_000, 0.8))
        found[injector.violation(f"PO-{nth}", nth % 6, amount, at)] += 1
    return found


def test_each_rule_is_broken_as_often_as_labels_say_and_no_more() -> None:
    world = office(28)
    injector = RuleBreaking()
    injector.begin(world)
    found = _asked(injector, world, 3_000)
    assert {rule: found[rule] for rule in RANGES} == dict.fromkeys(RANGES, CASES)
    kinds = Counter(label.kind for label in world.labels.all.values())
    assert kinds == dict.fromkeys(KINDS.values(), CASES)


def test_only_orders_that_need_approval_break_a_rule_and_halves_stay_below() -> None:
    world = office(28)
    injector = RuleBreaking()
    injector.begin(world)
    _asked(injector, world, 3_000)
    for label in world.labels.all.values():
        assert label.scope["cents"] >= LIMIT
        if label.kind == "threshold_split":
            assert label.scope["cents"] < 1.8 * LIMIT


def test_orders_are_told_their_label_and_so_are_halves() -> None:
    world = office(28)
    injector = RuleBreaking()
    injector.begin(world)
    _asked(injector, world, 3_000)
    for label in world.labels.all.values():
        for po in label.scope["po"]:
            assert injector.violation_labels(po) == (label.label_id,)
    assert injector.violation_labels("PO-none") == ()


def test_who_asked_signs_in_the_labelled_cases_only(broken: tuple[World, list[Hour]]) -> None:
    world, hours = broken
    asker = {f.data["request_id"]: f for f in facts_of(hours, "approval.requested")}
    own = {
        asker[fact.data["request_id"]].data["po"]
        for fact in facts_of(hours, "approval.decided")
        if fact.data["actor"]["id"] == asker[fact.data["request_id"]].data["requester"]
    }
    assert own == {po for scope in orders(world, "self_approval") for po in scope}
    assert len(own) == CASES


def test_orders_go_out_unapproved_in_the_labelled_cases_only(
    broken: tuple[World, list[Hour]],
) -> None:
    world, hours = broken
    approved = {f.data.get("po") for f in facts_of(hours, "approval.requested")}
    worth: dict[str, int] = defaultdict(int)
    for fact in facts_of(hours, "supply.po_released"):
        price = round(float(fact.data["price"]["amount"]) * 100)
        worth[fact.data["po"]] += price * int(fact.data["q"]["base_qty"])
    bypassed = {po for po, cents in worth.items() if cents >= LIMIT and po not in approved}
    assert bypassed == {po for scope in orders(world, "approval_bypassed") for po in scope}
    assert len(bypassed) == CASES


def test_split_orders_are_two_below_the_limit_that_together_are_not(
    broken: tuple[World, list[Hour]],
) -> None:
    world, hours = broken
    worth: dict[str, int] = defaultdict(int)
    for fact in facts_of(hours, "supply.po_created"):
        price = round(float(fact.data["price"]["amount"]) * 100)
        worth[fact.data["po"]] += price * int(fact.data["q"]["base_qty"])
    split = orders(world, "threshold_split")
    assert len(split) == CASES
    for first, second in split:
        assert max(worth[first], worth[second]) < LIMIT <= worth[first] + worth[second]


def test_events_of_broken_rules_bear_their_label(broken: tuple[World, list[Hour]]) -> None:
    world, hours = broken
    marked: dict[str, set[str]] = defaultdict(set)
    for hour in hours:
        for fact in hour.one:
            for label in fact.labels:
                marked[label].add(str(fact.about.get("po")))
    for label in world.labels.all.values():
        assert marked[label.label_id] == set(label.scope["po"])
        assert label.start >= world.run.start + 4 * DAY
    assert all(line.violation in ("", *RANGES) for line in _lines(hours))


def _lines(hours: list[Hour]) -> list[PurchaseLine]:
    return [each for hour in hours for each in hour.ended if isinstance(each, PurchaseLine)]


def test_where_somebody_watches_the_first_case_is_due_at_once() -> None:
    world = office(28)
    strike = world.run.start + 10 * DAY
    object.__setattr__(world.run, "strike", strike)
    injector = RuleBreaking()
    injector.begin(world)
    found = {injector.violation(f"PO-{n}", 0, 600_000, strike + HOUR) for n in range(20)}
    assert found - {""}
