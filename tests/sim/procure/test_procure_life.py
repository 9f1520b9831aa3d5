# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a review to a closed line: what must hold for every order of a world."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from sightline.sim.engine.moments import DAY, HOUR, day_of
from sightline.sim.office.policy import FROM_CENTS
from sightline.sim.procure.order import PurchaseLine
from tests.sim.procure.bought import Bought, life

LIMIT = FROM_CENTS["buyer_lead"]


@pytest.fixture(scope="module")
def story() -> Bought:
    return life()


def test_no_more_is_received_than_was_shipped(story: Bought) -> None:
    for line in story.lines:
        assert line.received <= line.shipped
        if not line.awaited and not line.refused_at:
            assert line.received == line.shipped


def test_most_lines_bring_what_was_ordered(story: Bought) -> None:
    ended = [line for line in story.lines if line.closed_at and line.released_at]
    exact = sum(line.received == line.ordered for line in ended)
    assert 0.9 < exact / len(ended) < 1


def test_the_book_holds_what_the_lines_add_up_to(story: Bought) -> None:
    book = story.world.book
    on_order, in_transit = np.zeros_like(book.on_hand), np.zeros_like(book.on_hand)
    for line in story.lines:
        mine = line.state()
        on_order[line.il] += mine[0]
        in_transit[line.il] += mine[1]
    assert (book.level[3] == on_order).all()
    assert (book.level[4] == in_transit).all()
    assert on_order.sum() > 0
    assert in_transit.sum() > 0


def test_the_book_holds_on_hold_what_came_on_hold_and_was_not_let_go(story: Bought) -> None:
    came = sum(_on_hold(line) for line in story.lines)
    went = sum(int(fact.data["q"]["base_qty"]) for fact in story.of("inventory.hold_changed"))
    assert came > 0
    assert story.world.book.hold.sum() == came + went


def _on_hold(line: PurchaseLine) -> int:
    return sum(each.units for each in line.receipts if each.bucket != "available")


def test_closed_lines_leave_nothing_on_order_or_in_transit(story: Bought) -> None:
    closed = [line for line in story.lines if line.closed_at]
    assert len(closed) > 400
    assert all(line.state() == (0, 0) for line in closed)
    assert all(line.on_inspection == 0 for line in closed)


def test_a_line_lives_in_order(story: Bought) -> None:
    for line in story.lines:
        assert line.recommendation is not None
        moments = [line.recommendation.at, line.recommendation.decided_at, line.created_at]
        if line.released_at:
            moments.append(line.released_at)
        moments += [each.at for each in line.replies]
        assert moments == sorted(moments)
        shipped = [each.at for each in line.advices] + [each.at for each in line.receipts]
        if shipped:
            assert min(shipped) > max(moments)
        for receipt in line.receipts:
            advised = [each.at for each in line.advices if each.asn == receipt.asn]
            assert all(at < receipt.at for at in advised)
            assert bool(advised) == bool(receipt.asn)


def test_approval_comes_before_release_where_it_is_needed(story: Bought) -> None:
    amounts: Counter[str] = Counter()
    for line in story.lines:
        amounts[line.po] += line.ordered * line.price
    asked = {fact.about["po"] for fact in story.of("approval.requested") if "po" in fact.about}
    answers = {
        fact.about["po"]: fact
        for fact in story.of("approval.decided")
        if fact.data["final"] and "po" in fact.about
    }
    assert asked == {po for po, amount in amounts.items() if amount >= LIMIT}
    for line in story.lines:
        if line.approval and line.released_at:
            assert answers[line.po].data["outcome"] == "approved"
            assert answers[line.po].at < line.released_at
        if line.refused_at:
            assert answers[line.po].data["outcome"] == "rejected"


def test_what_is_refused_is_never_released_and_needed_again(story: Bought) -> None:
    refused = [
        line for seed in range(5, 8) for line in life(seed=seed).lines if line.refused_at
    ]
    assert refused
    assert all(not line.released_at and not line.receipts for line in refused)
    assert story.procure.open_lines()


def test_lines_of_an_order_share_supplier_place_and_day(story: Bought) -> None:
    cast = story.world.cast
    orders: dict[str, list[PurchaseLine]] = defaultdict(list)
    for line in story.lines:
        orders[line.po].append(line)
        supplier, place = cast.suppliers[line.supplier].code, cast.places[line.place].code
        assert line.po.startswith(f"PO-{supplier}-{place}-26")
        assert line.id == f"{line.po}/{cast.items[line.item].code}"
    for lines in orders.values():
        assert len({(line.supplier, line.place, line.created_at) for line in lines}) == 1
        assert len({line.item for line in lines}) == len(lines)
    assert any(len(lines) > 3 for lines in orders.values())


def test_orders_are_whole_cases_of_at_least_the_minimum_when_nobody_changed_them(
    story: Bought,
) -> None:
    cast = story.world.cast
    for line in story.lines:
        rec = line.recommendation
        assert rec is not None
        assert line.ordered == rec.final_units
        if rec.outcome in ("accepted", "auto"):
            assert line.ordered % line.pack == 0
            assert line.ordered >= cast.items[line.item].moq


def test_names_of_facts_are_unique_in_their_source(story: Bought) -> None:
    names = Counter((fact.source, fact.name) for fact in story.facts)
    assert names.most_common(1)[0][1] == 1


def test_goods_come_in_while_the_dock_is_open_and_not_faster_than_it_can(
    story: Bought,
) -> None:
    cast = story.world.cast
    taken: Counter[tuple[str, int]] = Counter()
    for fact in story.of("inventory.receipt"):
        (place,) = (each for each in cast.places if each.code == fact.data["loc"])
        calendar, day = cast.calendar_of(place.index), day_of(fact.at)
        assert calendar.is_open(day)
        assert calendar.opens(day) <= fact.at <= calendar.closes(day) + HOUR // 60
        assert fact.source == place.source
        taken[place.code, day] += fact.name.endswith("/1")
    for place in cast.places:
        assert max(taken[place.code, day] for _, day in taken) <= place.receive_lines + 1


def test_a_flood_of_goods_waits_at_the_dock() -> None:
    # given a fire at one place, after which everything there is bought at once
    # then lines wait longer on its dock
    assert _hours_on_dock(life(fire=4)) > 1.3 * _hours_on_dock(life())


def _hours_on_dock(story: Bought) -> float:
    """Return the mean time from arrival to receipt at the first place."""
    milestones = story.of("supply.milestone")
    came = {f.data["shipment"]: f.at for f in milestones if f.data["code"] == "delivered"}
    place = story.world.cast.places[0].code
    receipts = [f for f in story.of("inventory.receipt") if f.data["loc"] == place]
    waits = [(f.at - came[f.data["shipment"]]) / HOUR for f in receipts]
    return sum(waits) / len(waits)


def test_empty_shelves_of_dear_items_are_bought_in_a_hurry() -> None:
    story = life(fire=4)
    hurried = [line for line in story.lines if line.is_emergency]
    assert len(hurried) > 3
    for line in hurried:
        item = story.world.cast.items[line.item]
        assert item.abc == "A"
        assert line.place == 0
        assert line.po.endswith(item.code)
        assert line.price > item.cost
        usual = story.world.cast.suppliers[line.supplier].lead_days
        assert (line.need_day - day_of(line.created_at)) < usual + 2
    flags = {
        fact.data["po_line"]: fact.data["emergency"] for fact in story.of("supply.po_created")
    }
    assert {line.id for line in hurried} == {
        po_line for po_line, is_so in flags.items() if is_so
    }


def test_suppliers_do_all_that_suppliers_do() -> None:
    stories = [life(seed=seed) for seed in (5, 6, 7)]
    lines = [line for story in stories for line in story.lines if line.released_at]
    replies = Counter(reply.status for line in lines for reply in line.replies)
    assert replies["accept"] > replies["change"] > replies["reject"] > 0
    answered = [line for line in lines if line.receipts]
    assert 0.005 < sum(not line.replies for line in answered) / len(answered) < 0.12
    receipts = [each for line in lines for each in line.receipts]
    assert 0.01 < sum(not each.asn for each in receipts) / len(receipts) < 0.15
    assert 0.02 < sum(each.bucket == "quality" for each in receipts) / len(receipts) < 0.15
    assert any(len(line.advices) > 1 for line in lines)
    assert any(line.is_closed_short for line in lines)
    assert any(line.rejected for line in lines)
    codes = {f.data["code"] for story in stories for f in story.of("supply.milestone")}
    assert {"departed", "delivered", "delayed"} <= codes


def test_four_of_five_lines_come_by_the_day_that_was_confirmed() -> None:
    lines = [line for seed in (5, 6, 7) for line in life(seed=seed).lines]
    due = [line for line in lines if line.released_at and line.late_since + line.closed_at]
    on_time = sum(not line.late_since for line in due) / len(due)
    assert 0.8 < on_time < 0.97


def test_late_orders_are_exceptions_until_they_come(story: Bought) -> None:
    late = [line for line in story.lines if line.late_since]
    opened = {
        fact.data["dedup_key"]
        for fact in story.of("exception.opened")
        if fact.data["kind"] == "late_po"
    }
    assert opened == {f"late_po/{line.po}" for line in late}
    for line in late:
        assert line.due_day < day_of(line.late_since)
        came = sum(each.units for each in line.receipts if each.at < line.late_since)
        assert came < line.units


def test_rejected_lines_are_cancelled_and_bought_anew() -> None:
    lines = [line for seed in range(5, 8) for line in life(seed=seed).lines]
    rejected = [line for line in lines if any(each.status == "reject" for each in line.replies)]
    cancelled = [line for line in rejected if line.closed_at]
    assert cancelled
    assert all(line.units == 0 and line.shipped == 0 for line in cancelled)


def test_held_goods_are_let_go_or_thrown_away(story: Bought) -> None:
    for line in story.lines:
        if not line.closed_at or not _on_hold(line):
            continue
        moved = sum(
            int(fact.data["q"]["base_qty"])
            for fact in story.of("inventory.hold_changed")
            if fact.about["po_line"] == line.id
        )
        scrapped = sum(
            int(fact.data["q"]["base_qty"])
            for fact in story.of("inventory.issue")
            if fact.about["po_line"] == line.id
        )
        assert moved == -_on_hold(line)
        assert scrapped == line.rejected


def test_the_same_run_comes_out_the_same() -> None:
    first, again = life(days=9), life.__wrapped__(days=9)
    assert first.facts == again.facts
    assert len(first.facts) > 1_000


def test_what_a_supplier_does_with_an_order_does_not_depend_on_how_long_the_world_lasts(
    story: Bought,
) -> None:
    shorter, until = life(days=9), story.world.run.start + 9 * DAY
    names = [fact.name for fact in shorter.facts]
    assert names == [fact.name for fact in story.facts if fact.at < until]
